"""What a host decides of a plan."""

from collections.abc import Mapping
from dataclasses import dataclass

from speech.capacity.drain import Drain, Waits
from speech.capacity.exposure import Entrance
from speech.capacity.money import CostLine
from speech.capacity.plan import ContainerGroup, NodePool, Quota, Range
from speech.capacity.proof import Proof
from speech.settings.faults import Finding


@dataclass(frozen=True, slots=True)
class Place:
    """Where one container runs, how often, and where clients find it."""

    replicas: Range
    fixed: bool
    host: str | None
    waits: Waits
    host_port: int | None = None
    entrance: Entrance | None = None
    """The gateway before it."""
    pool: str | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """One for all containers of a stack."""

    places: Mapping[str, Place]
    """By container."""
    drain: Drain
    cost: tuple[CostLine, ...]
    """What the host itself costs; a line without a price where it is not the stack's to pay."""
    why: tuple[str, ...]
    warnings: tuple[Finding, ...] = ()
    quota: tuple[Quota, ...] = ()
    system_pool: NodePool | None = None
    node_pools: tuple[NodePool, ...] = ()
    container_groups: tuple[ContainerGroup, ...] = ()
    proof: Proof | None = None
    pays_storage: bool = False
    """Volumes are shares of a storage account of the stack."""
