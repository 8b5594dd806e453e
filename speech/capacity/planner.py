"""From settings to the plan."""

from speech.capacity import cost
from speech.capacity.choice import choose
from speech.capacity.names import names
from speech.capacity.nodes import Pods, pool
from speech.capacity.plan import ContainerPlan, NodePool, Plan, Range
from speech.capacity.pods import PodDemand, pods_for
from speech.catalog import aks
from speech.catalog.kinds import Kind, kind
from speech.catalog.tags import image_tag, tags
from speech.catalog.vm_sizes import vm_size
from speech.settings.containers import Container, ScaleBy
from speech.settings.faults import Finding, InvalidStackError
from speech.settings.stack import Stack
from speech.settings.target import AksTarget

SYSTEM_POOL = "system"
# Of a pod's cores at its full number of streams: above it, pods are added while streams can still be taken.
TARGET_CPU_PERCENT = 70


def plan(stack: Stack, name: str) -> Plan:
    """What the stack called `name` will run, where, how big and at what cost.

    Raises InvalidStackError where a demand cannot be met: a ceiling too low, a pod that fits no size.
    """
    target = stack.target
    if not isinstance(target, AksTarget):
        raise InvalidStackError([Finding("speech:target.kind", f'"{target.kind}" is not in this version; "aks" is')])
    made = [
        (container, kind(container.kind), pods_for(container, kind(container.kind), len(target.zones), path))
        for path, container in ((f"speech:containers[{index}]", each) for index, each in enumerate(stack.containers))
    ]
    faults = [pods for _, _, pods in made if isinstance(pods, Finding)]
    if faults:
        raise InvalidStackError(faults)
    containers = [(container, facts, pods) for container, facts, pods in made if isinstance(pods, PodDemand)]
    choice, why = choose(target, [Pods(pods.shape, pods.replicas) for _, _, pods in containers], stack.location)
    speech_pool = pool(choice, target.zones)
    system = _system_pool(target)
    return Plan(
        stack=name,
        target=target.kind,
        location=stack.location,
        containers=tuple(_container(container, facts, pods) for container, facts, pods in containers),
        system_pool=system,
        node_pools=(speech_pool,),
        quota=cost.quota([speech_pool, system]),
        cost=cost.monthly(target, [speech_pool], system, stack.containers, stack.location),
        why=why,
        startup_minutes=max(facts.startup_minutes for _, facts, _ in containers),
        grace_seconds=stack.network.longest_stream_minutes * 60,
        names=names(stack),
    )


def _container(container: Container, facts: Kind, pods: PodDemand) -> ContainerPlan:
    host = f"{container.name}.speech.svc.cluster.local"
    return ContainerPlan(
        name=container.name,
        kind=container.kind,
        image=image_of(container, facts),
        locale=container.locale,
        port=facts.port,
        host_url=f"{facts.client_scheme}://{host}:{facts.port}" if facts.port else None,
        ssml_voice=_ssml_voice(container),
        shape=pods.shape,
        streams=container.demand.concurrent_streams if container.demand else 0,
        decoders=pods.streams_per_pod if facts.decoders_env else None,
        decoders_env=facts.decoders_env,
        streams_per_pod=pods.streams_per_pod,
        replicas=pods.replicas,
        fixed=container.scaling.by is ScaleBy.FIXED,
        target_cpu_percent=TARGET_CPU_PERCENT,
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
    size = vm_size(target.system_vm_size)
    return NodePool(
        name=SYSTEM_POOL,
        vm_size=target.system_vm_size,
        nodes=Range(target.system_nodes, target.system_nodes),
        pods_per_node=0,
        zones=target.zones,
        vcpus=size.vcpus if size else 0,
        os_disk_gib=aks.os_disk(size.vcpus if size else 4).gib,
    )
