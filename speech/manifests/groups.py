"""Container groups: one replica of one container each, with what it cannot run without.

A group is a document: a dict with every value written out, in the words of ARM (Microsoft.ContainerInstance, API
2024-05-01-preview) as the provider flattens them.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from speech.capacity.plan import Cache, ContainerGroup, ContainerPlan, Plan, PodShape, Volume
from speech.catalog.kinds import Kind, kind
from speech.manifests import arguments, guard
from speech.manifests.arguments import Surface, Word
from speech.manifests.cache import bounds
from speech.manifests.document import Document
from speech.manifests.groups_environment import environment
from speech.manifests.groups_wiring import GroupWiring, Pull

SPEECH = "speech"
"""The container of the stack file inside its group. The others have names of their own."""
_CHECK = guard.check("host", "delete the group to get another host, or choose another region")
_ROOT = 0
_CLIENTS_SCOPE = "TenantReuse"
"""The name of a group that is gone goes to nobody outside of the tenant (how-to-reuse-dns-names, 2024-08)."""


def document(
    group: ContainerGroup, container: ContainerPlan, wiring: GroupWiring, secrets: Mapping[str, Any]
) -> Document:
    """The group as it is sent to Azure. `secrets` has the values of the entries that the words refer to."""
    surface = Surface(
        billing=wiring.billing,
        no_proxy=wiring.no_proxy,
        cache=f"localhost:{container.cache.port}" if container.cache else None,
    )
    return {
        "containerGroupName": group.name,
        "location": wiring.location,
        "osType": "Linux",
        "sku": "Standard",
        # A container that ends by itself has done its work, well or not.
        "restartPolicy": "Never" if container.once else "Always",
        "initContainers": [*_before(container, wiring, surface, secrets)],
        "containers": [_speech(group, container, wiring, surface, secrets), *_cache(container.cache)],
        "volumes": [_volume(group, volume, wiring) for volume in container.volumes],
        "tags": {**wiring.tags, "speech-container": container.name},
        **_network(group, wiring),
        **_pull(wiring.pull),
    }


def shares(plan: Plan) -> dict[str, int]:
    """The shares that the groups' volumes need, by name, each with its size in GiB."""
    containers = {container.name: container for container in plan.containers}
    return {
        share_name(group, volume): volume.size_gib
        for group in plan.container_groups
        for volume in containers[group.container].volumes
    }


def share_name(group: ContainerGroup, volume: Volume) -> str:
    """One share a volume and replica: each replica fills its own, and no page says that two may fill one at a time."""
    return f"{volume.name}-{group.name.rpartition('-')[2]}"


def _before(
    container: ContainerPlan, wiring: GroupWiring, surface: Surface, secrets: Mapping[str, Any]
) -> Iterator[Document]:
    """What must end well before the container starts. Azure gives these neither sizes nor ports nor probes."""
    yield {"name": "avx2", "image": wiring.guard_image, "command": ["sh", "-c", _CHECK]}
    if wiring.disconnected:
        words = [*arguments.license_download(container, surface), *arguments.variables(container, surface)]
        yield {
            "name": "license",
            "image": container.image,
            "environmentVariables": environment(words, secrets),
            **_mounts(container),
        }


def _speech(
    group: ContainerGroup,
    container: ContainerPlan,
    wiring: GroupWiring,
    surface: Surface,
    secrets: Mapping[str, Any],
) -> Document:
    facts = kind(container.kind)
    words = [
        *arguments.serving(container, surface, disconnected=wiring.disconnected),
        *_display_models(container),
        *arguments.variables(container, surface),
    ]
    return {
        "name": SPEECH,
        "image": container.image,
        "environmentVariables": environment(words, secrets),
        "resources": _resources(_rest(group, container.cache)),
        "ports": [_port(container.port)] if container.port else [],
        **_mounts(container),
        **_probes(container, facts),
    }


def _display_models(container: ContainerPlan) -> Iterator[Word]:
    """Exact ones, fetched by the container itself beside its model: no run before it is sure to end."""
    if container.model and container.model.display:
        yield from (Word(f"{part}Id", found) for part, found in container.model.display.ids.items())


