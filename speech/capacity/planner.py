"""From settings to the plan."""

from collections.abc import Sequence

from speech.capacity import cost
from speech.capacity.addresses import addresses
from speech.capacity.choice import choose
from speech.capacity.disks import Disk, disk
from speech.capacity.drain import Drain, drain, waits
from speech.capacity.exposure import Exposure, exposure, host
from speech.capacity.findings import faults, warnings
from speech.capacity.names import NAMESPACE, names
from speech.capacity.nodes import POOL, SURGE_NODES, Pods, pool
from speech.capacity.plan import ContainerPlan, HelperImages, NodePool, Plan, Range
from speech.capacity.pods import PodDemand, pods_for
from speech.catalog import aks
from speech.catalog.kinds import Kind, kind
from speech.catalog.tags import image_tag, tags
from speech.catalog.versions import NEWEST
from speech.catalog.vm_sizes import vm_size
from speech.settings.containers import Container, ScaleBy
from speech.settings.faults import Finding, InvalidStackError
from speech.settings.stack import Stack
from speech.settings.target import AksTarget

SYSTEM_POOL = "system"
# Of a pod's cores at its full number of streams: above it, pods are added while streams can still be taken.
TARGET_CPU_PERCENT = 70
# Seen in the vendor's AKS documents (2026-08); any image with sh, grep and wget serves.
GUARD_IMAGE = "mcr.microsoft.com/azurelinux/busybox:1.36"
# The one that the vendor checked (speech-container-speech-to-text-diarization-cache, 2026-09-02).
CACHE_IMAGE = "docker.io/valkey/valkey:8.1.10-alpine"


def plan(stack: Stack, name: str) -> Plan:
    """What the stack called `name` will run, where, how big and at what cost.

    Raises InvalidStackError where a demand cannot be met: a ceiling too low, a pod that fits no size, more nodes than
    the cluster or its subnet takes.
    """
    target = stack.target
    if not isinstance(target, AksTarget):
        raise InvalidStackError([Finding("speech:target.kind", f'"{target.kind}" is not in this version; "aks" is')])
    made = _pods(stack, len(target.zones))
    choice, why = choose(
        target, [Pods(pods.shape, pods.replicas, facts.image_gib) for _, facts, pods in made], stack.location
    )
    pools, system = (pool(choice, target.zones),), _system_pool(target)
    startup = max(facts.startup_minutes for _, facts, _ in made)
    drained = drain(stack.network.longest_stream_minutes, choice.pods_per_node, startup)
    exposed, served = exposure(stack.network), sum(facts.port is not None for _, facts, _ in made)
    if wrong := faults(stack, target, pools, system, served if exposed.kind == "internal" else 0):
        raise InvalidStackError(wrong)
    return Plan(
        stack=name,
        target=target.kind,
        location=stack.location,
        containers=tuple(_container(*each, exposed, drained, NAMESPACE) for each in made),
        system_pool=system,
        node_pools=pools,
        container_groups=(),
        quota=cost.quota([*pools, system]),
        cost=cost.monthly(stack, target, [*pools, system], exposed, served),
        why=why,
        warnings=tuple(warnings(stack, target, choice.size)),
        startup_minutes=startup,
        drain=drained,
        exposure=exposed,
        addresses=addresses(stack.network.address_space),
        private_account=stack.account.private_endpoint and not stack.account.public_access,
        names=names(stack, name),
        disconnected=stack.billing.mode == "disconnected",
        images=HelperImages(guard=GUARD_IMAGE, cache=CACHE_IMAGE),
        pull_server=None,
    )


def _pods(stack: Stack, zones: int) -> Sequence[tuple[Container, Kind, PodDemand]]:
    """Every container with its pods. Raises InvalidStackError with every one that cannot be met."""
    made = [
        (container, kind(container.kind), pods_for(container, kind(container.kind), zones, f"speech:containers[{at}]"))
        for at, container in enumerate(stack.containers)
    ]
    unmet = [pods for _, _, pods in made if isinstance(pods, Finding)]
    if unmet:
        raise InvalidStackError(unmet)
    return [(container, facts, pods) for container, facts, pods in made if isinstance(pods, PodDemand)]


def _container(
    container: Container, facts: Kind, pods: PodDemand, exposed: Exposure, drained: Drain, namespace: str
) -> ContainerPlan:
    version = container.version or NEWEST
    return ContainerPlan(
        name=container.name,
        kind=container.kind,
        image=image_of(container, facts),
        version=version,
        locale=container.locale,
        port=facts.port,
        scheme=facts.client_scheme,
        host=host(exposed, container.name, namespace) if facts.port else None,
        ssml_voice=_ssml_voice(container),
        shape=pods.shape,
        vendor=facts.size_row(version),
        streams=container.demand.concurrent_streams if container.demand else 0,
        decoders=pods.streams_per_pod if facts.decoders_env else None,
        decoders_env=facts.decoders_env,
        streams_per_pod=pods.streams_per_pod,
        replicas=pods.replicas,
        fixed=container.scaling.by is ScaleBy.FIXED,
        target_cpu_percent=TARGET_CPU_PERCENT,
        run_as_user=container.run_as_user,
        waits=waits(facts.startup_minutes, drained.grace_seconds, pods.replicas.max),
        options=container.options,
        model=container.model,
        volumes=(),
        cache=None,
        pool=POOL,
        gpus=0,
        once=False,
        pair_with=container.pair_with,
    )


def _ssml_voice(container: Container) -> str | None:
    if container.voice is None or container.locale is None:
        return None
    return tags(container.kind).ssml_voice(container.locale, container.voice)


def image_of(container: Container, facts: Kind) -> str:
    """The image reference: the user's own, by digest, by tag, or by the tag that version, locale and voice make."""
    if container.image is not None:
        return f"{container.image.repository}:{container.image.tag}"
    if container.digest is not None:
        return f"{facts.repository}@{container.digest}"
    tag = container.tag or image_tag(container.kind, container.version or "", container.locale, container.voice)
    return f"{facts.repository}:{tag}"


def _system_pool(target: AksTarget) -> NodePool:
    """Nodes of the cluster's own pods; an ephemeral disk where there is a place for it, whatever Speech nodes have."""
    size = vm_size(target.system_vm_size)
    managed = aks.os_disk(size.vcpus if size else 0)
    placed = disk(size, managed.gib, "managed" if target.os_disk == "managed" else "auto") if size else None
    return NodePool(
        name=SYSTEM_POOL,
        vm_size=target.system_vm_size,
        nodes=Range(target.system_nodes, target.system_nodes),
        pods_per_node=0,
        zones=target.zones,
        vcpus=size.vcpus if size else 0,
        disk=placed or Disk(managed.gib, managed.tier, ephemeral=False),
        surge=SURGE_NODES,
    )
