"""What a plan costs, as lines and sums. US dollars a month of 730 hours, list prices."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """What a line of the cost belongs to."""

    COMPUTE = "compute"
    NETWORK = "network"
    STORAGE = "storage"
    COMMITMENTS = "commitments"


@dataclass(frozen=True, slots=True)
class Amount:
    """At the least and at the most. `estimated` where a part of it has no known price in the region."""

    low: float
    high: float
    estimated: bool = False

    def plus(self, other: "Amount") -> "Amount":
        """The sum; estimated where either is."""
        return Amount(self.low + other.low, self.high + other.high, self.estimated or other.estimated)

    @property
    def known(self) -> tuple[float, float] | None:
        """The two ends in whole cents; None where they are an estimate."""
        return None if self.estimated else (round(self.low, 2), round(self.high, 2))


@dataclass(frozen=True, slots=True)
class CostLine:
    """One thing that is paid for. None: no price is known in any region."""

    what: str
    amount: Amount | None
    part: Part = Part.COMPUTE

    @property
    def usd(self) -> tuple[float, float] | None:
        """The price where it is known."""
        return self.amount.known if self.amount else None


@dataclass(frozen=True, slots=True)
class Cost:
    """What the plan costs."""

    lines: tuple[CostLine, ...]
    metering: float | None
    """What the containers' usage costs; None where that is not known."""
    metering_unknown: str | None
    """Why it is not."""
    as_of: str

    def sum(self, *parts: Part) -> Amount | None:
        """The sum of these parts' lines, of all where none is named; None where one of them has no price at all."""
        return _sum(line.amount for line in self.lines if not parts or line.part in parts)

    @property
    def compute(self) -> tuple[float, float] | None:
        """What containers run on; None where a part of it has no known price."""
        amount = self.sum(Part.COMPUTE)
        return amount.known if amount else None


def _sum(amounts: Iterable[Amount | None]) -> Amount | None:
    total = Amount(0.0, 0.0)
    for amount in amounts:
        if amount is None:
            return None
        total = total.plus(amount)
    return total
