"""What to do next, from what is known. Pure: a rotation that was stopped anywhere goes on from the same facts.

Nothing is remembered but the message of the engine's updates, which lie with the state: another machine reads them too.
Whether a key has been renewed since the last `up` is seen by comparing the account's with the stack's output.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

Key = Literal["key1", "key2"]
KEYS: tuple[Key, Key] = ("key1", "key2")
_MARK = "speech keys rotate:"
_MOVED = re.compile(rf"{_MARK} containers use (key[12])")


def other(key: Key) -> Key:
    """The one of the two that this is not."""
    return "key2" if key == "key1" else "key1"


def moved_message(key: Key) -> str:
    """Of the update that moves containers to a key, half of a rotation."""
    return f"{_MARK} containers use {key}"


DONE_MESSAGE = f"{_MARK} both keys are new"
"""Of the update that ends a rotation."""
AS_IT_IS_MESSAGE = f"{_MARK} containers get the keys as they are"
"""Of one that is needed before a rotation can begin or go on."""


@dataclass(frozen=True, slots=True)
class Known:
    """The facts that decide."""

    written: Key
    """`speech:billing.active_key` of the stack file."""
    used: Key
    """The same at the last update that succeeded: what containers use."""
    moved_to: Key | None
    """The key to which a rotation that has not ended moved the containers."""
    moved_at: str | None
    """When it did."""
    renewed: frozenset[Key]
    """Keys of the account that are not those of the last update."""


class Act(StrEnum):
    """One step."""

    RENEW = "renew"
    """A new value for the key that no container uses."""
    SWITCH = "switch"
    """The other key into the stack file."""
    MOVE = "move"
    """`pulumi up`: containers roll to it."""
    SETTLE = "settle"
    """`pulumi up` because containers have not what the account or the stack file has."""
    FINISH = "finish"
    """`pulumi up`: the second new key into the vault and the outputs; nothing rolls."""


@dataclass(frozen=True, slots=True)
class Step:
    """What to do, with which key."""

    act: Act
    key: Key


def next_step(known: Known) -> Step:
    """The step that is next. A key that containers may use is never renewed."""
    if known.written != known.used:
        # Killed between the stack file and the end of `up`; or somebody wrote it: then nothing was renewed.
        return Step(Act.MOVE if known.written in known.renewed else Act.SETTLE, known.written)
    used, free = known.used, other(known.used)
    if used in known.renewed:
        return Step(Act.SETTLE, used)
    if known.moved_to == used:
        return Step(Act.FINISH if free in known.renewed else Act.RENEW, free)
    return Step(Act.SWITCH if free in known.renewed else Act.RENEW, free)


def message_of(step: Step, known: Known) -> str:
    """Of the update that a step is. One that settles something in the midst of a rotation keeps its place."""
    if step.act is Act.MOVE:
        return moved_message(step.key)
    if step.act is Act.FINISH:
        return DONE_MESSAGE
    in_second_half = known.moved_to is not None and known.moved_to == known.used == known.written
    return moved_message(known.used) if in_second_half else AS_IT_IS_MESSAGE


def marked(history: Iterable[Mapping[str, Any]]) -> tuple[Key | None, str | None]:
    """Where the last rotation was left, and when, from `pulumi stack history --json`, newest first. None: it ended."""
    for update in history:
        message = str(update.get("message", ""))
        if update.get("result") != "succeeded" or not message.startswith(_MARK):
            continue
        found = _MOVED.match(message)
        return (_key(found[1]), str(update.get("startTime", ""))) if found else (None, None)
    return None, None


def used(history: Iterable[Mapping[str, Any]], otherwise: Key) -> Key:
    """The active key at the last update that succeeded."""
    for update in history:
        if update.get("result") == "succeeded" and update.get("kind") in {"update", "refresh"}:
            billing = update.get("config", {}).get("speech:billing", {}).get("objectValue") or {}
            return _key(str(billing.get("active_key", KEYS[0])))
    return otherwise


def _key(text: str) -> Key:
    return "key2" if text == "key2" else "key1"