def _rest(group: ContainerGroup, cache: Cache | None) -> PodShape:
    """What the cache leaves of the group, whose size may be the least that Azure has."""
    taken = cache.shape if cache else PodShape(0, 0)
    return PodShape(round(group.cpu - taken.cpu, 2), round(group.memory_gib - taken.memory_gib, 2))


def _cache(cache: Cache | None) -> Iterator[Document]:
    """Beside the container that asks it, by localhost; its port is none of the group's."""
    if cache is not None:
        yield {
            "name": "cache",
            "image": cache.image,
            # Groups in a subnet answer on every port that something listens on: this one does so inside only.
            "environmentVariables": [
                {"name": "VALKEY_EXTRA_FLAGS", "value": " ".join(["--bind", "127.0.0.1", *bounds(cache)])}
            ],
            "resources": _resources(cache.shape),
            "ports": [],
        }


def _resources(shape: PodShape) -> Document:
    size = {"cpu": shape.cpu, "memoryInGB": shape.memory_gib}
    return {"requests": size, "limits": size}


def _mounts(container: ContainerPlan) -> Document:
    """Azure mounts a share for root only, whatever user the image has (volume-azure-files page, 2025-11)."""
    user = _ROOT if container.volumes else container.run_as_user
    mounts = [{"name": volume.role, "mountPath": volume.path, "readOnly": False} for volume in container.volumes]
    return {"volumeMounts": mounts, **({} if user is None else {"securityContext": {"runAsUser": user}})}


def _volume(group: ContainerGroup, volume: Volume, wiring: GroupWiring) -> Document:
    if wiring.storage is None:
        raise ValueError(f"{group.name} has a volume, and no storage account to keep it")
    return {
        "name": volume.role,
        "azureFile": {
            "shareName": share_name(group, volume),
            "storageAccountName": wiring.storage.account,
            "storageAccountKey": wiring.storage.key,
            "readOnly": False,
        },
    }


def _probes(container: ContainerPlan, facts: Kind) -> Document:
    """Groups know no startup probe, so liveness is not asked until the slowest start is over."""
    if container.port is None:
        return {}
    return {
        "readinessProbe": _probe(facts.readiness_path(container.version), container.port, 0, 10, 3),
        "livenessProbe": _probe(
            facts.health_path, container.port, container.startup_minutes * 60, 30, container.liveness_minutes * 2
        ),
    }


def _probe(path: str, port: int, delay: int, period: int, failures: int) -> Document:
    return {
        "httpGet": {"path": path, "port": port, "scheme": "http"},
        "initialDelaySeconds": delay,
        "periodSeconds": period,
        "timeoutSeconds": 5,
        "successThreshold": 1,
        "failureThreshold": failures,
    }


def _network(group: ContainerGroup, wiring: GroupWiring) -> Document:
    """A group with a subnet resolves names as `dnsConfig` says, not as its network does."""
    inside = wiring.subnet_id is not None
    network: Document = {}
    if inside:
        network["subnetIds"] = [{"id": wiring.subnet_id}]
        network["dnsConfig"] = {"nameServers": list(wiring.dns_servers)}
    if group.port is not None:
        network["ipAddress"] = {"type": "Private" if inside else "Public", "ports": [_port(group.port)]}
        if not inside:
            network["ipAddress"] |= {
                "dnsNameLabel": group.dns_label,
                "autoGeneratedDomainNameLabelScope": _CLIENTS_SCOPE,
            }
    return network


def _port(port: int) -> Document:
    return {"protocol": "TCP", "port": port}


def _pull(pull: Pull | None) -> Document:
    if pull is None:
        return {}
    if pull.identity is not None:
        return {
            "identity": {"type": "UserAssigned", "userAssignedIdentities": [pull.identity]},
            "imageRegistryCredentials": [{"server": pull.server, "identity": pull.identity}],
        }
    return {"imageRegistryCredentials": [{"server": pull.server, "username": pull.username, "password": pull.password}]}
