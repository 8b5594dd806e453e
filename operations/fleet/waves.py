"""In which order: stacks cut into named waves."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from operations.fleet.selection import Labels, selection
from speech.files.stack_file import UnreadableError
from speech.settings.faults import shown

ALL = "all=*"
"""Where no waves are named."""
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,19}")
_COUNT, _SHARE = re.compile(r"[0-9]{1,4}"), re.compile(r"([0-9]{1,3})%")
_ALL_PERCENT = 100


@dataclass(frozen=True, slots=True)
class Wave:
    """Stacks that run side by side, in the order in which they start."""

    name: str
    stacks: tuple[str, ...]


def waves(text: str, fleet: Sequence[Labels]) -> tuple[Wave, ...]:
    """The fleet by words like canary=1,europe=location=west*,half=50%,rest=*; who is not in a wave yet comes by name.

    A count, a percentage of the whole fleet (rounded up), labels (more than one with + between), or * for the rest.
    A wave that is left without a stack by a count, a percentage or * is left out. Raises UnreadableError where the
    words say nothing, labels find nobody, or a stack is in no wave.
    """
    left = sorted(fleet, key=lambda labels: labels["name"])
    found: list[Wave] = []
    for part in filter(None, (each.strip() for each in text.split(","))):
        name, equals, what = (each.strip() for each in part.partition("="))
        if not equals or not _NAME.fullmatch(name):
            raise _fault(part, "write NAME=WHICH with a name of small letters, as in  canary=1,rest=*")
        if name in (wave.name for wave in found):
            raise _fault(part, "a wave of this name stands before it")
        chosen = _chosen(part, what, left, len(fleet))
        left = [labels for labels in left if labels not in chosen]
        found.append(Wave(name, tuple(labels["name"] for labels in chosen)))
    if left:
        names = ", ".join(labels["name"] for labels in left[:3])
        more = f" and {len(left) - 3} more" if len(left) > 3 else ""  # noqa: PLR2004  # as many as are named
        raise UnreadableError(f"--waves {shown(text)}: in no wave: {names}{more}; end with  rest=*")
    return tuple(wave for wave in found if wave.stacks)


def _chosen(part: str, what: str, left: Sequence[Labels], all_of_them: int) -> Sequence[Labels]:
    if what == "*":
        return left
    if _COUNT.fullmatch(what):
        if not int(what):
            raise _fault(part, "a wave of no stack does nothing: leave it out")
        return left[: int(what)]
    if share := _SHARE.fullmatch(what):
        if not 0 < int(share[1]) <= _ALL_PERCENT:
            raise _fault(part, "a percentage lies between 1 and 100")
        return left[: -(-all_of_them * int(share[1]) // _ALL_PERCENT)]
    if "=" not in what:
        raise _fault(part, "a wave is a count (1), a percentage (50%), a label (location=westeurope) or the rest (*)")
    asked = selection(what, f"--waves {part.partition('=')[0]}", separator="+")
    chosen = [labels for labels in left if asked.holds(labels)]
    if not chosen:
        raise _fault(part, "no stack of the selection is in it, or all are in a wave before it")
    return chosen


def _fault(part: str, text: str) -> UnreadableError:
    return UnreadableError(f"--waves {shown(part)}: {text}")
