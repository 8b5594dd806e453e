"""What a subscription may use of Container Instances in a region, and how large a group may be."""

from sandbox.arm.errors import bad_request, conflict
from sandbox.arm.ids import normal_location
from sandbox.arm.store import Document, Resource, Store

GROUP_TYPE = "Microsoft.ContainerInstance/containerGroups"
DEFAULT_LIMIT = 100
"""Groups and cores of a region, unless the setting `container_limits` says otherwise (quota page, 2025-11-17)."""
NAMES = {"ContainerGroups": "Container Groups", "StandardCores": "Standard Cores"}
LARGEST, ORDINARY = (31.0, 240.0), (4.0, 16.0)
"""CPUs and GB of a group: the most there is, and the most without a quota that was granted (big-containers page)."""


def limit(store: Store, region: str, name: str) -> int:
    """The limit of that name. A setting for `region/name` goes before one for the name."""
    limits = {key.lower(): int(value) for key, value in store.setting("container_limits", {}).items()}
    return limits.get(f"{region}/{name}".lower(), limits.get(name.lower(), DEFAULT_LIMIT))


def largest(store: Store, region: str) -> tuple[float, float]:
    """CPUs and GB of the largest group that the subscription may have in the region."""
    granted = store.setting("big_container_groups", default=False)
    return LARGEST if granted is True or (isinstance(granted, list) and region in granted) else ORDINARY


def requested(group: Resource) -> tuple[float, float]:
    """CPUs and GB that the group's containers ask for together."""
    asked: list[Document] = [each["properties"]["resources"]["requests"] for each in group.properties["containers"]]
    return sum(float(each["cpu"]) for each in asked), sum(float(each["memoryInGB"]) for each in asked)


def used(store: Store, region: str, *, without: str = "") -> dict[str, float]:
    """Groups and cores in use, but for the group of that id. A stopped group has no cores."""
    usage = dict.fromkeys(NAMES, 0.0)
    for group in store.of_type(GROUP_TYPE):
        if group.key != without.lower() and normal_location(group.document["location"]) == region:
            usage["ContainerGroups"] += 1
            usage["StandardCores"] += 0 if group.hidden["stopped"] else requested(group)[0]
    return usage


def check(store: Store, wanted: Resource) -> None:
    """Raises ArmError where the group is too large, or the quota is used up."""
    region = normal_location(wanted.document["location"])
    (cpus, memory), (most_cpus, most_memory) = requested(wanted), largest(store, region)
    if cpus > most_cpus or memory > most_memory:
        in_network = " virtual network" if wanted.properties.get("subnetIds") else ""
        hint = f"at most {most_cpus:g} CPU and {most_memory:g} GB"
        if (most_cpus, most_memory) == ORDINARY:
            hint += "; more only where a quota for big container groups was granted"
        raise conflict(
            "ServiceUnavailable",
            f"The requested resource is not available in the location '{region}' at this moment. Please retry with a "
            f"different resource request or in another location. Resource requested: '{cpus:g}' CPU '{memory:g}' GB "
            f"memory '{wanted.properties['osType']}' OS{in_network} ({hint})",
        )
    usage = used(store, region, without=wanted.id)
    for name, asked in (("ContainerGroups", 1.0), ("StandardCores", cpus)):
        if usage[name] + asked > limit(store, region, name):
            raise bad_request(
                "ContainerGroupQuotaReached",
                f"Resource type '{GROUP_TYPE}' container group quota '{name}' exceeded in region '{region}'. Limit: "
                f"'{limit(store, region, name)}', Usage: '{usage[name]:g}' Requested: '{asked:g}'.",
            )
