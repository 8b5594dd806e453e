"""Which pods stand on which node: one arrangement of those that the pool's nodes hold in any order.

The scheduler of Kubernetes spreads: over zones first, then to the node with the most room. So does this.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

from speech.capacity.nodes import MOST_SPEECH_PODS, room
from speech.capacity.plan import NodePool, Plan, PodShape
from speech.catalog.kinds import Size
from speech.catalog.vm_sizes import vm_size

CACHE = "cache"
STATES = {False: "least", True: "peak"}
"""By whether it is the peak."""
_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Group:
    """Pods that are alike: their container, or its cache."""

    container: str
    role: str
    """Empty, or CACHE."""
    shape: PodShape
    count: int
    once: bool = False

    @property
    def name(self) -> str:
        """For people."""
        return f"{self.role} of {self.container}" if self.role else self.container


@dataclass(slots=True)
class Node:
    """One node of a pool: its zone, what it leaves to pods, and those that stand on it, by group."""

    zone: str | None
    room: Size
    most_pods: int
    pods: Counter[Group] = field(default_factory=Counter)
    cpu: float = 0.0
    memory_gib: float = 0.0

    @property
    def load(self) -> float:
        """The larger part of what is taken, of 1."""
        return max(self.cpu / self.room.cpu, self.memory_gib / self.room.memory_gib)

    def holds(self, shape: PodShape) -> bool:
        """Whether one more pod finds a place."""
        return (
            self.pods.total() < self.most_pods
            and self.cpu + shape.cpu <= self.room.cpu + _SLACK
            and self.memory_gib + shape.memory_gib <= self.room.memory_gib + _SLACK
        )

    def take(self, group: Group) -> None:
        """One more pod."""
        self.pods[group] += 1
        self.cpu += group.shape.cpu
        self.memory_gib += group.shape.memory_gib


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The nodes of one pool with their pods, and pods that wait for a node beside them."""

    pool: NodePool
    nodes: tuple[Node, ...]
    waiting: tuple[Group, ...]
    """What runs once may have to: rollouts and upgrades bring a node for it."""


def arranged(plan: Plan, pool: NodePool, kubernetes: str, *, peak: bool) -> Arrangement:
    """The pool's pods on its nodes, at the peak or at the least."""
    size = vm_size(pool.vm_size)
    left = room(size, kubernetes) if size else Size(0.0, 0.0)
    count = pool.nodes.max if peak else pool.nodes.min
    zones: Sequence[str | None] = pool.zones or (None,)
    most = pool.gpus or MOST_SPEECH_PODS
    nodes = tuple(Node(zones[at % len(zones)], left, most) for at in range(count))
    waiting = tuple(Group(group.container, group.role, group.shape, rest, group.once)
                    for group in groups(plan, pool, peak=peak)
                    if (rest := _spread(group, nodes, zones)))  # fmt: skip
    return Arrangement(pool, nodes, waiting)


def groups(plan: Plan, pool: NodePool, *, peak: bool) -> list[Group]:
    """The pods of a pool, the largest first, what runs once last."""
    found = []
    for each in plan.containers:
        if each.pool == pool.name:
            count = each.replicas.max if peak else each.replicas.min
            found.append(Group(each.name, "", each.shape, count, each.once))
            if each.cache and not each.once:
                found.append(Group(each.name, CACHE, each.cache.shape, 1))
    return sorted(found, key=lambda group: (group.once, -group.shape.cpu, -group.shape.memory_gib))


def patterns(nodes: Sequence[Node]) -> Mapping[tuple[tuple[Group, int], ...], list[Node]]:
    """Nodes by what stands on them, the fullest first."""
    found: dict[tuple[tuple[Group, int], ...], list[Node]] = {}
    for node in sorted(nodes, key=lambda node: -node.load):
        found.setdefault(tuple(node.pods.items()), []).append(node)
    return found


def _spread(group: Group, nodes: Sequence[Node], zones: Sequence[str | None]) -> int:
    """Gives the group's pods their nodes, zone by zone in turn; how many found none."""
    open_to = {zone: list(_open(group, nodes, zone)) for zone in zones}
    for heap in open_to.values():
        heapify(heap)
    for placed in range(group.count):
        turn = next((zone for step in range(len(zones)) if open_to[zone := zones[(placed + step) % len(zones)]]), "")
        if turn == "":
            return group.count - placed
        _, at = heappop(open_to[turn])
        nodes[at].take(group)
        if nodes[at].holds(group.shape):
            heappush(open_to[turn], (nodes[at].load, at))
    return 0


def _open(group: Group, nodes: Sequence[Node], zone: str | None) -> Iterator[tuple[float, int]]:
    for at, node in enumerate(nodes):
        if node.zone == zone and node.holds(group.shape):
            yield node.load, at
