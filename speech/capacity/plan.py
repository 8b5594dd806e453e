"""The plan: what will run, where, how big, at what cost. Everything that is deployed or printed is read from here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from speech.capacity.addresses import Addresses
from speech.capacity.autoscaler import Behavior
from speech.capacity.disks import Disk
from speech.capacity.drain import Drain, Waits
from speech.capacity.exposure import Exposure, client_url
from speech.capacity.money import Cost
from speech.capacity.proof import Proof
from speech.catalog.kinds import SizeRow
from speech.settings.containers import Model
from speech.settings.faults import Finding
from speech.settings.operations import Prometheus
from speech.settings.options import Options


@dataclass(frozen=True, slots=True)
class Range:
    """A least and a most, both reached."""

    min: int
    max: int

    def __str__(self) -> str:
        return str(self.min) if self.min == self.max else f"{self.min}-{self.max}"


@dataclass(frozen=True, slots=True)
class PodShape:
    """What one pod asks of a node: cores and GiB."""

    cpu: float
    memory_gib: float

    def __str__(self) -> str:
        return f"{self.cpu:g} cpu {self.memory_gib:g} GiB"


@dataclass(frozen=True, slots=True)
class Volume:
    """What outlives the pods of one container."""

    role: Literal["models", "license", "output"]
    name: str
    """Of the claim or share. What its content is good for is part of it: another model, another image, another
    volume."""
    size_gib: int
    path: str
    """Where the container sees it."""
    per_pod: bool
    """Each pod writes in a folder of its own."""


@dataclass(frozen=True, slots=True)
class Cache:
    """The Redis-compatible cache that a container's diarization needs, run beside it by the stack."""

    image: str
    shape: PodShape
    port: int


@dataclass(frozen=True, slots=True)
class ContainerGroup:
    """One replica of a container on Container Instances."""

    name: str
    container: str
    cpu: float
    """Cores of all its containers together."""
    memory_gib: float
    port: int | None
    dns_label: str | None
    """Public groups only. The name that it becomes part of is Azure's to make."""


@dataclass(frozen=True, slots=True)
class HelperImages:
    """Small images that no container of the stack file names."""

    guard: str
    """Looks for AVX2 before a container starts, and watches downloads."""
    cache: str
    device_plugin: str
    """Offers GPUs of nodes to pods."""
    pause: str
    """Does nothing, in pods that only hold a place or a volume."""
    registry: str | None
    """Who has copies of all images; None: their makers."""


@dataclass(frozen=True, slots=True)
class ContainerPlan:
    """One container of the stack file, made into pods."""

    name: str
    kind: str
    image: str
    version: str
    """By which paths and settings are chosen; the newest where the image is named by tag or digest."""
    locale: str | None
    port: int | None
    scheme: str
    """Of clients: ws or http; wss or https where a gateway speaks TLS."""
    host: str | None
    """The name by which clients find it; None where it serves nothing, or until the host has given it an address."""
    host_port: int | None
    """The port of the host by which clients find it; None where that is the container's own."""
    ssml_voice: str | None
    shape: PodShape
    vendor: SizeRow
    """What the vendor asks for an image of this version."""
    streams: int
    decoders: int | None
    decoders_env: str | None
    streams_per_pod: int
    replicas: Range
    fixed: bool
    spare_pods: int
    """Places on nodes that pods of low priority keep for the next ones."""
    target_cpu_percent: int
    target_streams: float | None
    """Of a pod, by the gateway's count; None where the processor's use adds pods, or nothing does."""
    behavior: Behavior
    run_as_user: int | None
    waits: Waits
    startup_minutes: int
    """From the first pull to the first answer."""
    liveness_minutes: int
    """Of silence until it is started again."""
    options: Options
    model: Model | None
    volumes: tuple[Volume, ...]
    cache: Cache | None
    """None where the kind needs none, or the user has one."""
    pool: str | None
    """The name of its node pool in the plan; None where the stack has no say in nodes."""
    gpus: int
    once: bool
    """Runs to its end and serves nothing."""
    pair_with: str | None
    """The container whose language this one identifies."""

    @property
    def host_url(self) -> str | None:
        """What clients are given; None until an address is known."""
        return client_url(self.scheme, self.host, self.client_port)

    @property
    def client_port(self) -> int | None:
        """The port that clients call; None where the container serves nothing."""
        return self.host_port or self.port

    @property
    def needs_address(self) -> bool:
        """Whether only an address that the host gives can tell clients where the container is."""
        return self.port is not None and self.host is None


@dataclass(frozen=True, slots=True)
class NodePool:
    """Nodes of one size. `pods_per_node` counts pods of the largest shape."""

    name: str
    vm_size: str
    nodes: Range
    pods_per_node: int
    zones: tuple[str, ...]
    vcpus: int
    disk: Disk
    surge: int
    """Nodes beside `nodes.max` for a while: rollouts and upgrades put the new beside the old. In the quota, not in
    the cost."""
    gpus: int = 0
    """Graphics processors of one node; each pod of such a pool takes one."""
    spot: bool = False
    """Azure may take its nodes away at any time."""

    @property
    def most_nodes(self) -> int:
        """What the pool may grow to: a rollout at the peak needs a place for its first new pod."""
        return self.nodes.max + self.surge


@dataclass(frozen=True, slots=True)
class Quota:
    """Cores of a family that the subscription must grant in the region, the surge nodes included."""

    family: str
    """As the usages API names it."""
    vcpus: int
    groups: int | None = None
    """Container groups that have a quota of their own beside their cores."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything about a stack that is decided before a cloud is asked."""

    stack: str
    target: str
    location: str
    containers: tuple[ContainerPlan, ...]
    system_pool: NodePool | None
    """None where the stack makes no cluster."""
    node_pools: tuple[NodePool, ...]
    container_groups: tuple[ContainerGroup, ...]
    quota: tuple[Quota, ...]
    cost: Cost
    why: tuple[str, ...]
    warnings: tuple[Finding, ...]
    """What is worth saying about the plan, beside what is worth saying about the settings."""
    startup_minutes: int
    """The longest that a container may take from its node's first pull to its first answer."""
    drain: Drain
    exposure: Exposure
    addresses: Addresses
    own_network: bool
    """The stack makes the cluster's network, and these are its addresses."""
    private_account: bool
    """The account has no public address: its private endpoint is the only way to it."""
    names: Mapping[str, str]
    disconnected: bool
    """Containers run by licence, without billing endpoint or key."""
    images: HelperImages
    prometheus: Prometheus | None
    """Who counts the streams of containers that scale by them."""
    pull_server: str | None
    """The registry that asks who pulls: it knows a user, or an identity of the stack. None where it asks nobody."""
    proof: Proof | None = None
    """None where the stack makes no nodes, or no price is known."""

    @property
    def grace_seconds(self) -> int:
        """How long a pod that goes may wait for its streams."""
        return self.drain.grace_seconds

    @property
    def pools(self) -> tuple[NodePool, ...]:
        """All pools of the stack's cluster, its own last."""
        return (*self.node_pools, self.system_pool) if self.system_pool else self.node_pools
