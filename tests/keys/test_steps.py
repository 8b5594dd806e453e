"""Steps follow from facts alone: stopped anywhere, a rotation goes on, and no key that is used is ever renewed."""

import itertools
from dataclasses import dataclass, field
from typing import Any

import pytest

from operations.keys.steps import (
    DONE_MESSAGE,
    KEYS,
    Act,
    Key,
    Known,
    Step,
    marked,
    message_of,
    moved_message,
    next_step,
    other,
    used,
)


def known(written: Key = "key1", used: Key = "key1", moved_to: Key | None = None, *renewed: Key) -> Known:
    return Known(written, used, moved_to, None, frozenset(renewed))


@dataclass
class World:
    """An account, an engine's state, a stack file and containers that got their key at the last update."""

    account: dict[Key, int] = field(default_factory=lambda: {"key1": 1, "key2": 1})
    state: dict[Key, int] = field(default_factory=lambda: {"key1": 1, "key2": 1})
    written: Key = "key1"
    history: list[dict[str, Any]] = field(default_factory=list)
    holds: set[tuple[Key, int]] = field(default_factory=lambda: {("key1", 1)})
    """What containers run with: of a roll that is under way, two."""

    def known(self) -> Known:
        renewed = frozenset(key for key in KEYS if self.account[key] != self.state[key])
        moved_to, at = marked(self.history)
        return Known(self.written, used(self.history, "key1"), moved_to, at, renewed)

    def take(self, step: Step, *, cut: bool = False) -> None:
        """`cut`: an update that is interrupted has rolled some containers, and no outputs."""
        message = message_of(step, self.known())
        if step.act is Act.RENEW:
            assert step.key not in {key for key, _ in self.holds}, "a key that is used"
            self.account[step.key] += 1
        elif step.act is Act.SWITCH:
            self.written = step.key
        else:
            held = (self.written, self.account[self.written])
            self.holds = {*self.holds, held} if cut else {held}
            if not cut:
                self.state = dict(self.account)
            config = {"speech:billing": {"objectValue": {"active_key": self.written}}}
            result = "failed" if cut else "succeeded"
            self.history.insert(0, {"kind": "update", "message": message, "result": result, "config": config})
        assert all(self.account[key] == version for key, version in self.holds), "containers have a key that is refused"

    def rotate(self, cuts: frozenset[int] = frozenset()) -> list[Act]:
        taken = []
        for number in range(20):
            step = next_step(self.known())
            cut = number in cuts and step.act in {Act.MOVE, Act.SETTLE, Act.FINISH}
            self.take(step, cut=cut)
            taken.append(step.act)
            if step.act is Act.FINISH and not cut:
                return taken
        raise AssertionError("it goes in circles")


def test_a_rotation_renews_the_free_key_moves_and_renews_the_other() -> None:
    world = World()
    assert world.rotate() == [Act.RENEW, Act.SWITCH, Act.MOVE, Act.RENEW, Act.FINISH]
    assert (world.account, world.state, world.written) == ({"key1": 2, "key2": 2}, {"key1": 2, "key2": 2}, "key2")


def test_the_next_rotation_goes_the_other_way() -> None:
    world = World()
    world.rotate()
    world.rotate()
    assert (world.account, world.written) == ({"key1": 3, "key2": 3}, "key1")


@pytest.mark.parametrize(
    "cuts", [frozenset(cuts) for count in (1, 2) for cuts in itertools.combinations(range(8), count)]
)
def test_updates_may_be_cut_off_and_each_key_is_renewed_once(cuts: frozenset[int]) -> None:
    world = World()
    world.rotate(cuts)
    assert world.account == {"key1": 2, "key2": 2}
    assert {key for key, _ in world.holds} == {"key2"}


def test_a_key_in_use_that_somebody_renewed_reaches_the_containers_before_anything_else() -> None:
    assert next_step(known("key1", "key1", None, "key1")) == Step(Act.SETTLE, "key1")


def test_a_key_that_the_user_wrote_without_an_update_is_taken_up_before_the_rotation_begins() -> None:
    world = World(written="key2")
    assert world.rotate()[0] is Act.SETTLE
    assert world.account == {"key1": 2, "key2": 2}


def test_an_update_by_somebody_else_in_between_renews_no_key_that_is_used() -> None:
    for stop in range(5):
        world = World()
        for _ in range(stop):
            world.take(next_step(world.known()))
        world.take(Step(Act.SETTLE, world.written))
        world.history[0]["message"] = ""
        world.rotate()
        assert min(world.account.values()) >= 2


def test_a_rotation_that_ended_leaves_no_mark() -> None:
    history = [
        {"message": "", "result": "succeeded"},
        {"message": DONE_MESSAGE, "result": "succeeded"},
        {"message": moved_message("key2"), "result": "succeeded"},
    ]
    assert marked(history) == (None, None)


def test_an_update_that_failed_leaves_no_mark() -> None:
    assert marked([{"message": moved_message("key2"), "result": "failed"}]) == (None, None)


def test_the_other_of_two_keys() -> None:
    assert [other(key) for key in KEYS] == ["key2", "key1"]
