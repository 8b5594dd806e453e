"""What is wrong with a stack file, in words that a person can act on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

MOST_SHOWN = 50
_LONGEST_SHOWN = 60


class Severity(StrEnum):
    """A fault stops the stack; a warning is printed and lives on in the plan."""

    FAULT = "fault"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing worth saying about one place of a stack file.

    `path` is the key as the stack file has it (`speech:containers[2].voice`), `message` says what, why and the remedy.
    """

    path: str
    message: str
    severity: Severity = Severity.FAULT


class InvalidStackError(Exception):
    """A stack file that cannot be deployed. Holds every fault that was found, not only the first."""

    def __init__(self, faults: Sequence[Finding]) -> None:
        super().__init__(f"{len(faults)} fault{'' if len(faults) == 1 else 's'}")
        self.faults = tuple(faults)


def render(findings: Sequence[Finding]) -> list[str]:
    """Lines for a terminal, paths in one column; beyond the fiftieth only the count is given."""
    shown = findings[:MOST_SHOWN]
    width = min(max((len(finding.path) for finding in shown), default=0), 44)
    lines = [f"  {finding.path:<{width}}  {finding.message}" for finding in shown]
    if len(findings) > MOST_SHOWN:
        lines.append(f"  ... and {len(findings) - MOST_SHOWN} more")
    return lines


def shown(text: str) -> str:
    """The text in quotes: cut where it is long, with nothing in it that a terminal would obey."""
    cut = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
    return f'"{cut if cut.isprintable() else cut.encode("unicode_escape").decode()}"'


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """' Did you mean "x"?' where something known is close, else nothing."""
    if len(given) > _LONGEST_SHOWN:
        return ""
    lowered = {name.lower(): name for name in known}
    close = get_close_matches(given.lower(), lowered, n=1, cutoff=0.6)
    return f' Did you mean "{lowered[close[0]]}"?' if close else ""


def one_of(names: Iterable[str]) -> str:
    """'a, b or c'."""
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last
