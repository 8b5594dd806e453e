"""Plans side by side."""

import json
from typing import Any

import pytest

from speech.capacity.planner import plan
from speech.cli import compare
from speech.cli.compare import Compared, Row
from speech.settings.parse import parse
from tests.cli.test_plan import speech
from tests.stacks import stack_file

C = "speech:containers[0]"
KNOWN = [("azure-native:location", "eastus"), (f"{C}.demand.hours_a_month", 1000)]


def made(name: str, *changes: tuple[str, object]) -> Compared:
    parsed = parse(stack_file(*changes))
    return Compared(name, parsed, plan(parsed.stack, name))


def row(what: str, *compared: Compared) -> Row:
    return next(each for each in compare.rows(compared) if each.what.strip() == what)


def test_what_is_alike_is_not_marked_and_what_differs_is() -> None:
    few, many = made("few"), made("many", (f"{C}.demand.concurrent_streams", 400))
    assert row("region", few, many).values == ("westeurope", "westeurope")
    assert not row("region", few, many).differs
    assert row("streams", few, many).values == ("12", "400")
    lines = compare.text([few, many]).splitlines()
    assert next(line for line in lines if "streams  " in line).startswith("* ")
    assert next(line for line in lines if "region" in line).startswith("  ")


def test_a_container_that_one_stack_lacks_is_shown_as_lacking() -> None:
    (one,) = stack_file()["speech:containers"]
    both = made("both", ("speech:containers", [one, {**one, "name": "transcribe-two"}]))
    assert row("transcribe-two", made("one"), both).values == ("-", "5.1.0-amd64-en-us")


def test_the_peak_is_counted_against_the_first() -> None:
    few, many = made("few", *KNOWN), made("many", *KNOWN, (f"{C}.demand.concurrent_streams", 120))
    totals = [each.plan.cost.total for each in (few, many)]
    assert totals[0] is not None
    assert totals[1] is not None
    more = totals[1].high - totals[0].high
    assert row("at the peak", few, many).values == ("-", f"{more:+,.0f} ({more / totals[0].high:+.0%})")


def test_what_is_unknown_is_said_and_never_counted_as_zero() -> None:
    assert row("in all, a month", made("known", *KNOWN), made("unknown")).values[1] == "unknown"
    assert row("at the peak", made("known", *KNOWN), made("unknown")).values == ("-", "-")


def test_hosts_of_every_kind_stand_beside_each_other() -> None:
    risks = ("speech:acknowledge", ["no-avx2-guarantee"])
    groups = made(
        "groups",
        ("speech:target", {"kind": "container-instances"}),
        ("speech:network", {"exposure": "internal"}),
        risks,
    )
    assert row("container groups", made("cluster"), groups).values == ("-", "4")
    assert row("speech nodes", made("cluster"), groups).values == ("2-3", "-")
    assert row("compute USD", made("docker", ("speech:target", {"kind": "docker"})), groups).values[0] == "unknown"


@pytest.mark.parametrize("count", [2, 3, 4, 7])
def test_however_many_there_are_a_terminal_of_eighty_columns_shows_them(count: int) -> None:
    stacks = [
        made(f"production-westeurope-{at}", (f"{C}.demand.concurrent_streams", 900 * at)) for at in range(1, count + 1)
    ]
    lines = compare.text(stacks).splitlines()
    assert max(map(len, lines)) <= 80
    heads = " ".join(line for line in lines if "production-" in line)
    assert all(stack.name in heads for stack in stacks)


def document(*words: str) -> dict[str, Any]:
    shown = speech("plan", "--compare", "--json", *words)
    assert shown.returncode == 0, shown.stderr
    found: dict[str, Any] = json.loads(shown.stdout)
    return found


def test_the_document_has_every_plan_whole_and_the_differences() -> None:
    found = document("sandbox", "dev-westeurope")
    assert [each["name"] for each in found["stacks"]] == ["sandbox", "dev-westeurope"]
    assert found["stacks"][0]["plan"] == json.loads(speech("plan", "sandbox", "--json").stdout)
    assert {"section": "cost", "what": "metering USD", "values": ["unknown", "500"]} in found["differences"]


def test_one_stack_is_compared_with_itself_as_set() -> None:
    found = document("sandbox", "--set", f"{C}.demand.concurrent_streams=400")
    assert [each["name"] for each in found["stacks"]] == ["sandbox", "sandbox as set"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--compare", "sandbox"], "one stack alone"),
        (["sandbox", "dev-westeurope"], "2 stacks: name one, or write --compare"),
        (["--compare", "sandbox", "nowhere"], 'there is no stack "nowhere"'),
        (["--compare", "sandbox", "--set", "speech:budget.usd=1"], "as set: "),
    ],
)
def test_what_cannot_be_compared_is_exit_2(words: list[str], why: str) -> None:
    shown = speech("plan", *words)
    assert (shown.returncode, shown.stdout) == (2, "")
    assert why in shown.stderr
