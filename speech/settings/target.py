"""Where containers run."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from speech.settings.base import Form, Secret, Settings
from speech.settings.forms import (
    Cidr,
    ClusterId,
    DnsLabel,
    Guid,
    Ipv4Address,
    KubernetesVersion,
    SubnetId,
    TimeOfDay,
    UtcOffset,
)


class TargetKind(StrEnum):
    """The four kinds of host."""

    AKS = "aks"
    KUBERNETES = "kubernetes"
    CONTAINER_INSTANCES = "container-instances"
    DOCKER = "docker"


def _as_text(given: object) -> object:
    # `pulumi config set --path` writes a zone as a number.
    return str(given) if isinstance(given, int) and not isinstance(given, bool) else given


Zone = Annotated[Literal["1", "2", "3"], BeforeValidator(_as_text), WithJsonSchema({"enum": ["1", "2", "3", 1, 2, 3]})]
VmSizeName = Annotated[str, Form("[A-Za-z][A-Za-z0-9_-]{0,63}", "the name of a VM size", "Standard_D8as_v5")]


class Maintenance(Settings):
    """The weekly window in which AKS may upgrade cluster and nodes."""

    day: Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] = "Sunday"
    """Day of the week."""
    start_time: TimeOfDay = "02:00"
    """When it opens."""
    hours: Annotated[int, Field(ge=4, le=24)] = 4
    """How long it stays open."""
    utc_offset: UtcOffset = "+00:00"
    """Where that time of the day counts."""


class AksTarget(Settings):
    """A managed cluster of the stack's own, with node pools for Speech."""

    kind: Literal[TargetKind.AKS]
    """An Azure Kubernetes Service cluster."""
    version: KubernetesVersion = "1.35"
    """Kubernetes version; a minor one follows its newest patch."""
    vm_size: VmSizeName | None = None
    """One size for every Speech node. Without it the cheapest size that fits is taken, from vm_sizes where given."""
    vm_sizes: Annotated[tuple[VmSizeName, ...], Field(max_length=50)] = ()
    """Sizes to choose among; empty: every size of the catalogue that can run Speech."""
    subnet_id: SubnetId | None = None
    """A subnet of yours for the nodes, in a network that has its way out; without one the stack makes a network."""
    outbound: Literal["nat-gateway", "user-defined-routing"] = "nat-gateway"
    """How nodes in a subnet of yours get out: by the NAT gateway that it has, or by its routes, as to a firewall."""
    max_pools: Annotated[int, Field(ge=1, le=5)] = 3
    """Node pools that containers without a GPU are shared out among, at most. All nodes of one have the same size."""
    planning_seconds: Annotated[float, Field(gt=0, le=60)] = 2.0
    """How long the solver may look for the least that more than twelve containers can cost."""
    zones: tuple[Zone, ...]
    """Availability zones of the nodes; empty: none asked for."""
    spot: bool = False
    """Cheaper nodes for Speech, which Azure may take away at any time: not the system pool's."""
    private: bool = False
    """The API server has no public address."""
    tier: Literal["Free", "Standard", "Premium"]
    """Pricing tier of the control plane: Free has no service level, Premium has long-term support."""
    authorized_ip_ranges: tuple[Cidr, ...] = ()
    """Who may reach the API server, beside the nodes; empty: everybody who holds credentials."""
    authentication: Literal["local", "entra"]
    """local: a certificate in the kubeconfig. entra: people and pipelines log in, and local accounts are off."""
    admin_group_ids: tuple[Guid, ...] = ()
    """Object ids of the Entra groups that administer the cluster."""
    upgrade_channel: Literal["none", "patch", "stable", "rapid", "node-image"] = "patch"
    """How far AKS itself upgrades Kubernetes, inside the maintenance window."""
    node_os_upgrade_channel: Literal["None", "Unmanaged", "SecurityPatch", "NodeImage"] = "NodeImage"
    """How nodes get fixes of their operating system, inside the maintenance window."""
    maintenance: Maintenance = Maintenance()
    """When AKS may upgrade."""
    image_cleaner_hours: Annotated[int, Field(ge=24, le=2160)] = 168
    """How often unused images with known holes are removed from the nodes."""
    os_disk: Literal["auto", "managed", "ephemeral"] = "auto"
    """auto: on the node's own disk where the images fit on it, else a managed disk."""
    system_vm_size: VmSizeName = "Standard_D4as_v5"
    """Size of the system pool's nodes, where no Speech container runs."""
    system_nodes: Annotated[int, Field(ge=1, le=10)]
    """Nodes of the system pool."""


AVX2_LABEL = "feature.node.kubernetes.io/cpu-cpuid.AVX2"
"""Node Feature Discovery's label of a processor with AVX2."""


class KubernetesTarget(Settings):
    """A cluster that is there already, on Azure Stack or on-premises: the stack makes the account, no nodes."""

    kind: Literal[TargetKind.KUBERNETES]
    """Any Kubernetes cluster."""
    kubeconfig: Secret | None = None
    """How to reach it; without one, the environment's."""
    cluster_id: ClusterId | None = None
    """An AKS cluster of yours, asked of Azure for its kubeconfig in place of one that is given."""
    context: Annotated[str | None, Field(min_length=1, max_length=200, examples=["speech"])] = None
    """Which cluster of the kubeconfig."""
    namespace: DnsLabel = "speech"
    """The namespace that the stack makes for its pods."""
    storage_class: Annotated[str | None, Field(min_length=1, max_length=200, examples=["fast"])] = None
    """For volumes of models, licences and records: one whose volumes many nodes may write. Without it, the default."""
    ingress_class: Annotated[str | None, Field(min_length=1, max_length=200, examples=["nginx"])] = None
    """Of the Ingress that leads to each container's host name; without one, none is made."""
    node_selector: Annotated[dict[str, str], Field(examples=[{"pool": "speech"}])] = Field(
        default_factory=lambda: {AVX2_LABEL: "true"}
    )
    """Labels of the nodes that have AVX2; without it, the label that Node Feature Discovery gives them."""


class ContainerInstancesTarget(Settings):
    """Azure Container Instances: a group a replica, no scaling, no choice of CPU."""

    kind: Literal[TargetKind.CONTAINER_INSTANCES]
    """Azure Container Instances."""
    subnet_id: SubnetId | None = None
    """With the exposure internal, a subnet of your own that is delegated to container groups; without one, the stack
    makes a network."""
    dns_servers: Annotated[tuple[Ipv4Address, ...], Field(max_length=3)] = ("168.63.129.16",)
    """Who resolves names for groups in a subnet: they do not take the network's own servers."""


class DockerTarget(Settings):
    """Docker hosts: the stack makes account and keys, `speech render` writes what runs there."""

    kind: Literal[TargetKind.DOCKER]
    """Docker hosts of your own."""


Target = Annotated[
    AksTarget | KubernetesTarget | ContainerInstancesTarget | DockerTarget,
    Field(discriminator="kind"),
]
