"""Many containers made few: those whose pods are alike count as one, with pods as large as the largest of them."""

from collections.abc import Sequence
from itertools import pairwise

from speech.capacity.nodes import Pods
from speech.capacity.plan import PodShape, Range

_GIB_A_CORE = 4
"""Of common nodes: by it, memory is weighed against cores."""

Group = tuple[tuple[int, ...], PodShape, list[Pods]]


def alike(containers: Sequence[Sequence[Pods]], most: int) -> tuple[list[tuple[int, ...]], list[list[Pods]]]:
    """At most so many groups: the containers of each by their number, and the pods that stand for theirs.

    First those with the same shape are one group, then neighbours by size, where it wastes least.
    """
    same: dict[PodShape, Group] = {}
    for number, pods in enumerate(containers):
        shape = _largest([each.shape for each in pods])
        numbers, _, together = same.get(shape, ((), shape, []))
        same[shape] = ((*numbers, number), shape, [*together, *pods])
    groups = sorted(same.values(), key=lambda group: (group[1].cpu, group[1].memory_gib))
    while len(groups) > most:
        joined = [_joined(one, other) for one, other in pairwise(groups)]
        at = min(range(len(joined)), key=lambda at: _volume(joined[at]) - _volume(groups[at]) - _volume(groups[at + 1]))
        groups[at : at + 2] = [joined[at]]
    return [numbers for numbers, _, _ in groups], [_as_one(group) for group in groups]


def _joined(one: Group, other: Group) -> Group:
    return (*one[0], *other[0]), _largest([one[1], other[1]]), [*one[2], *other[2]]


def _as_one(group: Group) -> list[Pods]:
    _, shape, pods = group
    least, most = (sum(each.replicas.min for each in pods), sum(each.replicas.max for each in pods))
    return [
        Pods(shape, Range(least, most)),
        *(Pods(shape, Range(0, 0), each.image_gib) for each in pods if each.image_gib),
    ]


def _largest(shapes: Sequence[PodShape]) -> PodShape:
    return PodShape(max(shape.cpu for shape in shapes), max(shape.memory_gib for shape in shapes))


def _volume(group: Group) -> float:
    _, shape, pods = group
    return sum(each.replicas.max for each in pods) * (shape.cpu + shape.memory_gib / _GIB_A_CORE)
