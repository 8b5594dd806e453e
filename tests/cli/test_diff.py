"""How two stacks differ, as a person and a pipeline see it."""

import json
from typing import Any

from operations.stacks.differences import Compared, compared
from speech.capacity.planner import plan
from speech.settings.base import Decrypted
from speech.settings.parse import parse
from tests.cli.test_plan import speech
from tests.stacks import DEV, stack_file

C = "speech:containers[0]"


def of(first: dict[str, Any], second: dict[str, Any]) -> Compared:
    found = []
    for name, file in (("one", first), ("other", second)):
        parsed = parse(file)
        found.append((parsed, plan(parsed.stack, name)))
    return compared(*found)


def test_a_setting_that_is_another_is_told_with_both_values() -> None:
    (found,) = of(stack_file(), stack_file((f"{C}.demand.concurrent_streams", 40))).differences
    assert found.path == "speech:containers[transcribe-en].demand.concurrent_streams"
    assert (found.first, found.second) == (12, 40)


def test_what_an_environment_picks_is_told_and_marked() -> None:
    found = {each.path: each for each in of(stack_file(), stack_file(("speech:environment", "test"))).differences}
    assert set(found) == {"speech:environment", "speech:containers[transcribe-en].probes.liveness_minutes"}
    entra = {"kind": "aks", "admin_group_ids": ["00000000-0000-4000-8000-00000000a000"]}
    prod = stack_file(("speech:environment", "prod"), ("speech:target", entra))
    found = {each.path: each for each in of(stack_file(), prod).differences}
    assert found["speech:target.zones"].picked == (True, True)
    assert found["speech:target.admin_group_ids"].picked == (False, False)


def test_containers_are_matched_by_name_not_by_place() -> None:
    (one,) = DEV["speech:containers"]
    other = {**one, "name": "transcribe-two"}
    assert (
        of(stack_file(("speech:containers", [one, other])), stack_file(("speech:containers", [other, one]))).differences
        == ()
    )


def test_a_container_that_only_one_has_is_named_and_its_settings_are_not() -> None:
    (one,) = DEV["speech:containers"]
    found = of(stack_file(), stack_file(("speech:containers", [one, {**one, "name": "transcribe-two"}])))
    assert found.only == ((), ("transcribe-two",))
    assert found.differences == ()


def test_defaults_of_another_kind_of_host_are_not_told() -> None:
    docker = stack_file(("speech:target", {"kind": "docker"}))
    paths = {each.path for each in of(stack_file(), docker).differences}
    assert "speech:target.kind" in paths
    assert "speech:target.upgrade_channel" not in paths


def test_secrets_are_never_told() -> None:
    own = {"server": "registry.contoso.example", "username": "x", "password": Decrypted("hunter2")}
    assert "hunter2" not in repr(of(stack_file(), stack_file(("speech:registry", own))))


def test_the_command_tells_it_in_words_within_eighty_columns() -> None:
    shown = speech("diff", "dev-westeurope", "prod-westeurope")
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith("dev-westeurope and prod-westeurope differ in ")
    assert "Only prod-westeurope has transcribe-de.\nOf one image in both: transcribe-en.\n" in shown.stdout
    (protect,) = (line.split() for line in shown.stdout.splitlines() if line.startswith("  protect "))
    assert protect == ["protect", "false*", "true*"]
    assert "USD a month more." in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80


def test_a_stack_says_the_same_as_itself() -> None:
    assert speech("diff", "sandbox", "sandbox").stdout == "sandbox and sandbox say the same.\n"


def test_as_json_it_is_one_document() -> None:
    found = json.loads(speech("diff", "dev-westeurope", "prod-westeurope", "--json").stdout)
    assert found["names"] == ["dev-westeurope", "prod-westeurope"]
    assert {"path": "speech:environment", "first": "dev", "second": "prod", "picked": [False, False]} in found[
        "differences"
    ]


def test_a_stack_that_is_not_there_is_wrong_input() -> None:
    shown = speech("diff", "sandbox", "sandbux")
    assert shown.returncode == 2
    assert 'did you mean "sandbox"?' in shown.stderr
