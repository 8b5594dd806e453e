"""Sizes of virtual machines, and what AKS makes of them."""

from typing import Annotated, Literal

from pydantic import Field

from speech.catalog.schema.rows import (
    Date,
    Document,
    JudgedNumber,
    JudgedRow,
    JudgedSize,
    Positive,
    Row,
    SourcedRow,
    Strict,
    Text,
    Version,
)

SIZE_NAME = r"^Standard_[A-Z]+\d+[a-z]*(_(T4|A10|A100))?_v\d$"


class VmRule(Row):
    """What every core must have."""

    min_ghz: float
    architecture: Literal["x64"]
    avx2: bool


class VmFamily(SourcedRow):
    """Sizes of one CPU generation."""

    series: Text
    quota: Text
    architecture: Literal["x64", "arm64"]
    cpus: Annotated[list[Text], Field(min_length=1)]
    cpu_guaranteed: bool
    base_ghz: Positive | None
    turbo_ghz: Positive | None
    avx2: bool
    avx2_basis: Literal["documented", "inferred", "none"]
    accelerated_networking: bool | None
    ephemeral_os_disk: bool | None
    burstable: bool
    gpu: Text | None
    retires: Text | None
    note: Text | None


class VmSize(Strict):
    """One size. A shape without source of its own is of the columns."""

    name: Annotated[str, Field(pattern=SIZE_NAME)]
    series: Text
    vcpus: int
    memory_gib: Positive
    temp_disk_gib: int | None
    os_cache_gib: int | None
    usd_per_hour: list[Positive | None] | dict[str, Positive | None]
    """In the order of price_regions, or by region."""
    gpus: Annotated[int, Field(ge=1)] | None = None
    estimated: dict[str, Positive] = Field(default={})
    asked: dict[str, Row] = Field(default={})
    """Where prices of single regions come from."""
    zones: dict[str, list[Text] | None] = Field(default={})
    """Zones by region; null in a region that does not offer the size."""
    source: Text | None = None
    as_of: Date | None = None
    note: Text | None = None


class VmSizes(Document):
    """vm_sizes.json."""

    columns: dict[Text, Row]
    rule: VmRule
    price_regions: list[Text]
    priced: dict[str, Row] = Field(default={})
    """When a region's prices were asked, all together."""
    listed: dict[str, Row] = Field(default={})
    """When a region's sizes and zones were asked."""
    families: list[VmFamily]
    sizes: list[VmSize]


class CpuReservations(Row):
    """Reserved millicores by cores."""

    millicores: list[Annotated[list[int], Field(min_length=2, max_length=2)]]


class MemoryReservations(Row):
    """Reserved memory from a version on."""

    since: Version
    rates: list[Annotated[list[float | None], Field(min_length=2, max_length=2)]] | None = None
    per_pod_mib: int | None = None
    fixed_mib: int | None = None
    at_most: float | None = None
    eviction_mib: int


class Overhead(Strict):
    """What a node loses beyond the reservations."""

    daemonsets: JudgedSize
    os_memory_share: JudgedNumber


class KubernetesVersion(Row):
    """A minor version."""

    version: Version
    ends: Text | None


class Pods(Row):
    """Pods on a node."""

    minimum: int
    maximum: int
    overlay_default: int
    speech_pool: int


class SystemPool(Row):
    """What AKS asks of the cluster's own pool."""

    minimum_nodes: int
    advised_nodes: int
    minimum_vcpus: int
    minimum_memory_gib: int
    minimum_pods: int


class OsDisk(Row):
    """The default OS disk from so many cores on."""

    vcpus: int
    gib: int
    tier: Text


class Tier(JudgedRow):
    """A tier of the control plane."""

    name: Text
    usd_per_hour: float | None
    sla: bool
    nodes: int
    advised_nodes: int | None


class Aks(Document):
    """aks.json."""

    cpu_reservations: CpuReservations
    memory_reservations: list[MemoryReservations]
    overhead: Overhead
    pods: Pods
    system_pool: SystemPool
    os_disks: list[OsDisk]
    tiers: list[Tier]
    kubernetes_versions: list[KubernetesVersion]
