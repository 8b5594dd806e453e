"""Hosts: what each cannot do, and what is meaningless there."""

from collections.abc import Iterator

from speech.catalog.kinds import kind
from speech.catalog.vm_sizes import vm_size
from speech.settings.containers import ScaleBy
from speech.settings.draft import Draft
from speech.settings.environments import WITHOUT_SCALING
from speech.settings.faults import Finding, Severity
from speech.settings.target import AksTarget, ContainerInstancesTarget, DockerTarget, KubernetesTarget
from speech.settings.volumes import needs_volume

TARGET, NETWORK = "speech:target", "speech:network"


def only_clusters_scale_by_load(draft: Draft) -> Iterator[Finding]:
    """Nothing on other hosts adds a replica while it runs: they are counted once, for the peak with its headroom."""
    if draft.target is None or draft.target.kind not in WITHOUT_SCALING:
        return
    for path, container in draft.named():
        if container.scaling.by is not ScaleBy.FIXED:
            message = f'"{container.scaling.by}" adds nothing on {draft.target.kind}: write  by: fixed, or leave it out'
            yield Finding(f"{path}.scaling.by", message)


def a_gpu_is_not_seen_in_the_processors_load(draft: Draft) -> Iterator[Finding]:
    """Pods are added by the processor's load, which says little of a container whose work is done on a GPU."""
    if draft.target is None or draft.target.kind in WITHOUT_SCALING:
        return
    for path, container in draft.named():
        if kind(container.kind).gpu and container.scaling.by is ScaleBy.CPU:
            message = (
                '"cpu" may add no pod while the GPU is busy: write  by: fixed, or measure the load at the peak first'
            )
            yield Finding(f"{path}.scaling.by", message, Severity.WARNING)


def only_networks_of_the_stack_have_private_ways(draft: Draft) -> Iterator[Finding]:
    """The stack makes no network of Azure around a cluster or Docker host of the user's."""
    if draft.account is None or not isinstance(draft.target, KubernetesTarget | DockerTarget):
        return
    for word in ("private_endpoint", "service_endpoint"):
        if getattr(draft.account, word):
            message = f"has no effect on {draft.target.kind}, around which the stack makes no network:"
            yield Finding(f"speech:account.{word}", f"{message} allowed_ip_ranges lets its public address in")


def an_address_space_is_that_of_a_network_of_the_stack(draft: Draft) -> Iterator[Finding]:
    """It would be believed to hold for a network that the stack never sees."""
    network, target = draft.network, draft.target
    if network is None or target is None or "address_space" not in draft.written.get("network", {}):
        return
    public_groups = isinstance(target, ContainerInstancesTarget) and network.exposure == "public"
    if draft.in_given_subnet or public_groups or isinstance(target, KubernetesTarget | DockerTarget):
        message = "has no effect: the stack makes no network here, leave it out"
        yield Finding(f"{NETWORK}.address_space", message)


def an_unlabelled_cluster_may_lack_avx2(draft: Draft) -> Iterator[Finding]:
    """A label tells the nodes with AVX2 apart; the guard stops a container on another, and moves it nowhere."""
    target = draft.target
    if not isinstance(target, KubernetesTarget) or "no-avx2-guarantee" in draft.acknowledged:
        return
    if not any("avx2" in label.lower() for pair in target.node_selector.items() for label in pair):
        message = (
            "names no label of nodes with AVX2, without which no Speech container starts: add one, or leave it out"
        )
        risk = "for Node Feature Discovery's. At your own risk: speech:acknowledge: [no-avx2-guarantee]"
        yield Finding(f"{TARGET}.node_selector", f"{message} {risk}")


def an_ingress_leads_to_a_name(draft: Draft) -> Iterator[Finding]:
    """It tells containers apart by the host that a caller names."""
    ingress = isinstance(draft.target, KubernetesTarget) and draft.target.ingress_class
    if ingress and draft.network and draft.network.domain is None:
        yield Finding(f"{NETWORK}.domain", "missing. An Ingress needs names, as in  domain: speech.contoso.example")


