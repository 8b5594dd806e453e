"""Microsoft.Compute: the usage of vCPU quota and the list of VM sizes. No virtual machine is simulated."""

import re

from sandbox.arm import vm_quota
from sandbox.arm.ids import normal_location
from sandbox.arm.model import Answer, Call, Provider, Route
from sandbox.arm.store import Document
from sandbox.arm.vm_quota import SIZES, TOTAL, Size

_VERSIONS = frozenset(
    {"2021-07-01", "2022-03-01", "2023-03-01", "2023-07-01", "2023-09-01", "2024-03-01", "2024-07-01", "2024-11-01",
     "2025-04-01", "2026-04-01"}
)  # fmt: skip
_LOCATION = re.compile(r"location eq '([^']+)'", re.IGNORECASE)


def _usages(call: Call) -> Answer:
    region = normal_location(call.match["location"])
    usage = vm_quota.used(call.store, region)
    listed = [
        {
            "name": {"value": family, "localizedValue": "Total Regional vCPUs" if family == TOTAL else family},
            "currentValue": usage.get(family, 0),
            "limit": vm_quota.limit(call.store, region, family),
            "unit": "Count",
        }
        for family in (TOTAL, *sorted({size.family for size in SIZES.values()}))
    ]
    return Answer(200, {"value": listed})


def _skus(call: Call) -> Answer:
    region = _LOCATION.search(call.query.get("$filter", ""))
    location = normal_location(region[1]) if region else "westeurope"
    refused = {name.lower() for name in call.store.setting("refused_vm_sizes", [])}
    zones = {name.lower(): refused for name, refused in call.store.setting("refused_zones", {}).items()}
    listed = [_sku(size, location, zones.get(key, []), refused=key in refused) for key, size in SIZES.items()]
    return Answer(200, {"value": listed})


def _sku(size: Size, location: str, zones: list[str], *, refused: bool) -> Document:
    """`zones` are those that the subscription may not use."""
    everywhere = _restriction("Location", [location], {"locations": [location]})
    in_zones = _restriction("Zone", [location], {"locations": [location], "zones": zones})
    return {
        "resourceType": "virtualMachines",
        "name": size.name,
        "tier": "Standard",
        "size": size.name.removeprefix("Standard_"),
        "family": size.family,
        "locations": [location],
        "locationInfo": [{"location": location, "zones": ["1", "2", "3"], "zoneDetails": []}],
        "capabilities": [
            {"name": "vCPUs", "value": str(size.vcpus)},
            {"name": "MemoryGB", "value": f"{size.memory_gib:g}"},
            {"name": "CpuArchitectureType", "value": size.architecture},
        ],
        "restrictions": [*([everywhere] if refused else []), *([in_zones] if zones else [])],
    }


def _restriction(kind: str, values: list[str], info: Document) -> Document:
    return {"type": kind, "values": values, "restrictionInfo": info, "reasonCode": "NotAvailableForSubscription"}


_IN = "/subscriptions/{subscription}/providers/Microsoft.Compute"
PROVIDER = Provider(
    namespace="Microsoft.Compute",
    types=(),
    routes=(
        Route("GET", _IN + "/locations/{location}/usages", _usages, _VERSIONS),
        Route("GET", _IN + "/skus", _skus, _VERSIONS),
    ),
)
