"""What is left of a run when it has ended, word for word."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest

from operations.fleet.engine import Outcome
from operations.fleet.run import Run
from speech.cli.fleet import document, text
from speech.manifests.outputs import monthly_cost
from tests.fleet.fakes import Clock, Engine, begun, fleet_of, project, run

TEST = ("speech:environment", "test")
TAKEN = (
    'Code="CustomDomainInUse" Message="Please pick a different name. The subdomain name is not available as it is '
    'already used by a resource."'
)


def ran(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    stacks: Mapping[str, Sequence[tuple[str, object]]],
    outcomes: Mapping[str, Outcome],
    in_waves: str = "canary=1,rest=*",
    action: str = "up",
    **more: object,
) -> Run:
    """A run of one stack after the other, 4.25 seconds each."""
    monkeypatch.chdir(project(folder / "project", stacks))
    clock, fleet = Clock(), fleet_of()
    engine = Engine(outcomes, during=lambda _: clock.ahead(4.25))
    return run(fleet, engine, begun(fleet, in_waves, parallel=1, action=action), clock=clock, **more)


def words(found: Run, given: str = "") -> str:
    return re.sub(r"\d{8}-\d{6}(-\d+)?", "RUN", text.summary(found, given))


def golden(written: str) -> str:
    return dedent(written).strip("\n")


def test_a_run_that_stops_says_what_failed_where_its_log_is_and_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stacks = {name: [TEST] for name in ("test-eastus2", "test-uksouth", "test-westeurope")}
    found = ran(tmp_path, monkeypatch, stacks, {"test-uksouth": Outcome({"create": 6}, TAKEN)}, "canary=1,uk=1,rest=*")
    assert words(found, "--yes") == golden(
        """
        fleet up RUN   3 stacks in 3 waves, 1 at once   8.5 s

        wave    stack            result   changes   time  USD a month
        canary  test-eastus2     done     +3       4.2 s      unknown
        uk      test-uksouth     failed   +6       4.2 s      unknown
        rest    test-westeurope  not run  -            -      unknown

        stacks   1 done, 1 failed, 1 not run
        changes  +9  (+ made, ~ changed, +- replaced, - deleted)
        cost     unknown, by the plan
        logs     .speech/fleet/RUN

        failed   test-uksouth: Code="CustomDomainInUse" Message="Please pick a different
                   name. The subdomain name is not available as it is already used by a
                   resource."
                 .speech/fleet/RUN/test-uksouth.log

        go on    speech fleet up --resume RUN --yes
        """
    )


def test_a_run_that_ends_well_says_no_more_than_it_did(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changes = Outcome({"create": 2, "update": 1, "replace": 3, "delete": 1})
    found = ran(tmp_path, monkeypatch, {"a": [], "b": []}, {"a": changes, "b": Outcome({})})
    assert words(found) == golden(
        """
        fleet up RUN   2 stacks in 2 waves, 1 at once   8.5 s

        wave    stack  result  changes        time  USD a month
        canary  a      done    +2 ~1 +-3 -1  4.2 s      unknown
        rest    b      done    none          4.2 s      unknown

        stacks   2 done
        changes  +2 ~1 +-3 -1  (+ made, ~ changed, +- replaced, - deleted)
        cost     unknown, by the plan
        logs     .speech/fleet/RUN
        """
    )


def test_a_destroy_names_what_it_has_left_alone_and_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = ran(
        tmp_path,
        monkeypatch,
        {"a": [], "b": []},
        {"a": Outcome({"delete": 9})},
        "all=*",
        "destroy",
        protected=frozenset({"b"}),
    )
    assert words(found) == golden(
        """
        fleet destroy RUN   2 stacks in 1 wave, 1 at once   4.2 s

        wave  stack  result     changes   time
        all   a      done       -9       4.2 s
        all   b      protected  -            -

        stacks   1 done, 1 protected
        changes  -9  (+ made, ~ changed, +- replaced, - deleted)
        logs     .speech/fleet/RUN

        skipped  b is protected: speech:account.protect is true in stacks/Pulumi.b.yaml
        """
    )


def test_a_preview_compares_the_plans_cost_with_what_is_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    aks = ("speech:target", {"kind": "aks"})
    hours = ("speech:containers[0].demand.hours_a_month", 100)
    more = ("speech:containers[0].demand.concurrent_streams", 60)
    monkeypatch.chdir(project(tmp_path / "now", {"a": [aks, hours], "b": [aks, hours]}))
    now = {member.name: monthly_cost(member.plan) for member in fleet_of().members}
    found = ran(
        tmp_path,
        monkeypatch,
        {"a": [aks, hours, more], "b": [aks, hours], "c": [aks, hours]},
        {name: Outcome({"update": 2} if name == "a" else {}, None, now.get(name)) for name in "abc"},
        "all=*",
        "preview",
    )
    a, b, c = (text.against(row) for row in found.rows)
    dearer = found.rows[0].member.plan.cost.total
    before = fleet_of("name=b").members[0].plan.cost.total
    assert dearer
    assert before
    assert (a, b, c) == (f"+{dearer.high - before.high:,.0f}", "0", "new")
    assert f"{a} USD a month at the peak, for 2 stacks that are up" in words(found)
    assert "(+ to make, ~ to change, +- to replace, - to delete)" in words(found)


def test_a_cost_without_its_usage_is_marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = ran(tmp_path, monkeypatch, {"a": [("speech:target", {"kind": "aks"})]}, {}, "all=*")
    assert re.search(r"a +done +\+3 +4\.2 s +~?[\d,-]+ \+\n", words(found))
    assert "+ usage comes on top where its hours are not given" in words(found)


def test_no_line_is_wider_than_a_terminal_of_80_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "production-of-the-contoso-voice-platform"
    stacks = {f"{name}-{number}": [("speech:target", {"kind": "aks"})] for number in range(2)}
    found = ran(tmp_path, monkeypatch, stacks, {}, "a-long-name-of-wave=1,rest=*", "preview")
    tall = [line for line in words(found).splitlines() if len(line) > 80]
    assert tall == []


def test_the_document_tells_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = ran(tmp_path, monkeypatch, {"a": [], "b": []}, {"a": Outcome({"create": 1}, TAKEN)})
    told = json.loads(document.render(found, "--yes"))
    assert (told["ended"], told["go_on"]) == ("failed", f"speech fleet up --resume {found.file.name} --yes")
    assert told["waves"] == [{"name": "canary", "stacks": ["a"]}, {"name": "rest", "stacks": ["b"]}]
    first, second = told["stacks"]
    assert first == {
        "stack": "a",
        "wave": "canary",
        "labels": {"name": "a", "environment": "dev", "location": "westeurope", "target": "docker"},
        "state": "failed",
        "changes": {"create": 1},
        "seconds": 4.2,
        "monthly_cost_usd": {"min": None, "max": None, "estimated": None, "with_usage": False},
        "more_than_now_usd": None,
        "error": TAKEN,
        "log": f".speech/fleet/{found.file.name}/a.log",
    }
    assert (second["state"], second["seconds"]) == ("not run", None)


def test_what_only_asks_names_no_command_to_go_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = ran(tmp_path, monkeypatch, {"a": []}, {"a": Outcome({}, TAKEN)}, "all=*", "preview")
    assert "go on" not in words(found)
    assert replace(found.rows[0], error=None).failed
