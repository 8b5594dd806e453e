"""Containers to pools: which of them share nodes of one size.

A pod finds its pool by a label, so every container has one pool, and a pool one size. The cost is that of the peak:
machines and disks, each pool counted so that its pods fit in any order.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import inf
from operator import add

from speech.capacity import disks
from speech.capacity.nodes import HOURS_A_MONTH, MOST_SPEECH_PODS, Pods, room
from speech.capacity.packing import Room, room_for
from speech.capacity.plan import PodShape
from speech.capacity.solver import MOST_ITEMS, Price, members, partition
from speech.capacity.solver_relaxed import relaxed
from speech.catalog import aks
from speech.catalog.vm_sizes import VmSize
from speech.settings.target import AksTarget


@dataclass(frozen=True, slots=True)
class Split:
    """Containers by pool, and what no other choice of pools and sizes costs less than: US dollars a month."""

    pools: tuple[tuple[int, ...], ...]
    bound: float


@dataclass(frozen=True, slots=True)
class _Node:
    """Nodes that leave the same to pods, and the least that one costs a month with a disk of each tier."""

    room: Room
    usd: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Item:
    """Containers that share a pool: their pods by shape, at the peak and at the least, and their images' GiB."""

    containers: tuple[int, ...]
    most: tuple[int, ...]
    least: tuple[int, ...]
    images: tuple[float, ...]

    def plus(self, other: "_Item") -> "_Item":
        return _Item(
            (*self.containers, *other.containers),
            tuple(map(add, self.most, other.most)),
            tuple(map(add, self.least, other.least)),
            (*self.images, *other.images),
        )


def split(
    containers: Sequence[Sequence[Pods]], sizes: Sequence[VmSize], target: AksTarget, region: str
) -> Split | None:
    """The pools of the lowest cost, as few as may be; None where no price is known, or no size holds a container."""
    shapes = tuple(dict.fromkeys(each.shape for pods in containers for each in pods))
    nodes = _nodes(sizes, shapes, target, region)
    items = [_item(at, pods, shapes) for at, pods in enumerate(containers)]
    if len(items) <= MOST_ITEMS:
        return _exact(items, nodes, target)
    return _many(items, shapes, nodes, target)


def _exact(items: Sequence[_Item], nodes: Sequence[_Node], target: AksTarget) -> Split | None:
    found = partition(dict(_priced(items, nodes, target)), len(items), target.max_pools)
    if found is None:
        return None
    pools = [sorted(at for item in members(chosen) for at in items[item].containers) for chosen in found.sets]
    return Split(tuple(map(tuple, sorted(pools))), found.lowest)


def _many(
    items: Sequence[_Item], shapes: Sequence[PodShape], nodes: Sequence[_Node], target: AksTarget
) -> Split | None:
    """More containers than can be weighed one by one: those with alike pods stay together.

    What that may cost is said by the bound, which is of a freer choice (see solver_relaxed).
    """
    found = _exact(_alike(items, shapes), nodes, target)
    if found is None:
        return None
    pods = tuple(map(sum, zip(*(item.most for item in items), strict=True)))
    priced = [(node.room, min(node.usd)) for node in nodes if min(node.usd) < inf]
    bound = relaxed(pods, priced, len(target.zones), target.max_pools, target.planning_seconds)
    return Split(found.pools, min(found.bound, bound))


def _item(at: int, pods: Sequence[Pods], shapes: Sequence[PodShape]) -> _Item:
    def counts(of: Callable[[Pods], int]) -> tuple[int, ...]:
        return tuple(sum(of(each) for each in pods if each.shape == shape) for shape in shapes)

    images = tuple(each.image_gib for each in pods if each.image_gib)
    return _Item((at,), counts(lambda each: each.replicas.max), counts(lambda each: each.replicas.min), images)


def _alike(items: Sequence[_Item], shapes: Sequence[PodShape]) -> list[_Item]:
    """At most as many as can be weighed: first those whose pods have the same shapes, then the smallest."""
    same: dict[tuple[bool, ...], _Item] = {}
    for item in items:
        has = tuple(map(bool, item.most))
        same[has] = same[has].plus(item) if has in same else item

    def cores(item: _Item) -> float:
        return sum(count * shape.cpu for count, shape in zip(item.most, shapes, strict=True))

    found = sorted(same.values(), key=cores, reverse=True)
    while len(found) > MOST_ITEMS:
        found.append(found.pop().plus(found.pop()))
        found.sort(key=cores, reverse=True)
    return found


def _nodes(sizes: Sequence[VmSize], shapes: tuple[PodShape, ...], target: AksTarget, region: str) -> tuple[_Node, ...]:
    """Sizes whose nodes leave the same are one: with each disk, the cheapest of them."""
    found: dict[Room, tuple[float, ...]] = {}
    for size in sizes:
        left = room_for(shapes, room(size, target.version), MOST_SPEECH_PODS)
        prices = tuple(_usd(size, tier.gib, target, region) for tier in aks.os_disks())
        found[left] = tuple(map(min, zip(found.get(left, prices), prices, strict=True)))
    return tuple(_Node(left, usd) for left, usd in found.items())


def _usd(size: VmSize, gib: float, target: AksTarget, region: str) -> float:
    """A month of one node with so much of a disk; inf where it cannot be had, or its price is not known."""
    hourly, disk = size.estimated_usd(region), disks.disk(size, gib, target.os_disk)
    stored = disks.usd_a_month(disk, region) if disk else None
    return inf if hourly is None or stored is None else hourly * HOURS_A_MONTH + stored.high


def _priced(items: Sequence[_Item], nodes: Sequence[_Node], target: AksTarget) -> Iterator[tuple[int, Price]]:
    """Each set of items that some size can hold, and the least that it costs."""
    sets: list[_Item | None] = [None]
    for chosen in range(1, 1 << len(items)):
        top = chosen.bit_length() - 1
        rest = sets[chosen & ~(1 << top)]
        sets.append(together := rest.plus(items[top]) if rest else items[top])
        if price := _cheapest(together, nodes, len(target.zones)):
            yield chosen, price


def _cheapest(item: _Item, nodes: Sequence[_Node], zones: int) -> Price | None:
    found: Price | None = None
    for node in nodes:
        room = node.room
        at_once = max((places for count, places in zip(item.most, room.places, strict=True) if count), default=0)
        usd = node.usd[disks.tier_for(disks.needed_gib(item.images, at_once))]
        lowest = found.peak if found else inf
        # Most sizes are out of the question before their nodes are counted.
        if usd < inf and max(zones, room.volume(item.most)) * usd < lowest:
            peak = max(zones, room.nodes(item.most)) * usd
            if peak < lowest:
                found = Price(peak, max(zones, room.nodes(item.least)) * usd)
    return found
