"""What one question found."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How good it is, the worst last."""

    PASS = "pass"  # noqa: S105  # no password
    SKIP = "skip"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report."""

    name: str
    status: Status
    found: str
    """What was found, or why nothing was."""
    remedy: tuple[str, ...] = ()
    """What to do, the likeliest first: commands to copy, or a setting to write."""


def passed(name: str, found: str) -> Check:
    """All is well."""
    return Check(name, Status.PASS, found)


def warned(name: str, found: str, *remedy: str) -> Check:
    """The first `up` may work, and something is to be done."""
    return Check(name, Status.WARN, found, remedy)


def failed(name: str, found: str, *remedy: str) -> Check:
    """The first `up` will fail, or what it makes will not do."""
    return Check(name, Status.FAIL, found, remedy)


def left_out(name: str, why: str, *remedy: str) -> Check:
    """Nobody was asked, or nobody answered."""
    return Check(name, Status.SKIP, why, remedy)
