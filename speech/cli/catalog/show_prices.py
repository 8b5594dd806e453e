"""Pages of machines and of prices."""

from speech.catalog import documents, merging, prices
from speech.catalog.prices import Commitment, Meter, Price
from speech.catalog.vm_sizes import VmSize, vm_sizes
from speech.cli.catalog import own
from speech.cli.catalog.page import ESTIMATE, MINE, SOURCE, Page, Row


def sizes_page(region: str) -> Page:
    """Every size with its price in the region."""
    mine = own.keys("vm_sizes", "sizes")
    rows = [
        {
            "size": size.name,
            "vCPU": size.vcpus,
            "GiB": size.memory_gib,
            "GPU": size.gpus or None,
            "USD an hour": size.hourly_usd(region),
            "as of": size.price_dates.get(region),
            MINE: (size.name,) in mine,
            "refused": size.host_fault(),
        }
        for size in vm_sizes()
    ]
    return Page(f"sizes, prices of {region}", {}, rows)


def size_page(size: VmSize) -> Page:
    """One size: its shape and CPU, then its price and zones in each region."""
    gpus = f", {size.gpus} {size.gpu}" if size.gpus else ""
    figures = {
        "shape": f"{size.vcpus} vCPU, {size.memory_gib:g} GiB{gpus}",
        "cpu": "; ".join(size.cpus),
        "clock": f"base {size.base_ghz or 'unknown'}, turbo {size.turbo_ghz or 'unknown'} GHz",
        "avx2": f"{'yes' if size.avx2 else 'no'}, {size.avx2_basis}",
        "disks": f"temporary {size.temp_disk_gib or 'none'}, cache {size.os_cache_gib or 'none'} GiB",
        "quota": size.family,
        "retires": size.retires,
        "refused": size.host_fault(),
        "as of": size.as_of,
        "sources": "; ".join(size.sources),
    }
    rows: list[Row] = [
        {
            "region": region,
            "USD an hour": size.hourly_usd(region),
            "as of": size.price_dates.get(region),
            "zones": _zones(size, region) if region in size.zones else None,
        }
        for region in dict.fromkeys((*size.prices, *size.zones))
    ]
    return Page(size.name, figures, rows)


def prices_page(region: str) -> Page:
    """Meters, commitments and services; estimates are those of other regions."""
    content = documents.document("prices")
    rows = [
        *(_row(each, each.name, each.usd, "meters", (each.name,)) for each in map(prices.meter, _names("meters"))),
        *(
            {
                **_row(each, f"{each.meter} {each.included:,}", each.usd_a_month, "commitments", _key(each)),
                "unit": "month",
            }
            for meter in _names("meters")
            for each in prices.commitments(meter)
        ),
        *(
            _row(each, each.name, each.usd, "services", (each.name,))
            for row in content["services"]
            if (each := prices.service(row["name"], region))
        ),
    ]
    return Page(f"prices in {region}", {"machines": "speech catalog show sizes"}, rows)


def _names(table: str) -> list[str]:
    return [row["name"] for row in documents.document("prices")[table]]


def _key(tier: Commitment) -> tuple[object, ...]:
    return tuple(getattr(tier, name) for name in merging.ROWS["prices"]["commitments"])


def _row(found: Meter | Commitment | Price, name: str, usd: float | None, table: str, key: tuple[object, ...]) -> Row:
    return {
        "price": name,
        ESTIMATE: isinstance(found, Price) and found.estimated,
        "USD": usd,
        "unit": found.unit,
        "as of": found.as_of,
        MINE: key in own.keys("prices", table),
        SOURCE: found.source,
    }


def _zones(size: VmSize, region: str) -> str:
    zones = size.zones[region]
    return "not offered" if zones is None else " ".join(zones) or "none"
