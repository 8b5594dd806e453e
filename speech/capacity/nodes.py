"""From pods to the cheapest pool of nodes that holds them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, inf

from speech.capacity.plan import NodePool, PodShape, Range
from speech.catalog import aks
from speech.catalog.kinds import Size
from speech.catalog.vm_sizes import VmSize

MAX_PODS = aks.pods().speech_pool
HOURS_A_MONTH = 730
POOL = "speech"


@dataclass(frozen=True, slots=True)
class Pods:
    """Pods of one shape."""

    shape: PodShape
    replicas: Range


@dataclass(frozen=True, slots=True)
class Candidate:
    """One size as a pool for all pods. `usd` is the price of the most nodes an hour, infinite where none is known."""

    size: VmSize
    nodes: Range
    pods_per_node: int
    usd: float
    estimated: bool
    """The region lists no price: `usd` is derived from a sibling's."""


def room(size: VmSize, kubernetes: str) -> Size:
    """Cores and GiB that a node of this size leaves to Speech pods."""
    return aks.usable(size.vcpus, size.memory_gib, MAX_PODS, kubernetes)


def fits(shape: PodShape, node: Size) -> bool:
    """Whether an empty node holds one pod of this shape."""
    return shape.cpu <= node.cpu and shape.memory_gib <= node.memory_gib


def nodes_for(shapes: Sequence[PodShape], node: Size) -> int:
    """Nodes that hold the pods, packed first-fit from the largest down; every pod must fit an empty node."""
    free: list[list[float]] = []
    for shape in sorted(shapes, key=lambda shape: (shape.cpu, shape.memory_gib), reverse=True):
        for place in free:
            if shape.cpu <= place[0] + 1e-9 and shape.memory_gib <= place[1] + 1e-9:
                place[0] -= shape.cpu
                place[1] -= shape.memory_gib
                break
        else:
            free.append([node.cpu - shape.cpu, node.memory_gib - shape.memory_gib])
    return len(free)


def candidate(size: VmSize, pods: Sequence[Pods], zones: int, kubernetes: str, region: str) -> Candidate | None:
    """The pool of this size, or None where a pod does not fit an empty node."""
    node = room(size, kubernetes)
    if not all(fits(pod.shape, node) for pod in pods):
        return None
    least = nodes_for([pod.shape for pod in pods for _ in range(pod.replicas.min)], node)
    most = nodes_for([pod.shape for pod in pods for _ in range(pod.replicas.max)], node)
    least = max(least, zones)
    most = max(most, least)
    largest = max((pod.shape for pod in pods), key=lambda shape: (shape.cpu, shape.memory_gib))
    each = floor(min(node.cpu / largest.cpu, node.memory_gib / largest.memory_gib) + 1e-9)
    usd = size.estimated_usd(region)
    return Candidate(
        size=size,
        nodes=Range(least, most),
        pods_per_node=each,
        usd=inf if usd is None else most * usd,
        estimated=size.hourly_usd(region) is None,
    )


def usable(size: VmSize) -> bool:
    """Whether the planner may choose this size by itself: AVX2, a good clock, no bursts, no GPU, no end in sight."""
    return size.host_fault() is None and not size.burstable and size.gpu is None and size.retires is None


def cheapest(candidates: Sequence[Candidate]) -> Candidate:
    """The lowest price at the peak; of equal ones a known price, then the fewest nodes, then the name."""

    def rank(option: Candidate) -> tuple[float, bool, int, str]:
        return round(option.usd, 4), option.estimated, option.nodes.max, option.size.name

    return min(candidates, key=rank)


def pool(choice: Candidate, zones: tuple[str, ...]) -> NodePool:
    """The choice as a pool of the plan."""
    return NodePool(
        name=POOL,
        vm_size=choice.size.name,
        nodes=choice.nodes,
        pods_per_node=choice.pods_per_node,
        zones=zones,
        vcpus=choice.size.vcpus,
        os_disk_gib=aks.os_disk(choice.size.vcpus).gib,
    )
