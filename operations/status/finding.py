"""What is told of a stack: rows of what should run, and what is wrong."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

UNKNOWN = "unknown"
"""The state of a row of which nobody could tell."""
BY_HAND = "look there"
"""Of one of which nobody here ever can: a Docker host's."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it should be."""

    what: str
    """Whose it is: a container, a node, the account."""
    said: str
    """The cause, in words."""
    remedy: str
    """A command, or a setting to write."""
    since: datetime | None = None
    """When it began; None where nobody knows."""
    warns: bool = False
    """Nothing fails yet."""

    def document(self) -> dict[str, Any]:
        """For --json."""
        return {**asdict(self), "since": _text(self.since)}


@dataclass(frozen=True, slots=True)
class Row:
    """One container of the stack file."""

    name: str
    image: str
    """Repository and tag, without the registry."""
    ready: int
    wanted: int
    most: int
    """How many the autoscaler may make."""
    restarts: int
    since: datetime | None
    """Since when its oldest serving replica serves, or its state is what it is."""
    state: str

    @property
    def well(self) -> bool:
        """Whether as much runs as should."""
        return self.ready >= self.wanted

    def document(self) -> dict[str, Any]:
        """For --json."""
        return {**asdict(self), "since": _text(self.since)}


@dataclass(frozen=True, slots=True)
class Report:
    """What came of all questions."""

    stack: str
    where: str
    """AKS in westeurope."""
    facts: dict[str, str] = field(default_factory=dict)
    """In a few words each: the last update, the account, the nodes."""
    rows: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = ()
    unknown: tuple[str, ...] = ()
    """What could not be asked, each with the reason."""

    @property
    def blind(self) -> bool:
        """Whether nobody could tell what runs."""
        return any(row.state == UNKNOWN for row in self.rows)

    @property
    def well(self) -> bool:
        """Whether nothing is wrong, as far as that is known at all. Warnings fail nothing."""
        return not self.blind and all(problem.warns for problem in self.problems)

    def document(self) -> dict[str, Any]:
        """For --json."""
        return {
            "stack": self.stack,
            "where": self.where,
            "well": self.well,
            "facts": self.facts,
            "containers": [row.document() for row in self.rows],
            "problems": [problem.document() for problem in self.problems],
            "not_asked": list(self.unknown),
        }


@dataclass(frozen=True, slots=True)
class Part:
    """What one source tells."""

    facts: dict[str, str] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = ()
    unknown: tuple[str, ...] = ()


def moment(text: str | None) -> datetime | None:
    """A time as Kubernetes, Azure and the engine write it; None where there is none."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _text(found: datetime | None) -> str | None:
    return None if found is None else found.isoformat(timespec="seconds")
