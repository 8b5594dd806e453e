"""Nodes as a cluster has them: what they are labelled, and what they have left for pods."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from kubernetes.utils.quantity import parse_quantity

from speech.manifests.document import MANAGED

GPU = "nvidia.com/gpu"
_GIB = 1 << 30
_quantity: Callable[[str], Any] = parse_quantity  # it has no types
_REPELLING = {"NoSchedule", "NoExecute"}


@dataclass(frozen=True, slots=True)
class Amount:
    """What a pod asks, or a node has: cores, GiB, graphics processors, places."""

    cpu: float = 0.0
    memory_gib: float = 0.0
    gpus: float = 0.0
    pods: float = 0.0

    @classmethod
    def of(cls, quantities: Mapping[str, str], pods: float = 0.0) -> Self:
        """As Kubernetes writes it; places are a node's own figure."""
        number = {name: float(_quantity(text)) for name, text in quantities.items()}
        places = number.get("pods", pods)
        return cls(number.get("cpu", 0.0), number.get("memory", 0.0) / _GIB, number.get(GPU, 0.0), places)

    def plus(self, other: "Amount", sign: int = 1) -> "Amount":
        """Both together, or less the other."""
        return Amount(
            self.cpu + sign * other.cpu,
            self.memory_gib + sign * other.memory_gib,
            self.gpus + sign * other.gpus,
            self.pods + sign * other.pods,
        )

    def holds(self, other: "Amount") -> bool:
        """Whether the other fits into it."""
        rest, none = self.plus(other, -1), -1e-6
        return min(rest.cpu, rest.memory_gib, rest.gpus, rest.pods) >= none

    def __str__(self) -> str:
        gpus = f" {self.gpus:g} gpu" if self.gpus else ""
        return f"{self.cpu:.4g} cpu {self.memory_gib:.4g} GiB{gpus}"


@dataclass(frozen=True, slots=True)
class Node:
    """A node that takes pods."""

    name: str
    labels: Mapping[str, str]
    taints: Sequence[Mapping[str, str]]
    empty: Amount
    """Allocatable less the pods that each node has of its own (DaemonSets)."""
    free: Amount
    """Less every other pod, too; those of the stack left out: they are what is to be placed."""

    def takes(self, spec: Mapping[str, Any]) -> bool:
        """Whether pods of this spec may come here: their labels, and what they tolerate."""
        chosen: Mapping[str, str] = spec.get("nodeSelector", {})
        if any(self.labels.get(name) != value for name, value in chosen.items()):
            return False
        return all(
            any(_tolerates(one, taint) for one in spec.get("tolerations", ()))
            for taint in self.taints
            if taint["effect"] in _REPELLING
        )


@dataclass(frozen=True, slots=True)
class Group:
    """Pods that one template makes."""

    name: str
    spec: Mapping[str, Any]
    asks: Amount
    least: int
    most: int


@dataclass(slots=True)
class Places:
    """Nodes being filled."""

    free: dict[str, Amount] = field(default_factory=dict)

    def put(self, groups: Iterable[tuple[Group, int]], nodes: Mapping[str, Node]) -> dict[str, int]:
        """Places so many pods of each, the largest first, each where most is left, as the scheduler spreads them.

        By the name of a group, how many found no place.
        """
        left: dict[str, int] = {}
        for group, count in sorted(groups, key=lambda one: (one[0].asks.cpu, one[0].asks.memory_gib), reverse=True):
            fitting = [name for name in self.free if nodes[name].takes(group.spec)]
            for _ in range(count):
                open_ = [name for name in fitting if self.free[name].holds(group.asks)]
                if not open_:
                    left[group.name] = left.get(group.name, 0) + 1
                    continue
                best = max(open_, key=lambda name: (self.free[name].cpu, self.free[name].memory_gib))
                self.free[best] = self.free[best].plus(group.asks, -1)
        return left


def asks(spec: Mapping[str, Any]) -> Amount:
    """What the scheduler sets aside for a pod: all its containers, or its hungriest step before them."""
    together = Amount()
    before: list[Amount] = []
    for one in spec.get("initContainers", ()):
        if one.get("restartPolicy") == "Always":
            together = together.plus(_requests(one))
        else:
            before.append(together.plus(_requests(one)))
    for one in spec["containers"]:
        together = together.plus(_requests(one))
    largest = [together, *before]
    return Amount(
        max(each.cpu for each in largest),
        max(each.memory_gib for each in largest),
        max(each.gpus for each in largest),
        pods=1.0,
    )


def nodes(found: Sequence[Mapping[str, Any]], pods: Sequence[Mapping[str, Any]], namespaces: set[str]) -> list[Node]:
    """Those that are ready and not cordoned. `namespaces` of the stack: its own pods take no room in them."""
    running: dict[str, list[Mapping[str, Any]]] = {}
    for pod in pods:
        if pod.get("status", {}).get("phase") not in {"Succeeded", "Failed"}:
            running.setdefault(pod["spec"].get("nodeName", ""), []).append(pod)
    return [_node(one, running.get(one["metadata"]["name"], []), namespaces) for one in found if _is_open(one)]


def _node(found: Mapping[str, Any], running: Sequence[Mapping[str, Any]], namespaces: set[str]) -> Node:
    empty = Amount.of(found["status"]["allocatable"], pods=110.0)
    free = empty
    for pod in running:
        if _is_ours(pod, namespaces):
            continue
        taken = asks(pod["spec"])
        free = free.plus(taken, -1)
        if any(owner["kind"] == "DaemonSet" for owner in pod["metadata"].get("ownerReferences", ())):
            empty = empty.plus(taken, -1)
    spec, meta = found.get("spec", {}), found["metadata"]
    return Node(meta["name"], meta.get("labels", {}), spec.get("taints", ()), empty, free)


def _is_ours(pod: Mapping[str, Any], namespaces: set[str]) -> bool:
    labels = pod["metadata"].get("labels", {})
    return pod["metadata"]["namespace"] in namespaces and MANAGED.items() <= labels.items()


def _is_open(node: Mapping[str, Any]) -> bool:
    ready = any(one["type"] == "Ready" and one["status"] == "True" for one in node["status"].get("conditions", ()))
    return ready and not node.get("spec", {}).get("unschedulable")


def _requests(container: Mapping[str, Any]) -> Amount:
    resources = container.get("resources") or {}
    return Amount.of({**(resources.get("limits") or {}), **(resources.get("requests") or {})})


def _tolerates(toleration: Mapping[str, str], taint: Mapping[str, str]) -> bool:
    if toleration.get("effect") not in (None, "", taint["effect"]):
        return False
    if toleration.get("operator") == "Exists":
        return toleration.get("key") in (None, "", taint["key"])
    return toleration.get("key") == taint["key"] and toleration.get("value", "") == taint.get("value", "")
