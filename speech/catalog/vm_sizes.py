"""The VM sizes a pool may be built of: shape, CPU, disks, quota family and list prices."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from speech.catalog import nearest as suggestions
from speech.catalog.documents import document
from speech.catalog.merging import by_region


def min_ghz() -> float:
    """The clock that every core needs."""
    rule: float = document("vm_sizes")["rule"]["min_ghz"]
    return rule


@dataclass(frozen=True, slots=True)
class VmSize:
    """One size. Disks and memory in GiB, clocks in GHz, prices in USD an hour for Linux without discounts."""

    name: str
    series: str
    family: str
    """The quota's name as in the usages API; letter case varies between APIs."""
    vcpus: int
    memory_gib: float
    architecture: str
    """x64 or arm64."""
    cpus: tuple[str, ...]
    cpu_guaranteed: bool
    """False where Azure may place it on any of several CPU models."""
    avx2: bool
    avx2_basis: str
    """documented, inferred (from the CPU generation) or none."""
    base_ghz: float | None
    turbo_ghz: float | None
    temp_disk_gib: int | None
    os_cache_gib: int | None
    ephemeral_os_disk: bool | None
    accelerated_networking: bool | None
    burstable: bool
    gpu: str | None
    gpus: int
    """GPUs of a node; a pod takes whole ones. 0 without any."""
    retires: str | None
    note: str | None
    prices: Mapping[str, float]
    estimates: Mapping[str, float]
    """Prices scaled from a sibling of the series, for regions whose own price is not known."""
    price_dates: Mapping[str, str]
    """When each price was read."""
    zones: Mapping[str, tuple[str, ...] | None]
    """Zones of the regions whose sizes were asked; None in a region that does not offer this one."""
    sources: tuple[str, ...]
    as_of: str

    @property
    def ephemeral_os_disk_gib(self) -> int | None:
        """The largest ephemeral OS disk it holds; None where it holds none, or none is documented."""
        places = [gib for gib in (self.temp_disk_gib, self.os_cache_gib) if gib is not None]
        return max(places) if self.ephemeral_os_disk and places else None

    def hourly_usd(self, region: str) -> float | None:
        """The list price in the region; None where none is known."""
        return self.prices.get(region)

    def estimated_usd(self, region: str) -> float | None:
        """The price, else an estimate to rank by: a sibling's, else its dearest region's. None without any price."""
        known = self.prices.get(region, self.estimates.get(region))
        if known is not None:
            return known
        return max((*self.prices.values(), *self.estimates.values()), default=None)

    def clock_fault(self) -> str | None:
        """Why its clock refuses it, to be read after its name: a documented base clock below the rule."""
        if self.base_ghz is None or self.base_ghz >= min_ghz():
            return None
        return f"has a base clock of {self.base_ghz} GHz: Speech containers need {min_ghz()} GHz in each core"

    def clock_warning(self) -> str | None:
        """What is not documented about a clock that passes, to be read after its name."""
        if self.base_ghz is not None or (self.turbo_ghz or 0) >= min_ghz():
            return None
        if self.turbo_ghz is not None:
            return (
                f"has a documented turbo clock of {self.turbo_ghz} GHz alone, below the {min_ghz()} GHz that are needed"
            )
        return f"has no documented clock: {min_ghz()} GHz is inferred from its CPU, {' or '.join(self.cpus)}"

    def place_fault(self, region: str, zones: Iterable[str] = ()) -> str | None:
        """Why the region does not have it in these zones, to be read after its name; None where that was not asked."""
        if region not in self.zones:
            return None
        offered = self.zones[region]
        if offered is None:
            return f"is not offered in {region}, or not to the subscription that asked"
        missing = [zone for zone in zones if zone not in offered]
        there = f"only in {', '.join(offered)}" if offered else "in none"
        return f"is not offered in zone {', '.join(missing)} of {region}: {there}" if missing else None

    def host_fault(self) -> str | None:
        """Why Speech containers cannot run on it: architecture, AVX2 or clock. To be read after its name."""
        if self.architecture != "x64":
            return (
                f"is an {self.architecture.upper()} size ({', '.join(self.cpus)}): Speech images are built for x64 only"
            )
        return self.clock_fault() if self.avx2 else "has no AVX2, without which no Speech container starts"


def vm_size(name: str) -> VmSize | None:
    """The size of this name, letter case aside; None for one the catalogue does not list."""
    return _by_lower_name().get(name.lower())


def nearest(name: str) -> str | None:
    """The listed size that reads most like `name`."""
    return suggestions.nearest(name, (size.name for size in vm_sizes()))


@cache
def vm_sizes() -> tuple[VmSize, ...]:
    """Every listed size, families together, small before large."""
    content = document("vm_sizes")
    sources: dict[str, str] = content["sources"]
    families = {row["series"]: row for row in content["families"]}
    priced = {region: row["as_of"] for region, row in content.get("priced", {}).items()}
    dates = dict.fromkeys(content["price_regions"], content["as_of"]) | priced
    return tuple(
        _vm_size(sources, families[row["series"]], by_region(content, row), dates, row) for row in content["sizes"]
    )


@cache
def _by_lower_name() -> Mapping[str, VmSize]:
    return {size.name.lower(): size for size in vm_sizes()}


_OF_FAMILY = (
    "architecture", "cpu_guaranteed", "avx2", "avx2_basis", "base_ghz", "turbo_ghz", "ephemeral_os_disk",
    "accelerated_networking", "burstable", "gpu", "retires", "note",
)  # fmt: skip
_OF_SIZE = ("name", "series", "vcpus", "memory_gib", "temp_disk_gib", "os_cache_gib")


def _vm_size(
    sources: dict[str, str],
    family: dict[str, Any],
    prices: dict[str, float | None],
    dates: dict[str, str],
    row: dict[str, Any],
) -> VmSize:
    known = {region: usd for region, usd in prices.items() if usd is not None}
    asked = {region: found["as_of"] for region, found in row.get("asked", {}).items()}
    own_source = [sources[row["source"]]] if "source" in row else []
    return VmSize(
        **{name: family[name] for name in _OF_FAMILY},
        **{name: row[name] for name in _OF_SIZE},
        family=family["quota"],
        gpus=row.get("gpus", 0),
        cpus=tuple(family["cpus"]),
        prices=MappingProxyType(known),
        estimates=MappingProxyType(row.get("estimated", {})),
        price_dates=MappingProxyType({region: (dates | asked)[region] for region in known}),
        zones=MappingProxyType(
            {region: None if zones is None else tuple(zones) for region, zones in row.get("zones", {}).items()}
        ),
        sources=(*(sources[source] for source in family["source"]), *own_source),
        as_of=row.get("as_of", family["as_of"]),
    )
