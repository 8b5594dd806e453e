"""Where containers run."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from speech.settings.base import Cidr, Guid, Secret, Settings


class TargetKind(StrEnum):
    """The four kinds of host."""

    AKS = "aks"
    KUBERNETES = "kubernetes"
    CONTAINER_INSTANCES = "container-instances"
    DOCKER = "docker"


class Maintenance(Settings):
    """The weekly window in which AKS may upgrade cluster and nodes."""

    day: Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] = "Sunday"
    start_time: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "02:00"
    hours: Annotated[int, Field(ge=4, le=24)] = 4
    utc_offset: Annotated[str, Field(pattern=r"^[+-](0\d|1[0-4]):[0-5]\d$")] = "+00:00"


class AksTarget(Settings):
    """A managed cluster of the stack's own, with node pools for Speech."""

    kind: Literal[TargetKind.AKS]
    version: Annotated[str, Field(pattern=r"^1\.\d{2}(\.\d+)?$")] = "1.35"
    """Kubernetes version; a minor one follows its newest patch."""
    vm_size: str | None = None
    """One size for every Speech node. Without it the cheapest size that fits is taken, from vm_sizes where given."""
    vm_sizes: tuple[str, ...] = ()
    zones: tuple[Literal["1", "2", "3"], ...]
    """Availability zones of the nodes; empty: none asked for."""
    spot: bool = False
    private: bool = False
    """The API server has no public address."""
    tier: Literal["Free", "Standard", "Premium"]
    authorized_ip_ranges: tuple[Cidr, ...] = ()
    """Who may reach the API server; empty: everybody who holds credentials."""
    authentication: Literal["local", "entra"]
    """local: a certificate in the kubeconfig. entra: people and pipelines log in, and local accounts are off."""
    admin_group_ids: tuple[Guid, ...] = ()
    """Object ids of the Entra groups that administer the cluster."""
    upgrade_channel: Literal["none", "patch", "stable", "rapid", "node-image"] = "patch"
    """How far AKS itself upgrades Kubernetes, inside the maintenance window."""
    node_os_upgrade_channel: Literal["None", "Unmanaged", "SecurityPatch", "NodeImage"] = "NodeImage"
    """How nodes get fixes of their operating system, inside the maintenance window."""
    maintenance: Maintenance = Maintenance()
    image_cleaner_hours: Annotated[int, Field(ge=24, le=2160)] = 168
    """How often unused images with known holes are removed from the nodes."""
    os_disk: Literal["auto", "managed", "ephemeral"] = "auto"
    """auto: on the node's own disk where the images fit on it, else a managed disk."""
    system_vm_size: str = "Standard_D4as_v5"
    """Size of the system pool's nodes, where no Speech container runs."""
    system_nodes: Annotated[int, Field(ge=1, le=10)]


class KubernetesTarget(Settings):
    """A cluster that is there already."""

    kind: Literal[TargetKind.KUBERNETES]
    kubeconfig: Secret | None = None
    context: str | None = None
    storage_class: str | None = None
    node_selector: dict[str, str] = Field(default_factory=dict)


class ContainerInstancesTarget(Settings):
    """Azure Container Instances: a group a container, no scaling, no choice of CPU."""

    kind: Literal[TargetKind.CONTAINER_INSTANCES]
    subnet: str | None = None


class DockerTarget(Settings):
    """Docker hosts: the stack makes account and keys, `speech render` writes what runs there."""

    kind: Literal[TargetKind.DOCKER]


Target = Annotated[
    AksTarget | KubernetesTarget | ContainerInstancesTarget | DockerTarget,
    Field(discriminator="kind"),
]
