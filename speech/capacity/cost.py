"""What a plan costs in a month, line by line, and the cores that it needs granted."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from speech.capacity import metering
from speech.capacity.exposure import Exposure
from speech.capacity.money import Amount, Cost, CostLine, Part
from speech.capacity.nodes import HOURS_A_MONTH, disk_cost, vm_cost
from speech.capacity.plan import NodePool, PodShape, Quota
from speech.catalog import aks, prices
from speech.catalog.vm_sizes import vm_size
from speech.settings.stack import Stack
from speech.settings.target import AksTarget

_SPOT_CORES = "lowPriorityCores"
"""The quota of spot nodes of every family."""
_RULES_IN_A_PRICE = 5
"""Rules of a load balancer that its hourly price includes (catalogue)."""


def monthly(stack: Stack, host: Sequence[CostLine], machines: Iterable[str], *, shares: bool) -> Cost:
    """The host's lines, shares that keep volumes, what is paid for ahead, and metering where usage is said.

    Its date is that of the machines' prices. Traffic is not priced: nothing says how much there is. Nor are shares: no
    source has their price.
    """
    usage = metering.metering(stack)
    kept = [CostLine("volumes", None, Part.STORAGE)] if shares else []
    lines = (*host, *kept, *metering.commitments(stack))
    return Cost(lines, usage.usd, usage.unknown, prices.as_of(stack.location, machines), usage.usages)


def cluster(stack: Stack, target: AksTarget, pools: Sequence[NodePool]) -> list[CostLine]:
    """The machines of each pool, their disks, and the control plane."""
    lines: list[CostLine] = []
    for pool in pools:
        lines.append(CostLine(f"{pool.name} pool", _machines(pool, stack.location)))
        if not pool.disk.ephemeral:
            lines.append(CostLine(f"{pool.name} disks", disk_cost(pool.disk, pool.nodes, stack.location)))
    tier = aks.tier(target.tier).usd_per_hour
    return [*lines, CostLine(f"{target.tier} tier", None if tier is None else _always(tier * HOURS_A_MONTH))]


def container_groups(shapes: Sequence[PodShape], region: str) -> CostLine:
    """Groups that always run, by the cores and GiB of each."""
    cpu = prices.service("container-instance-vcpu", region)
    memory = prices.service("container-instance-memory", region)
    if cpu is None or memory is None:
        return CostLine("container groups", None)
    hourly = sum(shape.cpu * cpu.usd + shape.memory_gib * memory.usd for shape in shapes)
    usd = hourly * HOURS_A_MONTH
    return CostLine("container groups", Amount(usd, usd, cpu.estimated or memory.estimated))


def quota(pools: Iterable[NodePool]) -> tuple[Quota, ...]:
    """Cores by family: every pool at its most nodes, and those that rollouts and upgrades put beside them."""
    families: dict[str, int] = defaultdict(int)
    for pool in pools:
        size = vm_size(pool.vm_size)
        if size is not None:
            families[_SPOT_CORES if pool.spot else size.family] += pool.most_nodes * size.vcpus
    return tuple(Quota(family, vcpus) for family, vcpus in sorted(families.items()))


def network(stack: Stack, exposure: Exposure, served: int, *, own: bool = True) -> list[CostLine]:
    """The way out of a network of the stack's own, and what exposure and private endpoints add.

    `own`: the stack makes the network; else its way out is the owner's, and so is its price.

    `served` containers have an address of a load balancer each, or one of a gateway, where the exposure asks for it.
    """
    balanced = exposure.addresses(served)
    addresses = int(own) + (balanced if exposure.kind == "public" else 0)
    counted = [("NAT gateway", "nat-gateway", int(own)), ("public addresses", "public-ip", addresses)]
    if balanced:
        counted.append(("load balancer", "load-balancer", -(-balanced // _RULES_IN_A_PRICE)))
    if stack.account.private_endpoint and stack.account.mode == "create":
        counted.append(("private endpoints", "private-endpoint", len(("account", "vault"))))
    lines = [
        CostLine(what, _hourly(name, count, stack.location), Part.NETWORK) for what, name, count in counted if count
    ]
    # The price of a rule beyond the first five is not known: another five are counted for it.
    return [
        replace(line, amount=replace(line.amount, estimated=True))
        if line.amount and line.what == "load balancer" and balanced > _RULES_IN_A_PRICE
        else line
        for line in lines
    ]


def _hourly(name: str, count: int, region: str) -> Amount | None:
    price = prices.service(name, region)
    if price is None:
        return None
    usd = price.usd * count * HOURS_A_MONTH
    return Amount(usd, usd, price.estimated)


def _machines(pool: NodePool, region: str) -> Amount | None:
    size = vm_size(pool.vm_size)
    found = vm_cost(size, pool.nodes, region) if size else None
    # No source has the prices of spot nodes: on demand is the most that they cost.
    return replace(found, estimated=True) if found and pool.spot else found


def _always(usd: float) -> Amount:
    return Amount(usd, usd)
