"""Containers to pools: which of them share nodes of one size.

A pod finds its pool by a label, so every container has one pool, and a pool one size. The cost is that of the peak:
machines and disks, each pool counted so that its pods fit in any order.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from operator import add
from typing import TypeVar

from speech.capacity import disks
from speech.capacity.nodes import HOURS_A_MONTH, MOST_SPEECH_PODS, Pods, room
from speech.capacity.packing import Load, Room, load, room_for
from speech.capacity.packing_alike import alike
from speech.capacity.plan import PodShape
from speech.capacity.solver import MOST_ITEMS, Price, members, partition
from speech.capacity.solver_relaxed import relaxed
from speech.catalog import aks
from speech.catalog.vm_sizes import VmSize
from speech.settings.target import AksTarget

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Split:
    """Containers by pool, and what no other choice of pools and sizes costs less than: US dollars a month."""

    pools: tuple[tuple[int, ...], ...]
    bound: float
    among: tuple[PodShape, ...] = ()
    """Shapes that pods were counted among, where the bound is of the same count."""


@dataclass(frozen=True, slots=True)
class _Node:
    """Nodes that leave the same to pods, and the least that one costs a month with a disk of each tier."""

    room: Room
    usd: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Item:
    """Containers that share a pool: their pods at the peak and at the least, and their images' GiB, largest first."""

    containers: tuple[int, ...]
    most: Load
    least: Load
    images: tuple[float, ...]

    def plus(self, other: "_Item") -> "_Item":
        return _Item(
            (*self.containers, *other.containers),
            self.most.plus(other.most),
            self.least.plus(other.least),
            tuple(sorted((*self.images, *other.images), reverse=True)),
        )


def _shapes_of(containers: Sequence[Sequence[Pods]]) -> tuple[PodShape, ...]:
    """Every shape once."""
    return tuple(dict.fromkeys(each.shape for pods in containers for each in pods))


def split(
    containers: Sequence[Sequence[Pods]], sizes: Sequence[VmSize], target: AksTarget, region: str
) -> Split | None:
    """The pools of the lowest cost, as few as may be; None where no price is known, or no size holds a container."""
    if len(containers) > MOST_ITEMS:
        return _many(containers, sizes, target, region)
    return _exact(containers, [(at,) for at in range(len(containers))], sizes, target, region)


def _exact(
    containers: Sequence[Sequence[Pods]],
    numbers: Sequence[tuple[int, ...]],
    sizes: Sequence[VmSize],
    target: AksTarget,
    region: str,
) -> Split | None:
    shapes = _shapes_of(containers)
    items = [_item(number, pods, shapes) for number, pods in zip(numbers, containers, strict=True)]
    found = partition(_priced(items, _nodes(sizes, shapes, target, region), target), len(items), target.max_pools)
    if found is None:
        return None
    pools = [sorted(at for item in members(chosen) for at in items[item].containers) for chosen in found.sets]
    return Split(tuple(map(tuple, sorted(pools))), found.lowest, shapes)


def _many(
    containers: Sequence[Sequence[Pods]], sizes: Sequence[VmSize], target: AksTarget, region: str
) -> Split | None:
    """More containers than can be weighed one by one: those with alike pods stay together, as if all were the largest.

    What that may cost is said by the bound, which is of a freer choice (see solver_relaxed).
    """
    numbers, merged = alike(containers, MOST_ITEMS)
    found = _exact(merged, numbers, sizes, target, region)
    return Split(found.pools, lower_bound(containers, sizes, target, region)) if found else None


def lower_bound(containers: Sequence[Sequence[Pods]], sizes: Sequence[VmSize], target: AksTarget, region: str) -> float:
    """What no choice of pools costs less than, however many containers there are."""
    shapes = _shapes_of(containers)
    everything = _item((), [each for pods in containers for each in pods], shapes).most
    priced = [(node.room, min(node.usd)) for node in _nodes(sizes, shapes, target, region)]
    return relaxed(everything, priced, len(target.zones), target.max_pools, target.planning_seconds)


def _item(numbers: tuple[int, ...], pods: Sequence[Pods], shapes: Sequence[PodShape]) -> _Item:
    most, least = dict.fromkeys(shapes, 0), dict.fromkeys(shapes, 0)
    for each in pods:
        most[each.shape] += each.replicas.max
        least[each.shape] += each.replicas.min
    images = tuple(sorted((each.image_gib for each in pods if each.image_gib), reverse=True))
    return _Item(numbers, load(tuple(most.values()), shapes), load(tuple(least.values()), shapes), images)


def _nodes(sizes: Sequence[VmSize], shapes: tuple[PodShape, ...], target: AksTarget, region: str) -> tuple[_Node, ...]:
    """Sizes whose nodes leave the same are one: with each disk, the cheapest of them."""
    found: dict[Room, tuple[float, ...]] = {}
    for size in sizes:
        left = room_for(shapes, room(size, target.version), MOST_SPEECH_PODS)
        prices = tuple(_usd(size, tier.gib, target, region) for tier in aks.os_disks())
        found[left] = tuple(map(min, zip(found.get(left, prices), prices, strict=True)))
    priced = [_Node(left, usd) for left, usd in found.items() if min(usd) < inf]
    return tuple(sorted(priced, key=lambda node: min(node.usd) / node.room.node[0]))


def _usd(size: VmSize, gib: float, target: AksTarget, region: str) -> float:
    """A month of one node with so much of a disk; inf where it cannot be had, or its price is not known."""
    hourly, disk = size.estimated_usd(region), disks.disk(size, gib, target.os_disk)
    stored = disks.usd_a_month(disk, region) if disk else None
    return inf if hourly is None or stored is None else hourly * HOURS_A_MONTH + stored.high


def _priced(items: Sequence[_Item], nodes: Sequence[_Node], target: AksTarget) -> dict[int, Price]:
    """Each set of items that some size can hold, and the least that it costs."""
    sets = _sets(items, _Item.plus)
    found: dict[int, tuple[float, float, Room]] = {}
    for node in nodes:
        weighed = _sets([node.room.weigh(item.most) for item in items], lambda one, other: tuple(map(add, one, other)))
        for chosen, item in sets.items():
            peak = found[chosen][0] if chosen in found else inf
            # Most sizes are out of the question before their nodes are counted.
            least = max(len(target.zones), node.room.volume(item.most))
            if least * node.usd[0] < peak and (usd := node.usd[_tier(item, node.room)]) * least < peak:
                cost = max(len(target.zones), node.room.counted(item.most, weighed[chosen])) * usd
                if cost < peak:
                    found[chosen] = (cost, usd, node.room)
    return {
        chosen: Price(peak, max(len(target.zones), room.nodes(sets[chosen].least)) * usd)
        for chosen, (peak, usd, room) in found.items()
    }


def _sets(items: Sequence[T], plus: Callable[[T, T], T]) -> dict[int, T]:
    """The sum of each set of items but the empty one; each by one addition."""
    sums: dict[int, T] = {}
    for chosen in range(1, 1 << len(items)):
        last = chosen.bit_length() - 1
        rest = chosen & ~(1 << last)
        sums[chosen] = plus(sums[rest], items[last]) if rest else items[last]
    return sums


def _tier(item: _Item, room: Room) -> int:
    """The disk of a node that has these pods' images."""
    return disks.tier_for(disks.needed_gib(item.images, max(room.places[at] for at in item.most.present)))
