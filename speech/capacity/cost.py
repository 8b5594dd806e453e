"""What a plan costs in a month, line by line, and the cores that it needs granted."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from speech.capacity.nodes import HOURS_A_MONTH
from speech.capacity.plan import Cost, CostLine, NodePool, Quota
from speech.catalog import aks, prices
from speech.catalog.kinds import kind
from speech.catalog.vm_sizes import vm_size
from speech.settings.containers import Container
from speech.settings.target import AksTarget

SURGE_NODES = 1


def monthly(
    target: AksTarget, pools: Sequence[NodePool], system: NodePool, stack: Sequence[Container], region: str
) -> Cost:
    """Each pool and the cluster's tier as a line at list prices; metering where every container says its usage."""
    lines = [_pool_line(f"{pool.name} pool", pool, region) for pool in pools]
    lines.append(_pool_line("system pool", system, region))
    tier = aks.tier(target.tier).usd_per_hour
    lines.append(CostLine(f"{target.tier} tier", None if tier is None else (tier * HOURS_A_MONTH,) * 2))
    return Cost(tuple(lines), metering(stack), prices.as_of())


def metering(containers: Iterable[Container]) -> float | None:
    """US dollars that the containers' usage costs in a month; None where one does not say its usage."""
    total = 0.0
    for container in containers:
        meter = kind(container.kind).meter
        if meter is None or container.demand is None:
            continue
        usage = container.demand.hours_a_month
        unit = prices.meter_usd(meter)
        if usage is None or unit is None:
            return None
        total += usage * unit
    return round(total, 2)


def quota(pools: Iterable[NodePool]) -> tuple[Quota, ...]:
    """Cores by family: every pool at its most nodes and one more, which upgrades put beside them."""
    families: dict[str, int] = defaultdict(int)
    for pool in pools:
        size = vm_size(pool.vm_size)
        if size is not None:
            families[size.family] += (pool.nodes.max + SURGE_NODES) * size.vcpus
    return tuple(Quota(family, vcpus) for family, vcpus in sorted(families.items()))


def _pool_line(what: str, pool: NodePool, region: str) -> CostLine:
    size = vm_size(pool.vm_size)
    hourly = size.hourly_usd(region) if size else None
    if hourly is None:
        return CostLine(what, None)
    return CostLine(what, (pool.nodes.min * hourly * HOURS_A_MONTH, pool.nodes.max * hourly * HOURS_A_MONTH))
