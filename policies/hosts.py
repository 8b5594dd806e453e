"""What pods run on, and who decides how many there are."""

from collections.abc import Iterator, Mapping, Sequence

from policies.reading import About, Resource, at, items
from speech.catalog import vm_sizes

POOL = "azure-native:containerservice:AgentPool"
CLUSTER = "azure-native:containerservice:ManagedCluster"
_SCALED = ("Deployment", "StatefulSet")
_SCALERS = ("HorizontalPodAutoscaler", "ScaledObject")


def nodes_have_avx2(resource: Resource, about: About) -> Iterator[str]:
    """No Speech container starts on a processor without AVX2. System pools run none."""
    pools = [("", resource.props)] if resource.type == POOL else []
    if resource.type == CLUSTER:
        profiles = items(resource.props, "agentPoolProfiles")
        pools = [(f"agentPoolProfiles[{index}].", pool) for index, pool in enumerate(profiles)]
    for path, pool in pools:
        name = at(pool, "vmSize")
        if at(pool, "mode") == "System" or not isinstance(name, str):
            continue
        size = vm_sizes.vm_size(name)
        if size is None and "unlisted-vm-size" not in about.acknowledged:
            yield (
                f"{path}vmSize: the catalogue does not know {name}, so nobody has looked whether it has AVX2. Run "
                "`speech catalog refresh`, or acknowledge unlisted-vm-size"
            )
        elif size is not None and not size.avx2:
            yield (
                f"{path}vmSize: {name} has no AVX2 ({size.architecture}), and no Speech container starts without it. "
                "Take an x64 size, as `speech plan` does"
            )


def autoscaler_owns_replicas(resources: Sequence[Resource], _: About) -> Iterator[tuple[str, str]]:
    """Two owners of one number: each `pulumi up` would take back what the autoscaler has done. Yields (URN, words)."""
    scaled = {(namespace, kind, name) for one in resources for namespace, kind, name in _targets(one)}
    for resource in resources:
        kind = resource.type.rpartition(":")[2]
        if not resource.type.startswith("kubernetes:apps/") or kind not in _SCALED:
            continue
        namespace, name = _place(resource)
        if at(resource.props, "spec", "replicas") is not None and (namespace, kind, name) in scaled:
            why = f"an autoscaler scales {name}, and each update would take back what it did, and end streams"
            yield resource.urn, f"spec.replicas: {why}. Leave spec.replicas out"


def _targets(resource: Resource) -> Iterator[tuple[object, object, object]]:
    if resource.type.startswith("kubernetes:") and resource.type.rpartition(":")[2] in _SCALERS:
        target = at(resource.props, "spec", "scaleTargetRef")
        if isinstance(target, Mapping):
            yield _place(resource)[0], target.get("kind", "Deployment"), target.get("name")


def _place(resource: Resource) -> tuple[object, object]:
    metadata = at(resource.props, "metadata")
    return at(metadata, "namespace") or "default", at(metadata, "name")
