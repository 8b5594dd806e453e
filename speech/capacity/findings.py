"""What a plan shows that settings alone do not: faults that stop it, and what is worth a warning."""

import ipaddress
from collections.abc import Iterator, Sequence

from speech.capacity.addresses import addresses, overlaps_the_cluster
from speech.capacity.plan import NodePool
from speech.catalog import aks
from speech.catalog.kinds import kind
from speech.catalog.vm_sizes import VmSize
from speech.settings.faults import Finding, Severity
from speech.settings.stack import Environment, Stack
from speech.settings.target import AksTarget

_AZURES_OWN_ADDRESSES = 5
_REMEDY = "take larger nodes (speech:target.vm_sizes), or share the demand among stacks"


def faults(
    stack: Stack, target: AksTarget, pools: Sequence[NodePool], system: NodePool, balanced: int
) -> list[Finding]:
    """Ranges that overlap; more nodes than the cluster takes, or its subnet beside `balanced` other addresses."""
    return [
        *_address_space(stack),
        *_too_many_nodes(target, pools, system),
        *_too_few_addresses(stack, [*pools, system], balanced),
    ]


def _address_space(stack: Stack) -> Iterator[Finding]:
    space = stack.network.address_space
    inside = overlaps_the_cluster(space)
    if inside is not None:
        yield Finding(
            "speech:network.address_space",
            f"{space} overlaps {inside}, which pods or services have inside the cluster: take another range",
        )


def _too_many_nodes(target: AksTarget, pools: Sequence[NodePool], system: NodePool) -> Iterator[Finding]:
    most, tier = sum(pool.most_nodes for pool in [*pools, system]), aks.tier(target.tier)
    if most > tier.nodes:
        yield Finding(
            "speech:target.tier",
            f"{tier.name} takes {tier.nodes:,} nodes, the plan needs {most:,}: {_REMEDY}",
        )


def _too_few_addresses(stack: Stack, pools: Sequence[NodePool], balanced: int) -> Iterator[Finding]:
    nodes = addresses(stack.network.address_space).nodes
    free = ipaddress.IPv4Network(nodes).num_addresses - _AZURES_OWN_ADDRESSES
    needed = sum(pool.most_nodes for pool in pools) + balanced
    if needed > free:
        yield Finding(
            "speech:network.address_space",
            f"its subnet {nodes} has {free:,} addresses for nodes, the plan needs {needed:,}: {_REMEDY}",
        )


def warnings(stack: Stack, target: AksTarget, size: VmSize) -> Iterator[Finding]:
    """What is inferred rather than documented, and what is left to the user."""
    chosen_here = target.vm_size is None and size.name.lower() not in {name.lower() for name in target.vm_sizes}
    if chosen_here and (clock := size.clock_warning()):
        yield _warning("speech:target.vm_sizes", f"{size.name}, the cheapest that fits, {clock}")
    if stack.environment is Environment.PROD and target.vm_size is None:
        message = f"not fixed: another demand may choose other nodes. To keep these, write  vm_size: {size.name}"
        yield _warning("speech:target.vm_size", message)
    for at, container in enumerate(stack.containers):
        rule = kind(container.kind).streams
        if container.scaling.streams_per_pod is None and rule.confidence == "low":
            yield _warning(
                f"speech:containers[{at}].scaling.streams_per_pod",
                f"no vendor figure: planned by a user's report ({rule.as_of}). Measure it and write it down",
            )
    network = stack.network
    if network.exposure == "public":
        yield _warning(
            "speech:network.exposure", '"public" without a gateway: audio and text cross the internet unencrypted'
        )
    if network.domain and network.exposure != "cluster":
        yield _warning(
            "speech:network.domain",
            "no DNS record is made: point each name at its address in the stack's outputs",
        )


def _warning(path: str, message: str) -> Finding:
    return Finding(path, message, Severity.WARNING)
