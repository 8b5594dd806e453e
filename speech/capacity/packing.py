"""How many nodes hold pods whatever order the scheduler takes them in, and wherever pods that went left room.

The scheduler of Kubernetes does not pack: it spreads, pods come and go, and none of them ever moves. So a pool is
counted by the worst arrangement of its pods. A pod of shape i without a place means that every node is blocked to it.
An empty node has `places` for p pods of i; others beside them take some. Blocked is a node where its own pods and the
places taken make p or more. A pod of shape j takes at most `taken` places, in whatever company:

- its size in pods of i, rounded up;
- or a part that grows with its size: the t-th place is gone only when others have filled what p - t + 1 pods leave. All
  sizes are multiples of their greatest common divisor, so is what must be filled.

With N nodes all blocked, N p <= (pods of i) - 1 + (places taken): one node more is enough.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil, floor, gcd, inf
from operator import mul

from speech.capacity.plan import PodShape
from speech.catalog.kinds import Size

_SLACK = 1e-9
_Amounts = tuple[int, int]
"""Millicores and MiB: whole numbers, so that nothing is lost to fractions."""


@dataclass(frozen=True, slots=True)
class Room:
    """A node of one size, as pods of these shapes find it when it is empty."""

    shapes: tuple[_Amounts, ...]
    node: _Amounts
    most_pods: int
    places: tuple[int, ...]
    """Pods of each shape that it holds: 0 where it holds none."""
    taken: tuple[tuple[float, ...], ...]
    """Places of shape i that a pod of shape j takes at most, by cores or memory; 0 where they are one. It takes none
    where all others together fit beside as many as an empty node holds."""
    taken_or_counted: tuple[tuple[float, ...], ...]
    """The same where the others are so many that their number may fill a node too."""

    def nodes(self, pods: Sequence[int]) -> float:
        """Nodes that hold so many pods of each shape in any order; inf where one fits no empty node."""
        total = sum(pods)
        cpu, memory = self._volume(pods)
        if total and cpu <= self.node[0] and memory <= self.node[1] and total <= self.most_pods:
            return 1
        worst = 0
        for at, own in enumerate(pods):
            if not own:
                continue
            if not (places := self.places[at]):
                return inf
            one_cpu, one_memory = self.shapes[at]
            others, taken = total - own, 0.0
            if others + places > self.most_pods:
                taken = sum(map(mul, pods, self.taken_or_counted[at]))
            elif others and not (
                cpu + (places - own) * one_cpu <= self.node[0] and memory + (places - own) * one_memory <= self.node[1]
            ):
                taken = sum(map(mul, pods, self.taken[at]))
            worst = max(worst, floor((own - 1 + taken) / places + _SLACK) + 1)
        return min(worst, total)

    def volume(self, pods: Sequence[int]) -> float:
        """Nodes that cores, memory and the number of pods need at the very least, fractions included."""
        cpu, memory = self._volume(pods)
        return max(cpu / self.node[0], memory / self.node[1], sum(pods) / self.most_pods)

    def _volume(self, pods: Sequence[int]) -> _Amounts:
        return (
            sum(own * cpu for own, (cpu, _) in zip(pods, self.shapes, strict=True)),
            sum(own * memory for own, (_, memory) in zip(pods, self.shapes, strict=True)),
        )


@cache
def room_for(shapes: tuple[PodShape, ...], node: Size, most_pods: int) -> Room:
    """A node with so much left to pods, `most_pods` at most, before pods of these shapes."""
    amounts = tuple((ceil(each.cpu * 1000 - _SLACK), ceil(each.memory_gib * 1024 - _SLACK)) for each in shapes)
    has = (floor(node.cpu * 1000 + _SLACK), floor(node.memory_gib * 1024 + _SLACK))
    places = tuple(min(has[0] // cpu, has[1] // memory, most_pods) for cpu, memory in amounts)
    taken = [_taken(amounts, has, at, held) for at, held in enumerate(places)]
    counted = [
        tuple(0.0 if index == at else max(part, held / most_pods) for index, part in enumerate(row))
        for at, (row, held) in enumerate(zip(taken, places, strict=True))
    ]
    return Room(amounts, has, most_pods, places, tuple(taken), tuple(counted))


def _taken(shapes: Sequence[_Amounts], node: _Amounts, at: int, places: int) -> tuple[float, ...]:
    """What a pod of each shape takes from those of shape `at`: by cores or by memory, whichever is more."""
    if not places:
        return (0.0,) * len(shapes)
    both = [_by_one([shape[which] for shape in shapes], node[which], shapes[at][which], places, at) for which in (0, 1)]
    return tuple(0.0 if index == at else max(found) for index, found in enumerate(zip(*both, strict=True)))


def _by_one(amounts: Sequence[int], node: int, own: int, places: int, at: int) -> list[float]:
    """The same by one measure alone."""
    step = gcd(*(amount for index, amount in enumerate(amounts) if index != at)) or 1
    slope = max(taken / _above(node - (places - taken + 1) * own, step) for taken in range(1, places + 1))
    return [min(ceil(amount / own), amount * slope) for amount in amounts]


def _above(amount: int, step: int) -> int:
    """The least multiple of `step` that is more than `amount`."""
    return (amount // step + 1) * step
