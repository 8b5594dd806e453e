"""The stack on Container Instances, by the real engine: up, no change, changes in place and by replacement, destroy."""

import base64
import time
from collections import defaultdict
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from ruamel.yaml import YAML

from sandbox.home import Home
from sandbox.running import start, stop
from sandbox.verify import Target, verify
from tests.engine_harness import Run
from tests.sandbox.arm.azure_clients import Azure
from tests.walk.stack import Stack

pytestmark = pytest.mark.engine

NAME, GROUP, ACCOUNT = "groups-westeurope", "rg-speech-groups-westeurope", "contoso-speech-groups-weu"
MODEL, VOICE, OTHER_MODEL = (f"{number}f2e3d4c-0000-4000-8000-000000000000" for number in (1, 2, 3))
EVERY_GROUP = {
    "transcribe-en-1", "transcribe-en-2", "transcribe-med-1", "read-en-1", "read-en-2", "which-language-1",
    "which-language-2", "check-billing-1", "read-old-1", "read-old-2", "read-own-1", "read-own-2",
}  # fmt: skip
NUMBERED = ("which-language-1", "which-language-2", "which-language-3")
UPDATED = ["update"]
REPLACED = ["delete-replaced", "replace", "create-replacement"]
_STARTING_SECONDS, _PAUSE_SECONDS = 30.0, 0.2
TYPE = "azure-native:containerinstance:ContainerGroup"


THREE = {
    "name": "which-language",
    "kind": "language-identification",
    "version": "1.18.0",
    "resources": {"cpu": 1, "memory_gib": 1},
    "demand": {"concurrent_streams": 9},
    "scaling": {"headroom": 0},
}


@pytest.fixture
def three(stack: Stack) -> Stack:
    """The same with one small container only, in three groups."""
    rewrite(stack, "speech:containers", [THREE])
    return stack


def rewrite(stack: Stack, key: str, value: object) -> None:
    """Put another section into the stack file."""
    yaml = YAML()
    content = yaml.load(stack.file)
    content["config"][key] = value
    yaml.dump(content, stack.file)


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """The stack of container groups, not yet up. What it starts is stopped by its own pid."""
    home = Home(tmp_path / "home")
    try:
        stack = Stack(home, start(home), NAME)
        created = {MODEL: "2024-02-01", OTHER_MODEL: "2024-02-01", VOICE: "2019-08-01"}
        models = {name: {"locale": "en-us", "created": f"{day}T00:00:00Z"} for name, day in created.items()}
        # The stack file says that its owner has asked Azure for large groups.
        stack.ask("settings", "PUT", {"big_container_groups": True, "models": models})
        yield stack
    finally:
        stop(home)


def steps(run: Run) -> Iterator[tuple[str, str, str]]:
    """(begin or end, operation, name of the group) of every step with groups, in their order."""
    for event in run.events:
        for name, mark in (("resourcePreEvent", "begin"), ("resOutputsEvent", "end")):
            metadata = event.get(name, {}).get("metadata")
            if metadata and metadata["type"] == TYPE:
                yield mark, metadata["op"], metadata["urn"].rpartition("::")[2].removeprefix("speech-")


def gone_at_once(run: Run) -> dict[str, int]:
    """By container: how many of its groups at most were deleted and not yet made again, or being changed."""
    gone: dict[str, set[str]] = defaultdict(set)
    most: dict[str, int] = {}
    for mark, operation, group in steps(run):
        container = group.rpartition("-")[0]
        if (mark, operation) in {("begin", "delete-replaced"), ("begin", "update")}:
            gone[container].add(group)
        elif (mark, operation) in {("end", "create-replacement"), ("end", "update")}:
            gone[container].discard(group)
        if gone[container]:
            most[container] = max(most.get(container, 0), len(gone[container]))
    assert not any(gone.values()), "what went came back"
    return most


def operations(run: Run) -> dict[str, list[str]]:
    """What was done with each group, in its order."""
    found: dict[str, list[str]] = defaultdict(list)
    for mark, operation, group in steps(run):
        if mark == "begin" and operation not in {"same", "read", "refresh"}:
            found[group].append(operation)
    return dict(found)


