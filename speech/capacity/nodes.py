"""From pods to the cheapest pool of nodes that holds them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from speech.capacity import disks
from speech.capacity.money import Amount
from speech.capacity.packing import load, room_for
from speech.capacity.plan import NodePool, PodShape, Range
from speech.catalog import aks
from speech.catalog.kinds import Size
from speech.catalog.vm_sizes import VmSize

MAX_PODS = aks.pods().speech_pool
HOURS_A_MONTH = 730
POOL = "speech"
SPEECH_POOLS = (POOL, *(f"{POOL}{number}" for number in range(2, 6)))
"""As many as speech:target.max_pools allows."""
GPU_POOL = "gpu"
SURGE_NODES = 1
"""One node that AKS upgrades and rollouts at the peak may add for a while."""
_OTHER_PODS = 12
"""An estimate: pods that AKS and its add-ons run on every node, out of MAX_PODS."""
MOST_SPEECH_PODS = MAX_PODS - _OTHER_PODS
_ALIKE = 0.01


@dataclass(frozen=True, slots=True)
class Pods:
    """Pods of one container: their shape, their number, and the image that their nodes pull."""

    shape: PodShape
    replicas: Range
    image_gib: float = 0.0
    gpus: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """One size as a pool for all pods."""

    size: VmSize
    disk: disks.Disk
    nodes: Range
    pods_per_node: int
    machines: Amount | None
    """A month of the nodes, at the least and the most; None where no price is known. So for their disks."""
    storage: Amount | None

    @property
    def cost(self) -> Amount | None:
        """Both together."""
        return None if self.machines is None or self.storage is None else self.machines.plus(self.storage)


def room(size: VmSize, kubernetes: str) -> Size:
    """Cores and GiB that a node of this size leaves to Speech pods."""
    return aks.usable(size.vcpus, size.memory_gib, MAX_PODS, kubernetes)


def fits(shape: PodShape, node: Size) -> bool:
    """Whether an empty node holds one pod of this shape."""
    return shape.cpu <= node.cpu and shape.memory_gib <= node.memory_gib


def nodes_for(pods: Sequence[tuple[PodShape, int]], node: Size, most_pods: int = MOST_SPEECH_PODS) -> int:
    """Nodes that hold so many pods of each shape, `most_pods` each, in whatever order the scheduler takes them.

    Every shape of which there are pods must fit an empty node.
    """
    counts: dict[PodShape, int] = {}
    for shape, count in pods:
        counts[shape] = counts.get(shape, 0) + count
    shapes = tuple(counts)
    return int(room_for(shapes, node, most_pods).nodes(load(tuple(counts.values()), shapes)))


def candidate(
    size: VmSize,
    pods: Sequence[Pods],
    zones: int,
    kubernetes: str,
    region: str,
    wish: disks.Wish = "auto",
    among: Sequence[PodShape] = (),
) -> Candidate | None:
    """The pool of this size, or None where a pod does not fit an empty node, or the wanted disk is not to be had.

    `among` are shapes of all pods of the stack: pools are weighed against each other by one count.
    """
    node = room(size, kubernetes)
    most_pods = min(size.gpus, MOST_SPEECH_PODS) if any(each.gpus for each in pods) else MOST_SPEECH_PODS
    if not most_pods or not all(fits(each.shape, node) for each in pods):
        return None
    shapes = tuple(dict.fromkeys(each.shape for each in pods))
    places = room_for(shapes, node, most_pods).places
    largest = max(shapes, key=lambda shape: (shape.cpu, shape.memory_gib))
    disk = disks.disk(size, disks.needed_gib([each.image_gib for each in pods], max(places)), wish)
    if disk is None:
        return None
    others = [(shape, 0) for shape in among]
    least = max(zones, nodes_for([*others, *((each.shape, each.replicas.min) for each in pods)], node, most_pods))
    most = max(least, nodes_for([*others, *((each.shape, each.replicas.max) for each in pods)], node, most_pods))
    pods_per_node = places[shapes.index(largest)]
    nodes = Range(least, most)
    return Candidate(size, disk, nodes, pods_per_node, vm_cost(size, nodes, region), disk_cost(disk, nodes, region))


def vm_cost(size: VmSize, nodes: Range, region: str) -> Amount | None:
    """A month of so many nodes; an estimate where the region's own price is not known."""
    usd = size.estimated_usd(region)
    if usd is None:
        return None
    estimated = size.hourly_usd(region) is None
    return Amount(nodes.min * usd * HOURS_A_MONTH, nodes.max * usd * HOURS_A_MONTH, estimated)


def disk_cost(disk: disks.Disk, nodes: Range, region: str) -> Amount | None:
    """A month of the disks of so many nodes."""
    each = disks.usd_a_month(disk, region)
    return None if each is None else Amount(nodes.min * each.low, nodes.max * each.high, each.estimated)


def usable(size: VmSize, *, gpu: bool = False) -> bool:
    """Whether the planner may choose this size by itself: AVX2, a good clock, no bursts, no end in sight.

    With a GPU where one is needed, without one where none is.
    """
    return size.host_fault() is None and not size.burstable and (size.gpus > 0) is gpu and size.retires is None


def cheapest(candidates: Sequence[Candidate]) -> Candidate:
    """The lowest price at the peak.

    Among those that cost the same within a hundredth: one whose price is known, then the lowest price at the least
    load, then the fewest nodes, then the smallest. Small differences of price, of which some are estimates, are no
    reason for other nodes.
    """
    lowest = min((option.cost.high for option in candidates if option.cost), default=inf)
    alike = [option for option in candidates if option.cost is None or option.cost.high <= lowest * (1 + _ALIKE)]

    def rank(option: Candidate) -> tuple[bool, bool, float, int, int, str]:
        low, size = option.cost.low if option.cost else inf, option.size
        estimated = option.machines is None or option.machines.estimated
        return option.cost is None, estimated, round(low, 2), option.nodes.max, size.vcpus, size.name

    return min(alike, key=rank)


def pool(choice: Candidate, zones: tuple[str, ...], name: str, *, spot: bool = False) -> NodePool:
    """The choice as a pool of the plan."""
    return NodePool(
        name=name,
        vm_size=choice.size.name,
        nodes=choice.nodes,
        pods_per_node=choice.pods_per_node,
        zones=zones,
        vcpus=choice.size.vcpus,
        disk=choice.disk,
        surge=SURGE_NODES,
        gpus=choice.size.gpus if name == GPU_POOL else 0,
        spot=spot,
    )
