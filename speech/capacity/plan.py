"""The plan: what will run, where, how big, at what cost. Everything that is deployed or printed is read from here."""

from collections.abc import Mapping
from dataclasses import dataclass


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
class ContainerPlan:
    """One container of the stack file, made into pods."""

    name: str
    kind: str
    image: str
    locale: str | None
    port: int | None
    host_url: str | None
    ssml_voice: str | None
    shape: PodShape
    streams: int
    decoders: int | None
    decoders_env: str | None
    streams_per_pod: int
    replicas: Range
    fixed: bool
    target_cpu_percent: int


@dataclass(frozen=True, slots=True)
class NodePool:
    """Nodes of one size. `pods_per_node` counts pods of the largest shape."""

    name: str
    vm_size: str
    nodes: Range
    pods_per_node: int
    zones: tuple[str, ...]
    vcpus: int
    os_disk_gib: int


@dataclass(frozen=True, slots=True)
class Quota:
    """Cores of a family that the subscription must grant in the region, the surge node of upgrades included."""

    family: str
    vcpus: int


@dataclass(frozen=True, slots=True)
class CostLine:
    """US dollars a month at the least and at the most; None: no price is known."""

    what: str
    usd: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Cost:
    """What the plan costs in a month of 730 hours, list prices."""

    lines: tuple[CostLine, ...]
    metering: float | None
    as_of: str

    @property
    def compute(self) -> tuple[float, float] | None:
        """The sum of all lines but the metering; None where one of them has no price."""
        known = [line.usd for line in self.lines if line.usd is not None]
        if len(known) < len(self.lines):
            return None
        return round(sum(low for low, _ in known), 2), round(sum(high for _, high in known), 2)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything about a stack that is decided before a cloud is asked."""

    stack: str
    target: str
    location: str
    containers: tuple[ContainerPlan, ...]
    system_pool: NodePool
    node_pools: tuple[NodePool, ...]
    quota: tuple[Quota, ...]
    cost: Cost
    why: tuple[str, ...]
    startup_minutes: int
    """The longest that a container may take from its node's first pull to its first answer."""
    grace_seconds: int
    """How long a pod that goes may wait for its streams."""
    names: Mapping[str, str]
