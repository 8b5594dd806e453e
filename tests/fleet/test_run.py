"""A run of waves, with work that needs no engine."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from operations.fleet.engine import Outcome
from operations.fleet.members import Fleet, Member
from operations.fleet.processes import OnLine
from operations.fleet.run import Row, Run, State
from operations.fleet.run_file import resumed
from speech.files.stack_file import FailedError
from tests.fleet.fakes import Engine, begun, fleet_of, project, run, write

NAMES = ("a", "b", "c", "d", "e")
BROKEN = Outcome({"create": 1}, "the sub-domain is taken")


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fleet:
    monkeypatch.chdir(project(tmp_path / "project", {name: [] for name in NAMES}))
    return fleet_of()


def states(found: Run) -> dict[str, str]:
    return {row.member.name: str(row.state) for row in found.rows}


def test_waves_run_one_after_the_other(fleet: Fleet) -> None:
    engine = Engine()
    assert run(fleet, engine, begun(fleet, "canary=1,two=2,rest=*", parallel=5)).well
    assert engine.began[0] == "a"
    assert set(engine.began[1:3]) == {"b", "c"}


def test_stacks_of_a_wave_run_side_by_side_up_to_the_bound(fleet: Fleet) -> None:
    both = threading.Barrier(2, timeout=20)
    engine = Engine(during=lambda name: both.wait() if name in "ab" else None)
    run(fleet, engine, begun(fleet, parallel=2))
    assert engine.most == 2


def test_one_at_once_means_one_at_once(fleet: Fleet) -> None:
    engine = Engine()
    run(fleet, engine, begun(fleet, parallel=1))
    assert (engine.most, engine.began) == (1, list(NAMES))


def test_the_others_of_a_wave_with_a_failure_end_and_no_later_wave_begins(fleet: Fleet) -> None:
    found = run(fleet, Engine({"a": BROKEN}), begun(fleet, "first=3,rest=*", parallel=1))
    assert states(found) == {"a": "failed", "b": "done", "c": "done", "d": "not run", "e": "not run"}
    assert not found.well


def test_what_only_asks_goes_on_after_a_failure(fleet: Fleet) -> None:
    file = begun(fleet, "first=1,rest=*", action="preview")
    found = run(fleet, Engine({"a": BROKEN}), file, goes_on=True)
    assert states(found) == {"a": "failed", "b": "done", "c": "done", "d": "done", "e": "done"}


def test_a_run_that_goes_on_leaves_out_what_ended_well(fleet: Fleet) -> None:
    file = begun(fleet, "first=2,rest=*")
    run(fleet, Engine({"b": BROKEN}), file)
    engine = Engine()
    found = run(fleet, engine, resumed(fleet.project, file.name, "up"))
    assert sorted(engine.began) == ["b", "c", "d", "e"]
    assert states(found)["a"] == "done before"
    assert found.well


def test_a_stack_whose_file_has_changed_runs_again(fleet: Fleet) -> None:
    file = begun(fleet, "first=2,rest=*", parallel=1)
    run(fleet, Engine({"b": BROKEN}), file)
    write(fleet.project, "a", ("speech:containers[0].demand.concurrent_streams", 13))
    engine = Engine()
    run(fleet_of(), engine, resumed(fleet.project, file.name, "up"))
    assert engine.began[0] == "a", "and first, in its own wave"


def test_protected_stacks_are_left_alone(fleet: Fleet) -> None:
    engine = Engine()
    found = run(fleet, engine, begun(fleet, action="destroy"), protected=frozenset({"b", "d"}))
    assert sorted(engine.began) == ["a", "c", "e"]
    assert states(found)["b"] == "protected"
    assert found.well


def test_once_it_is_stopped_no_stack_begins_and_those_under_way_are_told_apart(fleet: Fleet) -> None:
    runs: list[Run] = []
    # An engine that is interrupted ends with an error; one that has just ended well is done.
    engine = Engine({"b": BROKEN}, during=lambda name: runs[0].stop() if name == "b" else None)
    found = Run(fleet, begun(fleet, parallel=1), engine.work, lambda _: None)
    runs.append(found)
    found.go()
    assert states(found) == {"a": "done", "b": "stopped", "c": "not run", "d": "not run", "e": "not run"}
    assert found.stopped
    assert found.rows[1].error == "interrupted: what it was at is in its log"


def test_each_wave_is_verified_before_the_next_begins(fleet: Fleet) -> None:
    engine = Engine()
    seen: list[tuple[str, int]] = []
    found = run(fleet, engine, begun(fleet, "canary=1,rest=*", verify=True), check=verifying(engine, seen))
    assert seen[0] == ("a", 1), "a is verified when one stack has begun"
    assert sorted(name for name, _ in seen) == list(NAMES)
    assert found.well


def test_a_wave_that_does_not_work_stops_the_run(fleet: Fleet) -> None:
    found = run(fleet, Engine(), begun(fleet, "canary=1,rest=*"), check=lambda member, _: f"{member.name} is silent")
    assert states(found) == {"a": "failed", "b": "not run", "c": "not run", "d": "not run", "e": "not run"}
    assert found.rows[0].error == "a is silent"


def test_a_stack_that_is_up_but_did_not_work_is_only_verified_again(fleet: Fleet) -> None:
    file = begun(fleet, "canary=1,rest=*", verify=True)
    run(fleet, Engine(), file, check=lambda *_: "silent")
    engine = Engine()
    seen: list[tuple[str, int]] = []
    again = run(fleet, engine, resumed(fleet.project, file.name, "up"), check=verifying(engine, seen))
    assert ("a", 0) in seen
    assert "a" not in engine.began
    assert again.well


def test_a_run_that_is_stopped_before_its_last_wave_was_verified_has_not_ended_well(fleet: Fleet) -> None:
    runs: list[Run] = []
    engine = Engine(during=lambda name: runs[0].stop() if name == "e" else None)
    file = begun(fleet, parallel=1, verify=True)
    found = Run(fleet, file, engine.work, lambda _: None, check=lambda *_: None)
    runs.append(found)
    found.go()
    assert set(states(found).values()) == {"stopped"}
    assert found.rows[4].error == "up, but interrupted before it was verified"
    assert not found.well


def test_each_stack_has_a_log_of_its_own_that_its_owner_alone_reads(fleet: Fleet) -> None:
    found = run(fleet, Engine({"b": BROKEN}), begun(fleet))
    logs = {row.member.name: row.log for row in found.rows}
    assert "a is worked on" in logs["a"].read_text()
    assert "the sub-domain is taken" in logs["b"].read_text()
    assert logs["a"].stat().st_mode & 0o777 == 0o600


def test_a_secret_of_the_environment_is_in_no_log_and_in_no_complaint(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARM_CLIENT_SECRET", "hunter2hunter2")
    found = run(fleet, Engine({"a": Outcome({}, "refused: hunter2hunter2")}), begun(fleet))
    assert found.rows[0].error == "refused: [secret]"
    assert "hunter2" not in found.rows[0].log.read_text()


def test_a_run_that_is_under_way_is_not_run_by_another_process(fleet: Fleet) -> None:
    file = begun(fleet)
    with file.alone(), pytest.raises(FailedError, match=f"run {file.name} is under way in another process"):
        run(fleet, Engine(), resumed(fleet.project, file.name, "up"))


def test_a_log_that_cannot_be_written_fails_its_stack_and_no_other(fleet: Fleet) -> None:
    file = begun(fleet)
    file.log("b").mkdir()
    found = run(fleet, Engine(), file)
    assert states(found) == {"a": "done", "b": "failed", "c": "done", "d": "done", "e": "done"}
    assert found.rows[1].error == f"{file.log('b')}: Is a directory"


def test_every_change_of_a_row_is_heard_in_order(fleet: Fleet) -> None:
    heard: list[tuple[str, State]] = []
    run(fleet, Engine(), begun(fleet, parallel=1), heard=remembering(heard))
    assert heard[:3] == [("a", State.RUNNING), ("a", State.DONE), ("b", State.RUNNING)]


def remembering(heard: list[tuple[str, State]]) -> Callable[[Row | None], None]:
    return lambda row: heard.append((row.member.name, row.state)) if row else None


def verifying(engine: Engine, seen: list[tuple[str, int]]) -> Callable[[Member, OnLine], str | None]:
    """Finds nothing wrong; remembers whom it was asked about, and how many stacks had begun by then."""

    def verify(member: Member, _on_line: OnLine) -> None:
        seen.append((member.name, len(engine.began)))

    return verify
