"""Ways to pay for usage: by the unit, or ahead by a commitment tier. Pure: cost as a function of usage."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from speech.catalog import prices

AS_YOU_GO = "pay as you go"
_ALIKE = 1e-6


@dataclass(frozen=True, slots=True)
class Way:
    """One way to pay. US dollars a month; usage in the meter's unit, audio hours or million characters."""

    name: str
    tier: str | None
    """Azure's name of the tier, taken in the order of their size; None for pay as you go."""
    included: float
    usd_a_month: float
    overage_usd: float
    """Of each unit beyond what is included."""

    def usd(self, usage: float) -> float:
        """What so much usage costs in a month."""
        return self.usd_a_month + self.beyond(usage) * self.overage_usd

    def beyond(self, usage: float) -> float:
        """The units that are paid one by one."""
        return max(0.0, usage - self.included)


@dataclass(frozen=True, slots=True)
class BreakEven:
    """The usage from which on another way is the cheapest."""

    usage: float
    before: Way
    after: Way


def ways(meter: str) -> tuple[Way, ...]:
    """Pay as you go, then the connected tiers, smallest first; none where the meter has no published price."""
    usd = prices.meter_usd(meter)
    if usd is None:
        return ()
    tiers = enumerate(prices.commitments(meter), start=1)
    return (
        Way(AS_YOU_GO, None, 0.0, 0.0, usd),
        *(Way(f"T{at}", f"T{at}", tier.included, tier.usd_a_month, tier.overage_usd) for at, tier in tiers),
    )


def cheapest(known: Sequence[Way], usage: float) -> Way:
    """The way that costs the least for so much usage; of several, the one that is bound to the least."""
    return min(known, key=lambda way: (round(way.usd(usage), 6), way.usd_a_month))


def break_evens(known: Sequence[Way]) -> tuple[BreakEven, ...]:
    """Where the cheapest way changes as usage grows from nothing, in that order."""
    points = sorted({0.0, *(way.included for way in known), *_crossings(known)})
    # Between two neighbours no two costs cross: the cheapest in the middle is the cheapest throughout.
    ends = [*points, points[-1] * 2 + 1]
    best = [cheapest(known, (low + high) / 2) for low, high in pairwise(ends)] if known else []
    changes = zip(points[1:], pairwise(best), strict=True) if best else ()
    return tuple(BreakEven(usage, before, after) for usage, (before, after) in changes if before != after)


def _crossings(known: Sequence[Way]) -> Iterator[float]:
    """Usages at which two ways cost the same; each is flat until its units are used up, then a straight line."""
    for one, other in combinations(known, 2):
        for slope, fixed in _lines(one):
            for another_slope, another_fixed in _lines(other):
                if abs(slope - another_slope) < _ALIKE:
                    continue
                usage = (another_fixed - fixed) / (slope - another_slope)
                if usage > 0 and abs(one.usd(usage) - other.usd(usage)) < _ALIKE * max(1.0, one.usd(usage)):
                    yield round(usage, 6)


def _lines(way: Way) -> tuple[tuple[float, float], tuple[float, float]]:
    return (0.0, way.usd_a_month), (way.overage_usd, way.usd_a_month - way.included * way.overage_usd)
