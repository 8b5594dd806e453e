"""What keeps a plan from a cluster of the stack's own, and what is worth a warning about its nodes."""

import ipaddress
from collections.abc import Iterator, Sequence

from speech.capacity.addresses import addresses, overlaps_the_cluster
from speech.capacity.plan import NodePool
from speech.catalog import aks
from speech.catalog.vm_sizes import VmSize, vm_size
from speech.settings.faults import Finding, Severity
from speech.settings.stack import Environment, Stack
from speech.settings.target import AksTarget

_AZURES_OWN_ADDRESSES = 5
_REMEDY = "take larger nodes (speech:target.vm_sizes), or share the demand among stacks"


def faults(
    stack: Stack, target: AksTarget, pools: Sequence[NodePool], system: NodePool, balanced: int
) -> list[Finding]:
    """Sizes that the region does not have; ranges that overlap; more nodes than the cluster takes.

    Or than its subnet takes, beside `balanced` other addresses.
    """
    return [
        *_not_offered(stack.location, target, pools, system),
        *_address_space(stack),
        *_too_many_nodes(target, pools, system),
        *_too_few_addresses(stack, target, [*pools, system], balanced),
    ]


def _address_space(stack: Stack) -> Iterator[Finding]:
    space = stack.network.address_space
    inside = overlaps_the_cluster(space)
    if inside is not None:
        yield Finding(
            "speech:network.address_space",
            f"{space} overlaps {inside}, which pods or services have inside the cluster: take another range",
        )


def _not_offered(region: str, target: AksTarget, pools: Sequence[NodePool], system: NodePool) -> Iterator[Finding]:
    named = "speech:target.vm_size" if target.vm_size else "speech:target.vm_sizes"
    for path, pool in [*((named, pool) for pool in pools), ("speech:target.system_vm_size", system)]:
        size = vm_size(pool.vm_size)
        if size and (fault := size.place_fault(region, pool.zones)):
            yield Finding(path, f"{size.name} {fault}. Take another size, or ask anew: speech catalog refresh")


def _too_many_nodes(target: AksTarget, pools: Sequence[NodePool], system: NodePool) -> Iterator[Finding]:
    most, tier = sum(pool.most_nodes for pool in [*pools, system]), aks.tier(target.tier)
    if most > tier.nodes:
        yield Finding(
            "speech:target.tier",
            f"{tier.name} takes {tier.nodes:,} nodes, the plan needs {most:,}: {_REMEDY}",
        )


def _too_few_addresses(stack: Stack, target: AksTarget, pools: Sequence[NodePool], balanced: int) -> Iterator[Finding]:
    if target.subnet_id is not None:
        return
    nodes = addresses(stack.network.address_space).nodes
    free = ipaddress.IPv4Network(nodes).num_addresses - _AZURES_OWN_ADDRESSES
    needed = sum(pool.most_nodes for pool in pools) + balanced
    if needed > free:
        yield Finding(
            "speech:network.address_space",
            f"its subnet {nodes} has {free:,} addresses for nodes, the plan needs {needed:,}: {_REMEDY}",
        )


def warnings(stack: Stack, target: AksTarget, sizes: Sequence[VmSize]) -> Iterator[Finding]:
    """What is inferred about the nodes rather than documented, and what another demand would change."""
    sizes = list({size.name: size for size in sizes}.values())
    named = {name.lower() for name in (target.vm_size or "", *target.vm_sizes)}
    for size in sizes:
        if size.name.lower() not in named and (clock := size.clock_warning()):
            yield _warning("speech:target.vm_sizes", f"{size.name}, the cheapest that fits, {clock}")
    if stack.environment is Environment.PROD and target.vm_size is None:
        names = ", ".join(size.name for size in sizes)
        keep = f"vm_size: {names}" if len(sizes) == 1 else f"vm_sizes: [{names}]"
        message = f"not fixed: another demand may choose other nodes. To keep these, write  {keep}"
        yield _warning("speech:target.vm_size", message)


def _warning(path: str, message: str) -> Finding:
    return Finding(path, message, Severity.WARNING)
