"""How many nodes hold pods whatever order the scheduler takes them in, and wherever pods that went left room.

The scheduler of Kubernetes does not pack: it spreads, pods come and go, and none of them ever moves. So a pool is
counted by the worst arrangement of its pods. A pod of shape i without a place means that every node is blocked to it:
of the p places that an empty node has for its like, t are taken by pods of other shapes and p - t by its like. To take
t places, others must fill more than what p - t + 1 of its like leave of the cores, of the memory or of the number of
pods, and all that they fill is a multiple of their greatest common divisor: at least `filled[t]`.

Weights that give every blocked node at least 1 therefore bound their number by the weight of all pods but the one that
waits, and one node more is enough. Two choices of weights are tried for each shape, and the smaller bound holds:

- its like weigh 1 / p, and others what makes up for the rest: as much as the places that they take;
- others weigh their part of filled[p], for which they need none of its like, and those make up for the rest.

Where all pods are taken for as large as the largest in each measure, the number is plain: as many as fit, on each node.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil, floor, gcd, inf
from operator import add, mul

from speech.capacity.plan import PodShape
from speech.catalog.kinds import Size

_SLACK = 1e-9
Amounts = tuple[int, int]
"""Millicores and MiB: whole numbers, so that nothing is lost to fractions."""


@dataclass(frozen=True, slots=True)
class Load:
    """Pods by shape, and what they come to."""

    pods: tuple[int, ...]
    present: tuple[int, ...]
    """Shapes that there are pods of."""
    total: int
    all: Amounts
    """What they ask for together."""
    largest: Amounts
    """The most of each that one of them asks for."""

    def plus(self, other: "Load") -> "Load":
        """Both together."""
        return Load(
            tuple(map(add, self.pods, other.pods)),
            tuple(sorted({*self.present, *other.present})),
            self.total + other.total,
            (self.all[0] + other.all[0], self.all[1] + other.all[1]),
            (max(self.largest[0], other.largest[0]), max(self.largest[1], other.largest[1])),
        )


def load(pods: Sequence[int], shapes: Sequence[PodShape]) -> Load:
    """So many pods of each shape."""
    amounts = [_amounts(shape) for shape in shapes]
    present = tuple(at for at, own in enumerate(pods) if own)
    cpu, memory = (sum(own * one[which] for own, one in zip(pods, amounts, strict=True)) for which in (0, 1))
    largest = [max((amounts[at][which] for at in present), default=0) for which in (0, 1)]
    return Load(tuple(pods), present, sum(pods), (cpu, memory), (largest[0], largest[1]))


@dataclass(frozen=True, slots=True)
class Room:
    """A node of one size, as pods of these shapes find it when it is empty."""

    shapes: tuple[Amounts, ...]
    node: Amounts
    most_pods: int
    places: tuple[int, ...]
    """Pods of each shape that it holds: 0 where it holds none."""
    own: tuple[tuple[float, float], ...]
    """For each shape, the weight of its like, by both choices."""
    weights: tuple[tuple[float, ...], ...]
    """And those of all shapes: two rows a shape, 0 where they are one."""

    def nodes(self, load: Load) -> float:
        """Nodes that hold these pods in any order; inf where one fits no empty node."""
        return self.counted(load, self.weigh(load))

    def weigh(self, load: Load) -> tuple[float, ...]:
        """The weights of these pods against each shape; those of two loads are their sum."""
        return tuple(sum(map(mul, load.pods, row)) for row in self.weights)

    def counted(self, load: Load, weighed: Sequence[float]) -> float:
        """The same as `nodes`, for who has weighed them."""
        if self.volume(load) <= 1 and all(map(self.places.__getitem__, load.present)):
            return min(1, load.total)
        blocked = 0.0
        for at in load.present:
            if not self.places[at]:
                return inf
            (first, second), others = self.own[at], load.pods[at] - 1
            blocked = max(blocked, min(others * first + weighed[2 * at], others * second + weighed[2 * at + 1]))
        alike = min(self.node[0] // load.largest[0], self.node[1] // load.largest[1], self.most_pods)
        enough = floor(blocked + _SLACK) + 1
        return min(enough, -(-load.total // alike)) if alike else enough

    def volume(self, load: Load) -> float:
        """Nodes that cores, memory and the number of pods need at the very least, fractions included."""
        return max(load.all[0] / self.node[0], load.all[1] / self.node[1], load.total / self.most_pods)


@cache
def room_for(shapes: tuple[PodShape, ...], node: Size, most_pods: int) -> Room:
    """A node with so much left to pods, `most_pods` at most, before pods of these shapes."""
    amounts = tuple(map(_amounts, shapes))
    has = (floor(node.cpu * 1000 + _SLACK), floor(node.memory_gib * 1024 + _SLACK))
    places = tuple(min(has[0] // cpu, has[1] // memory, most_pods) for cpu, memory in amounts)
    own, weights = [], []
    for at, held in enumerate(places):
        measures = [
            *(([shape[which] for shape in amounts], has[which], amounts[at][which]) for which in (0, 1)),
            ([1] * len(amounts), most_pods, 1),
        ]
        found = [_weights(measure, node, one, held, at) for measure, node, one in measures] if held else []
        own.append((1 / held, max(second for second, _, _ in found)) if held else (0.0, 0.0))
        for choice in (1, 2):
            row = [max(values) for values in zip(*(each[choice] for each in found), strict=True)]
            weights.append(
                tuple(0.0 if index == at else value for index, value in enumerate(row or [0.0] * len(places)))
            )
    return Room(amounts, has, most_pods, places, tuple(own), tuple(weights))


def _amounts(shape: PodShape) -> Amounts:
    return ceil(shape.cpu * 1000 - _SLACK), ceil(shape.memory_gib * 1024 - _SLACK)


def _weights(
    amounts: Sequence[int], node: int, one: int, places: int, at: int
) -> tuple[float, list[float], list[float]]:
    """By one measure alone, for pods of shape `at`: their own weight by the second choice, and all others' by both."""
    step = gcd(*(amount for index, amount in enumerate(amounts) if index != at)) or 1
    filled = [0, *(((node - (places - taken + 1) * one) // step + 1) * step for taken in range(1, places + 1))]
    rate = max(taken / filled[taken] for taken in range(1, places + 1))
    own = max((1 - filled[taken] / filled[places]) / (places - taken) for taken in range(places))
    return (
        own,
        [min(ceil(amount / one), amount * rate) / places for amount in amounts],
        [min(1.0, amount / filled[places]) for amount in amounts],
    )
