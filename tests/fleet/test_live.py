"""How far a run is: the table of a terminal, and the lines where there is none."""

import io
import re
from pathlib import Path
from textwrap import dedent

import pytest
from rich.console import Console

from operations.fleet.engine import Outcome
from operations.fleet.run import Run, State
from speech.cli.fleet.live import Display, frame
from tests.fleet.fakes import Clock, Engine, begun, fleet_of, project, run

FAILED = Outcome({"create": 6}, "Status=409 the sub-domain is taken")


def terminal(width: int, height: int) -> Console:
    return Console(width=width, height=height, file=io.StringIO(), force_terminal=True, color_system=None)


def under_way(folder: Path, monkeypatch: pytest.MonkeyPatch, count: int) -> Run:
    """A run of so many stacks after 90 seconds: the first is done, the second failed, the next two are under way."""
    monkeypatch.chdir(project(folder / "project", {f"test-{number:02}": [] for number in range(count)}))
    clock, fleet = Clock(), fleet_of()
    found = Run(fleet, begun(fleet, "canary=1,rest=*", parallel=2), Engine().work, lambda _: None, clock=clock)
    done, failed, first, second = found.rows[:4]
    done.state, done.changes, done.seconds = State.DONE, {"create": 9}, 40.0
    failed.state, failed.changes, failed.seconds, failed.error = State.FAILED, {"create": 6}, 3.25, FAILED.error
    first.state, first.began, first.changes = State.RUNNING, 65.0, {"create": 2}
    second.state, second.began = State.CHECKING, 85.5
    clock.ahead(90)
    return found


def screen(found: Run, place: Console, *, stopping: bool = False) -> str:
    with place.capture() as captured:
        place.print(frame(found, place, {"test-03": 10.0}, stopping=stopping))
    return re.sub(r"\d{8}-\d{6}", "RUN", "\n".join(line.rstrip() for line in captured.get().splitlines()))


def golden(written: str) -> str:
    return dedent(written).strip("\n")


def test_a_narrow_terminal_has_one_line_a_stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = under_way(tmp_path, monkeypatch, 6)
    assert screen(found, terminal(80, 24)) == golden(
        """
        fleet up RUN   1:30, about 55 s left
        2 waiting, 1 running, 1 verifying, 1 done, 1 failed

        wave    stack    state      changes   time   left
        canary  test-00  done       +9        40 s      -
        rest    test-01  failed     +6       3.2 s      -
        rest    test-02  running    +2        25 s   15 s
        rest    test-03  verifying  -        4.5 s  5.5 s
        rest    test-04  waiting    -            -      -
        rest    test-05  waiting    -            -      -
        """
    )


def test_a_wide_terminal_has_complaints_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = screen(under_way(tmp_path, monkeypatch, 6), terminal(200, 50)).splitlines()
    assert lines[5] == "rest    test-01  failed     +6       3.2 s      -  Status=409 the sub-domain is taken"


def test_a_low_terminal_shows_what_failed_and_what_is_under_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = screen(under_way(tmp_path, monkeypatch, 24), terminal(80, 14), stopping=True).splitlines()
    assert [line.split()[1] for line in lines[4:-2]] == [f"test-{number:02}" for number in range(1, 7)]
    assert lines[-2:] == [
        "and 18 more: 1 done, 17 waiting",
        "stopping: engines end what is under way; Ctrl-C again ends them at once",
    ]
    assert len(lines) < 14


def test_a_long_name_is_cut_where_the_terminal_is_narrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project(tmp_path / "project", {"production-of-the-contoso-voice-platform": []}))
    fleet = fleet_of()
    found = Run(fleet, begun(fleet), Engine().work, lambda _: None, clock=Clock())
    assert "production-of-the-conto…" in screen(found, terminal(80, 24))
    assert "production-of-the-contoso-voice-platform" in screen(found, terminal(120, 24))


def test_without_a_terminal_each_stack_that_begins_or_ends_is_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project(tmp_path / "project", {"a": [], "b": [], "c": []}))
    fleet, clock, said = fleet_of(), Clock(), io.StringIO()
    display = Display(Console(file=said, force_terminal=False, width=80), {})
    engine = Engine({"b": FAILED}, during=lambda _: clock.ahead(4.25))
    found = Run(fleet, begun(fleet, "canary=2,rest=*", parallel=1), engine.work, display.hear, clock=clock)
    with display.shown(found):
        found.go()
    lines = [re.sub(r"  +", "  ", line) for line in said.getvalue().splitlines()]
    assert lines == [
        "canary  a  running",
        "canary  a  done  +3  4.2 s",
        "canary  b  running",
        "canary  b  failed  +6  4.2 s",
        "  Status=409 the sub-domain is taken",
    ]


def test_a_terminal_is_left_with_the_summary_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project(tmp_path / "project", {"a": []}))
    fleet, said = fleet_of(), io.StringIO()
    place = Console(file=said, force_terminal=True, width=80, height=24, color_system=None)
    display = Display(place, {})
    found = Run(fleet, begun(fleet), Engine().work, display.hear)
    with display.shown(found):
        found.go()
    assert said.getvalue().endswith("\x1b[2K"), "the last thing is to wipe the table's lines"
    assert run(fleet, Engine(), begun(fleet)).well
