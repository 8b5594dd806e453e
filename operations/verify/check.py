"""What came of one question, and of all."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """How it went. A warning fails nothing: something could not be asked, or deserves a look."""

    PASS = "pass"  # noqa: S105  # no password
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One question and its answer."""

    name: str
    state: State
    said: str
    """What was found, and where it is wrong, the cause."""
    remedy: str | None = None
    """A command where there is one."""
    figures: Mapping[str, float | int | str | None] = field(default_factory=dict)
    """Measured values by name; seconds where the name says so."""

    def document(self) -> dict[str, Any]:
        """For --json, with the names that `speech doctor` has."""
        return {
            "name": self.name,
            "status": str(self.state),
            "found": self.said,
            "remedy": [self.remedy] if self.remedy else [],
            "figures": dict(self.figures),
        }


def passed(name: str, said: str, **figures: float | str | None) -> Check:
    """It is as it should be."""
    return Check(name, State.PASS, said, None, figures)


def warned(name: str, said: str, remedy: str | None = None) -> Check:
    """It could not be asked, or deserves a look."""
    return Check(name, State.WARN, said, remedy)


def failed(name: str, said: str, remedy: str | None = None) -> Check:
    """It is not as it should be."""
    return Check(name, State.FAIL, said, remedy)


@dataclass(frozen=True, slots=True)
class Section:
    """The checks of one thing: a container, a replica, the cluster."""

    name: str
    title: str
    """What stands beside its name."""
    checks: tuple[Check, ...]
    table: tuple[str, ...] = ()
    """Lines under the checks."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """What else --json has of it."""

    def document(self) -> dict[str, Any]:
        """For --json."""
        return {
            "name": self.name,
            "title": self.title,
            "checks": [check.document() for check in self.checks],
            **self.more,
        }


def counts(sections: Iterable[Section]) -> dict[str, int]:
    """How many checks came out how, the worst first."""
    counted = Counter(check.state for section in sections for check in section.checks)
    return {str(state): counted[state] for state in reversed(State)}