def speech(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The rows of the containers of the stack file, by group."""
    return {row["group"]: row for row in rows if row["container"] == "speech"}


def wait_for(stack: Stack, groups: set[str]) -> None:
    """Until these groups run, all of them at once. Fails the test after half a minute."""
    deadline = time.monotonic() + _STARTING_SECONDS
    while not groups <= {name for name, row in speech(stack.workloads()).items() if row["state"] == "Running"}:
        assert time.monotonic() < deadline, stack.ask("workloads")
        time.sleep(_PAUSE_SECONDS)


def test_every_kind_runs_and_answers_is_left_alone_and_destroyed(stack: Stack) -> None:
    preview = stack.preview()
    assert set(preview.steps.values()) <= {"create", "read"}
    first = stack.up()
    assert first.changes == preview.changes, "the first preview hid nothing"
    assert stack.up().changes == {}
    assert stack.refresh().changes == {}

    rows = speech(stack.workloads())
    assert set(rows) >= EVERY_GROUP
    containers = stack.outputs()["containers"]
    targets = [
        Target(replica["group"], found["kind"], rows[replica["group"]]["address"], ssml_voice=found["ssml_voice"] or "")
        for found in containers.values()
        for replica in found["replicas"]
        if replica["host_url"]
    ]
    said = StringIO()
    assert verify(targets, said), said.getvalue()
    assert {target.name for target in targets} == set(rows) - {"check-billing-1"}
    for name, found in containers.items():
        for replica in found["replicas"]:
            assert (replica["urls"].get("home") or "").rstrip("/") == (rows[replica["group"]]["url"] or ""), name

    stack.destroy()
    assert stack.state() == []
    assert stack.ask("workloads") == []


def test_a_new_size_replaces_groups_one_at_a_time_each_gone_before_it_comes(three: Stack) -> None:
    three.up()
    three.change("memory_gib: 1", "memory_gib: 2")
    three.change("    headroom: 0", "    headroom: 0\n      streams_per_pod: 4")
    changed = three.up()
    assert operations(changed) == dict.fromkeys(NUMBERED, REPLACED)
    assert gone_at_once(changed) == {"which-language": 1}
    assert three.up().changes == {}


def test_a_new_image_changes_groups_in_place_one_at_a_time(three: Stack) -> None:
    three.up()
    before = three.outputs()["containers"]
    three.change("version: 1.18.0", "version: 1.17.0")
    changed = three.up()
    assert operations(changed) == dict.fromkeys(NUMBERED, UPDATED)
    assert gone_at_once(changed) == {"which-language": 1}
    after = three.outputs()["containers"]
    assert after["which-language"].pop("image") != before["which-language"].pop("image")
    assert after == before, "no address has changed"


def test_a_new_key_changes_groups_in_place_one_at_a_time_and_what_has_ended_anew(three: Stack) -> None:
    rewrite(three, "speech:containers", [THREE, {"name": "check-billing", "kind": "diagnostic"}])
    three.up()
    Azure(three.server).speech.accounts.regenerate_key(GROUP, ACCOUNT, "Key1")
    changed = three.up()
    assert operations(changed) == {**dict.fromkeys(NUMBERED, UPDATED), "check-billing-1": REPLACED}
    assert set(gone_at_once(changed).values()) == {1}
    wait_for(three, set(NUMBERED))


def test_another_model_has_another_share(stack: Stack) -> None:
    stack.up()
    before = shares(stack)
    stack.change(MODEL, OTHER_MODEL)
    changed = stack.up()
    assert operations(changed) == {"transcribe-med-1": REPLACED}
    assert len(shares(stack)) == len(before)
    assert len(shares(stack) & before) == 2, "the voice's own shares stay"
    wait_for(stack, {"transcribe-med-1"})


def test_fewer_streams_take_the_last_group_away_and_no_other(three: Stack) -> None:
    three.up()
    three.change("concurrent_streams: 9", "concurrent_streams: 8")
    assert operations(three.up()) == {"which-language-3": ["delete"]}
    wait_for(three, {"which-language-1", "which-language-2"})


def test_a_public_stack_has_names_that_stay_and_no_network(three: Stack) -> None:
    rewrite(three, "speech:network", {"exposure": "public"})
    refused = three.preview(expect=1)
    assert "open-endpoint" in refused.text
    rewrite(three, "speech:acknowledge", ["no-avx2-guarantee", "open-endpoint"])
    three.up()
    before = three.outputs()["containers"]["which-language"]["replicas"]
    assert before[1]["host_url"].startswith("http://which-language-groups-westeurope-2.")
    assert before[1]["host_url"].endswith(".westeurope.azurecontainer.io:5003")
    assert not [one for one in three.state() if one["type"] == "azure-native:network:VirtualNetwork"]

    three.change("memory_gib: 1", "memory_gib: 2")
    three.change("    headroom: 0", "    headroom: 0\n      streams_per_pod: 4")
    assert operations(three.up()) == dict.fromkeys(NUMBERED, REPLACED)
    assert three.outputs()["containers"]["which-language"]["replicas"] == before


def test_no_avx2_is_acknowledged_or_refused(three: Stack) -> None:
    rewrite(three, "speech:acknowledge", [])
    refused = three.preview(expect=1)
    assert "no-avx2-guarantee" in refused.text
    assert "Traceback" not in refused.text


def test_keys_lie_nowhere_in_clear(three: Stack) -> None:
    said = [three.preview(), three.up(), three.preview(), three.refresh(), three.pulumi("stack", "output")]
    said.append(three.pulumi("stack", "export"))
    found = Azure(three.server).speech.accounts.list_keys(GROUP, ACCOUNT)
    forms = {
        form
        for key in (found.key1, found.key2)
        for form in (key, quote(key, safe=""), base64.b64encode(key.encode()).decode())
    }
    places = {f"pulumi {' '.join(run.arguments)}": run.text.encode() for run in said}
    places |= {str(path.relative_to(three.home.root)): path.read_bytes() for path in three.files()}
    places |= {"journal": str(three.ask("journal")).encode()}
    assert sorted(place for place, content in places.items() for form in forms if form.encode() in content) == []


def shares(stack: Stack) -> set[str]:
    return {one["inputs"]["shareName"] for one in stack.state() if one["type"] == "azure-native:storage:FileShare"}