def only_azure_reads_that_a_load_balancer_is_internal(draft: Draft) -> Iterator[Finding]:
    """Other clouds have words of their own for that, and give an address of the internet where none is said."""
    target, network = draft.target, draft.network
    if not isinstance(target, KubernetesTarget) or network is None or network.exposure != "internal":
        return
    if not (target.ingress_class or network.gateway or network.clients.cidrs or "open-endpoint" in draft.acknowledged):
        message = (
            '"internal" is read by the load balancers of Azure and Azure Stack alone, and another cluster may give a'
            " public address: name who calls, as in  clients: {cidrs: [10.0.0.0/8]}"
        )
        yield Finding("speech:network.exposure", message, Severity.WARNING)


def a_volume_has_a_class(draft: Draft) -> Iterator[Finding]:
    """A cluster's default class often has disks that one node alone may write."""
    target = draft.target
    if not isinstance(target, KubernetesTarget) or target.storage_class or draft.billing is None:
        return
    users = [each.name for each in draft.containers.values() if needs_volume(each, disconnected=draft.disconnected)]
    if users:
        message = f"missing: the volume of {users[0]} gets the cluster's default class, which must let many nodes write"
        yield Finding(f"{TARGET}.storage_class", message, Severity.WARNING)


def a_docker_host_publishes_its_ports(draft: Draft) -> Iterator[Finding]:
    """Who reaches the host reaches the containers: nothing that the stack writes stands between."""
    network = draft.network
    if network is None or not isinstance(draft.target, DockerTarget):
        return
    used = {"exposure": network.exposure != "cluster", "domain": network.domain, "clients.cidrs": network.clients.cidrs}
    for word, written in used.items():
        if written:
            message = (
                "has no effect on docker, where ports of the host are published: leave it out, its firewall decides"
            )
            yield Finding(f"{NETWORK}.{word}", message)


def a_docker_host_runs_one_of_each(draft: Draft) -> Iterator[Finding]:
    """More would share its cores: what one container does not carry needs more hosts."""
    if not isinstance(draft.target, DockerTarget):
        return
    for index in draft.containers:
        scaling = draft.written_containers()[index].get("scaling") or {}
        for word in ("min_replicas", "max_replicas"):
            if word in scaling:
                message = "has no effect on docker, where a host runs one of each container: leave it out"
                yield Finding(f"speech:containers[{index}].scaling.{word}", message)


def a_gpu_container_has_nodes_with_gpus(draft: Draft) -> Iterator[Finding]:
    """On AKS the size of the nodes brings the GPU; the vendor asks for a T4 or newer (2026-09-08)."""
    target = draft.target
    needing = [container for container in draft.containers.values() if kind(container.kind).gpu]
    if not isinstance(target, AksTarget) or not needing:
        return
    word, names = ("vm_size", [target.vm_size]) if target.vm_size else ("vm_sizes", [*target.vm_sizes])
    sizes = [vm_size(name) for name in names if name]
    if sizes and all(size is not None and size.gpu is None for size in sizes):
        message = f"has no GPU, which {needing[0].name} needs: Standard_NC16as_T4_v3 has an NVIDIA T4"
        yield Finding(f"{TARGET}.{word}", message)


RULES = (
    only_clusters_scale_by_load,
    a_gpu_is_not_seen_in_the_processors_load,
    only_networks_of_the_stack_have_private_ways,
    an_address_space_is_that_of_a_network_of_the_stack,
    an_unlabelled_cluster_may_lack_avx2,
    an_ingress_leads_to_a_name,
    only_azure_reads_that_a_load_balancer_is_internal,
    a_volume_has_a_class,
    a_docker_host_publishes_its_ports,
    a_docker_host_runs_one_of_each,
    a_gpu_container_has_nodes_with_gpus,
)
