"""An agent pool as the nodes that AKS makes of it. Pure."""

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.client import Document
from sandbox.arm.vm_quota import SIZES, Size

_FACTS: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text())
POOL_LABEL = "kubernetes.azure.com/agentpool"
OWN_PODS: Mapping[str, Any] = _FACTS["own_pods"]
"""What the pods ask for that AKS and its add-ons run on every node."""
GPU = "nvidia.com/gpu"
_MIB_IN_GIB = 1024


@dataclass(frozen=True)
class Pool:
    """An agent pool as Resource Manager shows it."""

    cluster: str
    """Name of the cluster."""
    region: str
    name: str
    properties: Mapping[str, Any]

    @property
    def size(self) -> Size:
        """The VM size of its nodes."""
        return SIZES[str(self.properties["vmSize"]).lower()]


def nodes(pool: Pool) -> list[Document]:
    """The nodes of a pool, numbered from zero, spread over its zones in turn. Their status is part of them."""
    return [_node(pool, number) for number in range(int(pool.properties["count"]))]


def allocatable(size: Size, max_pods: int) -> dict[str, str]:
    """What a kubelet of AKS offers to pods, and what it keeps, by the documented reservations."""
    reserved = _FACTS["memory_mib"]
    whole = _memory_mib(size)
    kept = min(reserved["per_pod"] * max_pods + reserved["fixed"], reserved["at_most"] * size.memory_gib * _MIB_IN_GIB)
    return {
        "cpu": f"{size.vcpus * 1000 - _reserved_millicores(size.vcpus)}m",
        "memory": f"{int(whole - kept - reserved['eviction'])}Mi",
        "pods": str(max_pods),
    }


def gpus(size_name: str) -> int:
    """GPUs of a VM size."""
    return int(_FACTS["gpus"]["sizes"].get(size_name, 0))


def _memory_mib(size: Size) -> float:
    missing: float = _FACTS["missing_memory"]["value"]
    return size.memory_gib * _MIB_IN_GIB * (1 - missing)


def _reserved_millicores(vcpus: int) -> int:
    """The table's value; between two rows, on the line between them."""
    rows: list[tuple[int, int]] = _FACTS["cpu_millicores"]
    place = bisect_right([row[0] for row in rows], vcpus)
    if place == len(rows):
        return rows[-1][1]
    (low, least), (high, most) = rows[place - 1], rows[place]
    return round(least + (most - least) * (vcpus - low) / (high - low))


def _node(pool: Pool, number: int) -> Document:
    name = f"aks-{pool.name}-{int(hashlib.sha256(pool.cluster.encode()).hexdigest(), 16) % 10**8:08d}-vmss{number:06x}"
    max_pods = int(pool.properties["maxPods"])
    capacity = {"cpu": str(pool.size.vcpus), "memory": f"{int(_memory_mib(pool.size))}Mi", "pods": str(max_pods)}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": _labels(pool, name, number)},
        "spec": {"taints": list(_taints(pool.properties.get("nodeTaints") or ())), "providerID": f"azure:///{name}"},
        "status": {
            "capacity": capacity,
            "allocatable": allocatable(pool.size, max_pods),
            "addresses": [{"type": "Hostname", "address": name}],
            "nodeInfo": _info(pool),
        },
    }


def _labels(pool: Pool, name: str, number: int) -> dict[str, str]:
    zones = pool.properties.get("availabilityZones") or ()
    architecture = _architecture(pool.size)
    mode = str(pool.properties.get("mode", "User")).lower()
    return {
        "agentpool": pool.name,
        "kubernetes.azure.com/agentpool": pool.name,
        "kubernetes.azure.com/mode": mode,
        "kubernetes.azure.com/cluster": pool.cluster,
        "kubernetes.io/arch": architecture,
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": pool.size.name,
        "topology.kubernetes.io/region": pool.region,
        # Where a pool names no zones, AKS writes the fault domain.
        "topology.kubernetes.io/zone": f"{pool.region}-{zones[number % len(zones)]}" if zones else "0",
        **({"kubernetes.azure.com/accelerator": "nvidia"} if gpus(pool.size.name) else {}),
        **(pool.properties.get("nodeLabels") or {}),
    }


def _taints(texts: Iterable[str]) -> Iterable[Document]:
    """`key=value:Effect` as documents."""
    for text in texts:
        rest, _, effect = text.rpartition(":")
        key, _, value = rest.partition("=")
        yield {"key": key, "effect": effect, **({"value": value} if value else {})}


def _architecture(size: Size) -> str:
    return "arm64" if size.architecture.lower() == "arm64" else "amd64"


def _info(pool: Pool) -> dict[str, str]:
    version = f"v{pool.properties['currentOrchestratorVersion']}"
    return {
        "architecture": _architecture(pool.size),
        "bootID": "",
        "containerRuntimeVersion": "containerd://2.0.0",
        "kernelVersion": "",
        "kubeProxyVersion": version,
        "kubeletVersion": version,
        "machineID": "",
        "operatingSystem": "linux",
        "osImage": "Ubuntu",
        "systemUUID": "",
    }
