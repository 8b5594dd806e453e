"""What a plan costs in a month, line by line, and the cores that it needs granted."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from speech.capacity.exposure import Exposure
from speech.capacity.money import Amount, Cost, CostLine, Part
from speech.capacity.nodes import HOURS_A_MONTH, disk_cost, vm_cost
from speech.capacity.plan import NodePool, Quota
from speech.catalog import aks, prices
from speech.catalog.kinds import kind
from speech.catalog.vm_sizes import vm_size
from speech.settings.containers import Container
from speech.settings.stack import Stack
from speech.settings.target import AksTarget

_RULES_IN_A_PRICE = 5
"""Rules of a load balancer that its hourly price includes (catalogue)."""
_PER_MILLION = 1_000_000


def monthly(stack: Stack, target: AksTarget, pools: Sequence[NodePool], exposure: Exposure, served: int) -> Cost:
    """Each thing that is paid for as a line; metering where every container says its usage.

    `served` containers have an address. Traffic is not priced: nothing says how much there is.
    """
    region = stack.location
    lines: list[CostLine] = []
    for pool in pools:
        lines.append(CostLine(f"{pool.name} pool", _machines(pool, region)))
        if not pool.disk.ephemeral:
            lines.append(CostLine(f"{pool.name} disks", disk_cost(pool.disk, pool.nodes, region)))
    tier = aks.tier(target.tier).usd_per_hour
    lines.append(CostLine(f"{target.tier} tier", None if tier is None else _always(tier * HOURS_A_MONTH)))
    lines += _network(stack, exposure, served)
    return Cost(tuple(lines), metering(stack.containers), prices.as_of())


def metering(containers: Iterable[Container]) -> float | None:
    """US dollars that the containers' usage costs in a month; None where one does not say its usage."""
    total = 0.0
    for container in containers:
        meter = kind(container.kind).meter
        if meter is None or container.demand is None:
            continue
        price = prices.meter(meter)
        characters = container.demand.characters_a_month
        by_text = None if characters is None else characters / _PER_MILLION
        usage = container.demand.hours_a_month if price.unit == "audio hour" else by_text
        if usage is None or price.usd is None:
            return None
        total += usage * price.usd
    return round(total, 2)


def quota(pools: Iterable[NodePool]) -> tuple[Quota, ...]:
    """Cores by family: every pool at its most nodes, and those that rollouts and upgrades put beside them."""
    families: dict[str, int] = defaultdict(int)
    for pool in pools:
        size = vm_size(pool.vm_size)
        if size is not None:
            families[size.family] += pool.most_nodes * size.vcpus
    return tuple(Quota(family, vcpus) for family, vcpus in sorted(families.items()))


def _network(stack: Stack, exposure: Exposure, served: int) -> list[CostLine]:
    """What every cluster has for its way out, and what exposure and private endpoints add."""
    balanced = served if exposure.load_balancer else 0
    addresses = 1 + (balanced if exposure.kind == "public" else 0)
    counted = [("NAT gateway", "nat-gateway", 1), ("public addresses", "public-ip", addresses)]
    if balanced:
        counted.append(("load balancer", "load-balancer", -(-balanced // _RULES_IN_A_PRICE)))
    if stack.account.private_endpoint and stack.account.mode == "create":
        counted.append(("private endpoints", "private-endpoint", len(("account", "vault"))))
    lines = [CostLine(what, _hourly(name, count, stack.location), Part.NETWORK) for what, name, count in counted]
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
    return vm_cost(size, pool.nodes, region) if size else None


def _always(usd: float) -> Amount:
    return Amount(usd, usd)
