"""Which containers share a pool: the partition of the lowest cost, exactly.

Up to twelve items every partition is weighed, the best of each part once: under 3 ** 12 steps, a tenth of a second.
HiGHS takes more than two for the same choice among 4,095 sets, whose costs have no structure that branching could use.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

MOST_ITEMS = 12
_TOLERANCE = 0.018
"""The part of the lowest cost at the peak that a better choice for the rest of the time may cost more."""
_BASES = (0.1, 0.03, 0.01, 0.0)
"""How much of the cost at the least load counts: as much as the tolerance allows."""
_POOL = 0.004
"""The part of the cost that one more pool must save: a pool is managed, upgraded and has a surge node in the quota."""

Set = int
"""Items of a pool, a bit each."""


@dataclass(frozen=True, slots=True)
class Price:
    """Of a set as one pool, at the peak and at the least load."""

    peak: float
    base: float


@dataclass(frozen=True, slots=True)
class Partition:
    """Sets of items, disjoint and together all; their cost at the peak, and the lowest of any."""

    sets: tuple[Set, ...]
    peak: float
    lowest: float


def partition(usd: Mapping[Set, Price], items: int, most_pools: int) -> Partition | None:
    """A partition in up to `most_pools` sets whose cost at the peak is the lowest, or hardly more than that.

    `usd` has the price of each set that may be a pool. Among those that cost hardly more, the choice falls on few
    pools that cost little at the least load. None where there is no partition.
    """
    best = _best({chosen: price.peak for chosen, price in usd.items()}, items, most_pools)
    if best is None:
        return None
    lowest = best[0]
    for weight in _BASES:
        ranked = {chosen: price.peak + weight * price.base + _POOL * lowest for chosen, price in usd.items()}
        if weighed := _best(ranked, items, most_pools):
            best = (sum(usd[chosen].peak for chosen in weighed[1]), weighed[1])
        if best[0] <= lowest * (1 + _TOLERANCE):
            break
    return Partition(best[1], best[0], lowest)


def _best(usd: Mapping[Set, float], items: int, most_pools: int) -> tuple[float, tuple[Set, ...]] | None:
    """The lowest sum, and its sets."""
    everything = (1 << items) - 1
    best: dict[Set, tuple[float, tuple[Set, ...]]] = {0: (0.0, ())}
    found: list[tuple[float, tuple[Set, ...]]] = []
    for pools in range(most_pools):
        best = _one_more(best, usd, everything, last=pools == most_pools - 1)
        if everything in best:
            found.append(best[everything])
    return min(found, default=None)


def _one_more(
    best: Mapping[Set, tuple[float, tuple[Set, ...]]], usd: Mapping[Set, float], everything: Set, *, last: bool
) -> dict[Set, tuple[float, tuple[Set, ...]]]:
    """The best partition of each part with one set more, which has the first item that is left; the last has all."""
    more: dict[Set, tuple[float, tuple[Set, ...]]] = {}
    for done, (cost, sets) in best.items():
        rest = everything & ~done
        first = rest & -rest
        for other in [rest & ~first] if last else _parts(rest & ~first):
            chosen = first | other
            price = cost + usd.get(chosen, inf)
            if chosen and price < more.get(done | chosen, (inf,))[0]:
                more[done | chosen] = (price, (*sets, chosen))
    return more


def _parts(whole: Set) -> Iterator[Set]:
    """All, the empty one too."""
    part = whole
    while part:
        yield part
        part = (part - 1) & whole
    yield 0


def members(chosen: Set) -> Sequence[int]:
    """The items of a set."""
    return [item for item in range(chosen.bit_length()) if chosen >> item & 1]
