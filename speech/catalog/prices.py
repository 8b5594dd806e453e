"""List prices besides those of the machines: metered usage, commitment tiers, disks and network. US dollars."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from speech.catalog.documents import document
from speech.catalog.vm_sizes import vm_size

EVERYWHERE = "*"


@dataclass(frozen=True, slots=True)
class Meter:
    """What one unit of a container's usage costs; None where no source has a price."""

    name: str
    unit: str
    """audio hour, or million characters."""
    usd: float | None
    source: str
    as_of: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Commitment:
    """A monthly commitment tier: what it includes, its price, and each unit beyond."""

    meter: str
    hosting: str
    included: int
    unit: str
    usd_a_month: float
    overage_usd: float
    source: str
    as_of: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Price:
    """The price of a unit of a service. `estimated` where the region's own price is not known."""

    name: str
    unit: str
    usd: float
    estimated: bool
    source: str
    as_of: str
    confidence: str


def as_of(region: str = "", sizes: Iterable[str] = ()) -> str:
    """The date of these machines' prices in the region, the oldest of several; of all machines' where none is named.

    Machines are by far the largest part of a plan's cost.
    """
    document_date: str = document("vm_sizes")["as_of"]
    found = [vm_size(name) for name in sizes]
    return min((size.price_dates.get(region, document_date) for size in found if size), default=document_date)


def meter(name: str) -> Meter:
    """The meter that a kind names. Raises KeyError for any other."""
    return _meters()[name]


def meter_usd(name: str) -> float | None:
    """The price of one unit of the meter: an audio hour, or a million characters."""
    return meter(name).usd


@cache
def commitments(meter_name: str) -> tuple[Commitment, ...]:
    """Commitment tiers of a meter for connected containers, smallest first; none where none is sold."""
    content = document("prices")
    found = (
        Commitment(
            **{name: row[name] for name in Commitment.__slots__ if name != "source"},
            source=content["sources"][row["source"]],
        )
        for row in content["commitments"]
        if row["meter"] == meter_name
    )
    return tuple(sorted(found, key=lambda tier: tier.included))


@cache
def service(name: str, region: str) -> Price | None:
    """The price of a service in a region, else an estimate from the dearest known region; None where none is known.

    Names: disk-P10 to disk-P30, load-balancer, public-ip, nat-gateway, private-endpoint (each -data too, but the IP's),
    container-instance-vcpu, container-instance-memory. Raises KeyError for any other.
    """
    content = document("prices")
    row = {row["name"]: row for row in content["services"]}[name]
    known: dict[str, float] = row["usd"]
    if not known:
        return None
    usd = known.get(region, known.get(EVERYWHERE))
    asked = row.get("asked", {})
    read = asked.get(region if region in known else EVERYWHERE, row)
    return Price(
        name=name,
        unit=row["unit"],
        usd=max(known.values()) if usd is None else usd,
        estimated=usd is None,
        source=content["sources"][read["source"]],
        as_of=read["as_of"],
        confidence=read["confidence"],
    )


@cache
def _meters() -> dict[str, Meter]:
    content = document("prices")
    return {
        row["name"]: Meter(
            name=row["name"],
            unit=row["unit"],
            usd=row["usd"],
            source=content["sources"][row["source"]],
            as_of=row["as_of"],
            confidence=row["confidence"],
        )
        for row in content["meters"]
    }
