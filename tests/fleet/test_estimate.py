"""How long a run may still take."""

from pathlib import Path

import pytest

from operations.fleet.estimate import all_left, left
from operations.fleet.members import Fleet
from operations.fleet.run import Row, State
from tests.fleet.fakes import fleet_of, project


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fleet:
    monkeypatch.chdir(project(tmp_path / "project", {name: [] for name in "abcd"}))
    return fleet_of()


def rows(fleet: Fleet, *told: tuple[State, float | None, float | None]) -> list[Row]:
    """Stacks of one wave: their state, when they began, how long they took."""
    return [
        Row(member, "all", Path(), state, began=began, seconds=seconds)
        for member, (state, began, seconds) in zip(fleet.members, told, strict=True)
    ]


WAITING = (State.WAITING, None, None)


def test_before_anything_has_ended_nothing_is_known(fleet: Fleet) -> None:
    found = rows(fleet, (State.RUNNING, 0.0, None), WAITING, WAITING, WAITING)
    assert left(found[0], found, {}, now=3.0) is None
    assert all_left(found, 2, {}, now=3.0) is None


def test_a_stack_is_expected_to_take_what_it_took_before(fleet: Fleet) -> None:
    found = rows(fleet, (State.RUNNING, 0.0, None), WAITING, WAITING, WAITING)
    assert left(found[0], found, {"a": 10.0}, now=3.0) == 7.0


def test_a_new_stack_is_expected_to_take_what_others_took(fleet: Fleet) -> None:
    found = rows(fleet, (State.DONE, 0.0, 4.0), (State.DONE, 0.0, 6.0), (State.RUNNING, 6.0, None), WAITING)
    assert left(found[2], found, {}, now=7.0) == 4.0


def test_a_stack_that_is_late_is_not_said_to_end_in_the_past(fleet: Fleet) -> None:
    found = rows(fleet, (State.RUNNING, 0.0, None), WAITING, WAITING, WAITING)
    assert left(found[0], found, {"a": 10.0}, now=12.0) is None


def test_those_that_wait_share_the_places_at_once(fleet: Fleet) -> None:
    found = rows(fleet, (State.RUNNING, 0.0, None), WAITING, WAITING, WAITING)
    before = dict.fromkeys("abcd", 10.0)
    assert all_left(found, 2, before, now=5.0) == 20.0, "5 and c in one place, b and d in the other"


def test_waves_wait_for_each_other(fleet: Fleet) -> None:
    found = rows(fleet, WAITING, WAITING, WAITING, WAITING)
    found[0].wave = "canary"
    assert all_left(found, 4, dict.fromkeys("abcd", 10.0), now=0.0) == 20.0
