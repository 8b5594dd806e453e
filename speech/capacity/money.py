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
class Usage:
    """What containers use of one meter in a month, and what that costs beside plans that are paid for ahead."""

    meter: str
    unit: str
    """audio hour, or million characters."""
    containers: tuple[str, ...]
    amount: float | None
    """In that unit; None where one of the containers does not say it."""
    beyond: float | None
    """What is paid by the unit: all of it, or what exceeds the plans; None where that is not known."""
    usd: float | None
    """What that part costs; None where it is not known."""
    ahead_usd: float | None
    """What plans that are paid for it ahead cost, 0 where there are none; None where that is not known."""
    unknown: str | None = None
    """Why the cost is not known."""

    @property
    def ahead(self) -> bool:
        """Whether plans are paid for it."""
        return self.ahead_usd != 0.0

    @property
    def paid(self) -> float | None:
        """What it costs in all, the plans included; None where that is not known."""
        return None if self.usd is None or self.ahead_usd is None else self.usd + self.ahead_usd


@dataclass(frozen=True, slots=True)
class Cost:
    """What the plan costs."""

    lines: tuple[CostLine, ...]
    metering: float | None
    """What the containers' usage costs; None where that is not known."""
    metering_unknown: str | None
    """Why it is not."""
    as_of: str
    usages: tuple[Usage, ...] = ()
    """By meter; none where containers run by licence."""

    def sum(self, *parts: Part) -> Amount | None:
        """The sum of these parts' lines, of all where none is named; None where one of them has no price at all."""
        return summed(line.amount for line in self.lines if not parts or line.part in parts)

    @property
    def total(self) -> Amount | None:
        """Everything together; None where a part of it has no price at all."""
        lines = self.sum()
        return None if lines is None or self.metering is None else lines.plus(Amount(self.metering, self.metering))

    @property
    def compute(self) -> tuple[float, float] | None:
        """What containers run on; None where a part of it has no known price."""
        amount = self.sum(Part.COMPUTE)
        return amount.known if amount else None


def summed(amounts: Iterable[Amount | None]) -> Amount | None:
    """Everything together; None where one of them is not known."""
    total = Amount(0.0, 0.0)
    for amount in amounts:
        if amount is None:
            return None
        total = total.plus(amount)
    return total
