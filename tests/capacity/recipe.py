"""The documentation's recipe: the recommended size of each container, one pod a node.

Computed here with the catalogue and prices alone, so that the plan is measured by something else than itself. Recommended
is the how-to's column (speech-container-howto, 2024-09) with its "4 to 8 GB more" for the model; where the stack file asks
for another size, that one. Nodes are the cheapest size that holds one pod; every container has nodes of its own, and so has a cache that diarization needs.
"""

from math import ceil

from speech.capacity.caches import SHAPE as CACHE
from speech.capacity.nodes import room, usable
from speech.capacity.plan import PodShape
from speech.capacity.pods import streams_on
from speech.catalog import aks, prices
from speech.catalog.kinds import kind
from speech.catalog.vm_sizes import VmSize, vm_size, vm_sizes
from speech.settings.containers import Container
from speech.settings.stack import Stack
from speech.settings.target import AksTarget

_IMAGES = 2
_SYSTEM_GIB = 60


def recipe(stack: Stack) -> tuple[int, float]:
    """Nodes at the peak, and US dollars a month for them and their disks."""
    target = stack.target
    assert isinstance(target, AksTarget)
    nodes, usd = 0, 0.0
    for container in stack.containers:
        count = max(_pods(container), len(target.zones))
        nodes += count
        usd += count * min(_node_usd(size, container, stack) for size in _sizes(shape(container), target))
        if container.options.diarization:
            nodes += 1
            usd += min(_node_usd(size, container, stack) for size in _sizes(CACHE, target))
    return nodes, round(usd, 2)


def shape(container: Container) -> PodShape:
    """Of one pod."""
    if container.resources:
        return PodShape(container.resources.cpu, container.resources.memory_gib)
    row = kind(container.kind).size_row(container.image_version)
    return PodShape(row.recommended.cpu, row.recommended.memory_gib + row.model_gib[1])


def _pods(container: Container) -> int:
    assert container.demand is not None
    streams = container.scaling.streams_per_pod or streams_on(
        shape(container), kind(container.kind).streams, container.demand.audio
    )
    assert streams is not None
    wanted = round(container.demand.concurrent_streams * (1 + container.scaling.headroom), 6)
    return max(ceil(wanted / streams), container.scaling.min_replicas)


def _sizes(one: PodShape, target: AksTarget) -> list[VmSize]:
    named = [size for name in (target.vm_size, *target.vm_sizes) if name and (size := vm_size(name))]
    return [
        size
        for size in named or [size for size in vm_sizes() if usable(size)]
        if room(size, target.version).cpu >= one.cpu and room(size, target.version).memory_gib >= one.memory_gib
    ]


def _node_usd(size: VmSize, container: Container, stack: Stack) -> float:
    hourly = size.estimated_usd(stack.location)
    assert hourly is not None
    needed = _SYSTEM_GIB + _IMAGES * kind(container.kind).image_gib
    tiers = [tier for tier in aks.os_disks() if tier.gib >= needed]
    own = size.ephemeral_os_disk_gib
    if own is not None and own >= tiers[0].gib:
        return hourly * 730
    tier = max(tiers[0], aks.os_disk(size.vcpus), key=lambda each: each.gib)
    price = prices.service(f"disk-{tier.tier}", stack.location)
    assert price is not None
    return hourly * 730 + price.usd
