"""What an AKS node has left to give, and the numbers of the service around it."""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from speech.catalog.documents import Evidence, document, evidence
from speech.catalog.kinds import Size
from speech.catalog.versions import version_key


@dataclass(frozen=True, slots=True)
class Overhead:
    """What a node loses beyond the reservations. An estimate: nothing of it is documented."""

    daemonsets: Size
    """Requests of the pods that AKS and its add-ons run on every node."""
    os_memory_share: float
    """The part of the size's memory that the node does not report at all."""
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class SystemPool:
    """What AKS asks of the pool that carries its own pods."""

    minimum_nodes: int
    advised_nodes: int
    minimum_vcpus: int
    minimum_memory_gib: int
    minimum_pods: int


@dataclass(frozen=True, slots=True)
class Tier:
    """A pricing tier of the control plane. `nodes` is its limit; `usd_per_hour` is None where no source has it."""

    name: str
    usd_per_hour: float | None
    sla: bool
    nodes: int
    advised_nodes: int | None
    confidence: str
    source: str
    as_of: str


@dataclass(frozen=True, slots=True)
class OsDisk:
    """The managed OS disk a pool gets by default, from so many vCPUs on."""

    vcpus: int
    gib: int
    tier: str


@dataclass(frozen=True, slots=True)
class PodLimits:
    """Pods on a node: what AKS allows, its default with the overlay network, and what a Speech pool takes."""

    minimum: int
    maximum: int
    overlay_default: int
    speech_pool: int


@dataclass(frozen=True, slots=True)
class KubernetesVersion:
    """A minor version and the last day of its standard support; None where no date is known."""

    version: str
    ends: str | None


def allocatable(vcpus: int, memory_gib: float, max_pods: int, kubernetes: str) -> Size:
    """What the kubelet offers to pods by the documented reservations (node-resource-reservations, 2026-06-11)."""
    cpu = vcpus - _reserved_millicores(vcpus) / 1000
    return Size(round(cpu, 3), round(memory_gib - _reserved_gib(memory_gib, max_pods, kubernetes), 2))


def usable(vcpus: int, memory_gib: float, max_pods: int, kubernetes: str) -> Size:
    """What is left for Speech pods: allocatable less the estimated overhead of every node."""
    estimate = overhead()
    node = allocatable(vcpus, memory_gib, max_pods, kubernetes)
    kept = estimate.daemonsets.memory_gib + memory_gib * estimate.os_memory_share
    return Size(
        max(0.0, round(node.cpu - estimate.daemonsets.cpu, 3)),
        max(0.0, round(node.memory_gib - kept, 2)),
    )


def daemonsets() -> Size:
    """The estimate of what the pods of AKS and its add-ons ask of every node; part of `overhead`."""
    return overhead().daemonsets


def os_disk(vcpus: int) -> OsDisk:
    """The default managed OS disk of a node with so many vCPUs."""
    return [disk for disk in os_disks() if disk.vcpus <= max(vcpus, 1)][-1]


@cache
def overhead() -> Overhead:
    """The estimate behind `usable`."""
    content = document("aks")
    rows = content["overhead"]
    return Overhead(
        daemonsets=Size(*rows["daemonsets"]["value"]),
        os_memory_share=rows["os_memory_share"]["value"],
        evidence=tuple(evidence(content["sources"], row) for row in rows.values()),
    )


@cache
def system_pool() -> SystemPool:
    """The system pool's minimum; B-series sizes are refused besides."""
    row = document("aks")["system_pool"]
    return SystemPool(**{name: row[name] for name in SystemPool.__slots__})


@cache
def pods() -> PodLimits:
    """Limits on pods a node."""
    row = document("aks")["pods"]
    return PodLimits(**{name: row[name] for name in PodLimits.__slots__})


@cache
def os_disks() -> tuple[OsDisk, ...]:
    """Default OS disks, fewest vCPUs first."""
    return tuple(OsDisk(row["vcpus"], row["gib"], row["tier"]) for row in document("aks")["os_disks"])


@cache
def tiers() -> tuple[Tier, ...]:
    """Pricing tiers, cheapest first."""
    content = document("aks")
    return tuple(
        Tier(
            **{name: row[name] for name in Tier.__slots__ if name != "source"}, source=content["sources"][row["source"]]
        )
        for row in content["tiers"]
    )


def tier(name: str) -> Tier:
    """The tier of this name, letter case aside. Raises KeyError for any other."""
    return {tier.name.lower(): tier for tier in tiers()}[name.lower()]


def tier_usd_an_hour(name: str) -> float | None:
    """The price of the tier; None where no source has it."""
    return tier(name).usd_per_hour


@cache
def kubernetes_versions() -> tuple[KubernetesVersion, ...]:
    """Minor versions that AKS supports or plans, oldest first."""
    return tuple(KubernetesVersion(row["version"], row["ends"]) for row in document("aks")["kubernetes_versions"])


def _reserved_millicores(vcpus: int) -> float:
    points: list[tuple[int, int]] = document("aks")["cpu_reservations"]["millicores"]
    for (low, reserved), (high, more) in pairwise(points):
        if vcpus <= high:
            return reserved + (more - reserved) * (vcpus - low) / (high - low)
    (low, reserved), (high, more) = points[-2:]
    return more + (more - reserved) * (vcpus - high) / (high - low)


def _reserved_gib(memory_gib: float, max_pods: int, kubernetes: str) -> float:
    rules: list[dict[str, Any]] = document("aks")["memory_reservations"]
    rule = rules[bisect_right([version_key(row["since"]) for row in rules], version_key(kubernetes)) - 1]
    eviction_gib = float(rule["eviction_mib"]) / 1024
    if "rates" in rule:
        return eviction_gib + _by_rates(memory_gib, rule["rates"])
    by_pods = float(rule["per_pod_mib"] * max_pods + rule["fixed_mib"]) / 1024
    return eviction_gib + min(by_pods, memory_gib * float(rule["at_most"]))


def _by_rates(memory_gib: float, rates: list[tuple[float | None, float]]) -> float:
    reserved, left = 0.0, memory_gib
    for width, rate in rates:
        step = left if width is None else min(left, width)
        reserved += step * rate
        left -= step
    return reserved
