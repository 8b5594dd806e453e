"""VM sizes, and the vCPUs that a subscription may use of each family in a region."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.arm.errors import bad_request
from sandbox.arm.ids import normal_location, parent_id
from sandbox.arm.store import Store

DEFAULT_LIMIT = 350
"""vCPUs a family, and a region in total times ten, unless the setting `vcpu_limits` says otherwise."""
TOTAL = "cores"
CLUSTER_TYPE = "Microsoft.ContainerService/managedClusters"
POOL_TYPE = f"{CLUSTER_TYPE}/agentPools"


@dataclass(frozen=True)
class Size:
    """A VM size. Memory in GiB; architecture `x64` or `Arm64`."""

    name: str
    family: str
    vcpus: int
    memory_gib: float
    architecture: str


def _read() -> dict[str, Size]:
    rows: dict[str, list[Any]] = json.loads((Path(__file__).parent / "vm_sizes.json").read_text())
    return {name.lower(): Size(name, *row) for name, row in rows.items()}


SIZES = _read()
"""The sizes the double knows, by lower-cased name."""


def allowed_size(store: Store, name: str, location: str) -> Size:
    """The size of that name. Raises ArmError where AKS would refuse it."""
    refused = {each.lower() for each in store.setting("refused_vm_sizes", [])}
    size = SIZES.get(name.lower())
    if not size or name.lower() in refused:
        offered = ", ".join(sorted(each.name for key, each in SIZES.items() if key not in refused))
        text = (
            f"The VM size of {name} is not allowed in your subscription in location '{location}'. "
            f"The available VM sizes are '{offered}'. For more details, please visit https://aka.ms/cpu-quota"
        )
        raise bad_request("BadRequest", text)
    return size


def limit(store: Store, region: str, family: str) -> int:
    """The vCPU limit of a family, or of `cores`. A setting for `region/family` goes before one for the family."""
    limits = {name.lower(): int(value) for name, value in store.setting("vcpu_limits", {}).items()}
    default = DEFAULT_LIMIT * 10 if family == TOTAL else DEFAULT_LIMIT
    return limits.get(f"{region}/{family}".lower(), limits.get(family.lower(), default))


def used(store: Store, region: str, *, without: Iterable[str] = ()) -> dict[str, int]:
    """VCPUs in use by family, and in total under `cores`, but for the pools of the given ids."""
    left_out = {each.lower() for each in without}
    usage = {TOTAL: 0}
    for pool in store.of_type(POOL_TYPE):
        cluster = store.resource(parent_id(pool.id))
        size = SIZES[pool.properties["vmSize"].lower()]
        if pool.key in left_out or not cluster or normal_location(cluster.document["location"]) != region:
            continue
        if pool.properties.get("scaleSetPriority") == "Spot":
            continue
        vcpus = size.vcpus * pool.properties["count"]
        usage[size.family] = usage.get(size.family, 0) + vcpus
        usage[TOTAL] += vcpus
    return usage


def check(store: Store, region: str, wanted: dict[str, tuple[Size, int]]) -> None:
    """Refuses pools {id: (size, nodes)} that need more regular vCPUs than are left. Raises ArmError 400."""
    usage = used(store, region, without=wanted)
    for family in dict.fromkeys([size.family for size, _ in wanted.values()] + [TOTAL]):
        needed = sum(size.vcpus * nodes for size, nodes in wanted.values() if family in (size.family, TOTAL))
        remaining = limit(store, region, family) - usage.get(family, 0)
        if needed > remaining:
            text = (
                f"Insufficient vcpu quota requested {needed}, remaining {remaining} for family {family} "
                f"for region {region}."
            )
            raise bad_request("ErrCode_InsufficientVCPUQuota", text)
