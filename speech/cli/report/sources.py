"""Every price that a plan rests on, with its date and source."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from speech.capacity.money import Part
from speech.capacity.plan import Plan
from speech.capacity.tiers import ways
from speech.catalog import aks, prices
from speech.catalog.documents import document
from speech.catalog.vm_sizes import vm_size
from speech.cli.report.amounts import UNKNOWN
from speech.settings.stack import Stack
from speech.settings.target import AksTarget

# As speech/capacity/cost.py names the lines of the network.
SERVICES = {
    "NAT gateway": "nat-gateway",
    "public addresses": "public-ip",
    "load balancer": "load-balancer",
    "private endpoints": "private-endpoint",
}


@dataclass(frozen=True, slots=True)
class PriceSource:
    """One price for people."""

    what: str
    price: str
    as_of: str
    source: str


def sources(stack: Stack, plan: Plan) -> tuple[PriceSource, ...]:
    """Machines first, usage last; each once."""
    found = [*_machines(stack, plan), *_services(stack, plan), *_meters(plan)]
    return tuple(dict.fromkeys(found))


def _machines(stack: Stack, plan: Plan) -> Iterator[PriceSource]:
    for pool in plan.pools:
        size = vm_size(pool.vm_size)
        hourly = size.hourly_usd(stack.location) if size else None
        estimate = size.estimated_usd(stack.location) if size else None
        shown = f"{hourly:g} per hour" if hourly is not None else f"~{estimate:g} per hour" if estimate else UNKNOWN
        date = prices.as_of(stack.location, [pool.vm_size])
        yield PriceSource(f"{pool.vm_size} in {stack.location}", shown, date, _read(pool.vm_size, stack.location))
    if isinstance(stack.target, AksTarget):
        tier = aks.tier(stack.target.tier)
        hourly = tier.usd_per_hour
        yield PriceSource(
            f"{tier.name} tier of the control plane",
            UNKNOWN if hourly is None else f"{hourly:g} per hour",
            tier.as_of,
            tier.source,
        )


def _read(size: str, region: str) -> str:
    """Where the price of a machine was read: asked for the row, for the region, or recorded with the catalogue."""
    content = document("vm_sizes")
    row: dict[str, Any] = next((row for row in content["sizes"] if row["name"].lower() == size.lower()), {})
    read = row.get("asked", {}).get(region) or content.get("priced", {}).get(region) or {"source": "prices"}
    return str(content["sources"].get(read["source"], read["source"]))


def _services(stack: Stack, plan: Plan) -> Iterator[PriceSource]:
    names = [f"disk-{pool.disk.tier}" for pool in plan.pools if not pool.disk.ephemeral]
    names += ["container-instance-vcpu", "container-instance-memory"] if plan.container_groups else []
    names += [SERVICES[line.what] for line in plan.cost.lines if line.part is Part.NETWORK]
    for name in names:
        price = prices.service(name, stack.location)
        if price:
            shown = f"{'~' if price.estimated else ''}{price.usd:g} per {price.unit}"
            yield PriceSource(name, shown, price.as_of, price.source)


def _meters(plan: Plan) -> Iterator[PriceSource]:
    for usage in plan.cost.usages:
        meter = prices.meter(usage.meter)
        shown = UNKNOWN if meter.usd is None else f"{meter.usd:g} per {meter.unit}"
        yield PriceSource(f"{meter.name}, pay as you go", shown, meter.as_of, meter.source)
        for way, tier in zip(ways(usage.meter)[1:], prices.commitments(usage.meter), strict=False):
            yield PriceSource(
                f"{meter.name}, {way.name}", f"{tier.usd_a_month:,g} per month", tier.as_of, tier.source
            )  # fmt: skip
