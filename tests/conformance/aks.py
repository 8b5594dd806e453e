"""A stack of this repository on a real control plane, by the real Kubernetes provider."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

from conformance.client import Client, Document
from conformance.inventory import inventory
from conformance.parts import PROVIDER_COMMAND
from conformance.running import Running, control_plane
from sandbox.home import REPOSITORY, Home
from sandbox.running import start, stop
from speech.capacity.names import pool_name
from speech.capacity.plan import NodePool, Plan
from speech.capacity.planner import plan
from speech.settings.parse import parse
from tests.walk.stack import Stack

_SECONDS = 90.0
_PAUSE_SECONDS = 0.25
_ZONE = "topology.kubernetes.io/zone"
_CONTAINER = "app.kubernetes.io/name"
_AVX2 = "feature.node.kubernetes.io/cpu-cpuid.AVX2"
_OWN_NODES = 8
"""Of eight cores each: one a pod, since the scheduler need not put the small ones together."""


@dataclass(frozen=True)
class Waiting:
    """A pod without a node."""

    container: str
    why: str


def until(ready: Callable[[], bool], told: Callable[[], object], seconds: float = _SECONDS) -> None:
    """Waits; fails the test with what `told` says."""
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, told()
        time.sleep(_PAUSE_SECONDS)


class Aks(Stack):
    """The stack, and the cluster that it lands in."""

    plane: Running
    client: Client
    before: set[str]
    """What was in the cluster before the stack."""

    @property
    def namespace(self) -> str:
        """Where its containers run."""
        return "speech"

    def pods(self) -> list[Document]:
        """Pods of its containers that serve, and are not ending; none of Jobs and of helpers."""
        found = self.client.items(f"/api/v1/namespaces/{self.namespace}/pods?labelSelector={_CONTAINER}")
        return [
            pod
            for pod in found
            if "deletionTimestamp" not in pod["metadata"]
            and any(owner["kind"] == "ReplicaSet" for owner in pod["metadata"].get("ownerReferences", ()))
        ]

    def placed(self) -> list[str]:
        """Names of the pods that run and are ready."""
        return sorted(pod["metadata"]["name"] for pod in self.pods() if is_ready(pod))

    def waiting(self) -> list[Waiting]:
        """The pods that have no node."""
        return [
            Waiting(pod["metadata"]["labels"][_CONTAINER], one.get("message", ""))
            for pod in self.pods()
            for one in pod["status"].get("conditions", ())
            if one["type"] == "PodScheduled" and one["status"] == "False"
        ]

    def left_waiting(self, placed: int, waiting: int) -> None:
        """Waits until so many pods are ready, and so many wait for a node."""
        until(lambda: (len(self.placed()), len(self.waiting())) == (placed, waiting), self.waiting)

    def images(self, container: str) -> set[str]:
        """Tags of what its pods run."""
        pods = [pod for pod in self.pods() if pod["metadata"]["labels"][_CONTAINER] == container]
        return {pod["spec"]["containers"][0]["image"].rpartition(":")[2] for pod in pods}

    def added(self) -> set[str]:
        """What is in the cluster that was not before the stack."""
        return inventory(self.client) - self.before

    def nodes(self, pool: NodePool) -> list[Document]:
        """The nodes of a pool of the plan."""
        return self.client.items(f"/api/v1/nodes?labelSelector=kubernetes.azure.com/agentpool={pool_name(pool)}")

    def meant(self, pools: Iterable[NodePool]) -> list[Document]:
        """The nodes where Speech pods may stand: of the plan's pools, or of one's own with the label."""
        found = [node for pool in pools for node in self.nodes(pool)]
        return found or self.client.items(f"/api/v1/nodes?labelSelector={_AVX2}=true")

    def scale(self, container: str, replicas: int) -> None:
        """Sets the number of pods, as the autoscaler does."""
        path = f"/apis/apps/v1/namespaces/{self.namespace}/deployments/{container}/scale"
        self.client.merge(path, {"spec": {"replicas": replicas}})

    def resize(self, pool: NodePool, count: int) -> None:
        """Sets the number of nodes, as the cluster's autoscaler does, and waits for them to be ready or gone."""
        self._resize(pool, count)
        until(
            lambda: len(found := self.nodes(pool)) == count and all(map(_open, found)),
            lambda: [node["metadata"]["name"] for node in self.nodes(pool)],
        )

    def lose(self, pool: NodePool) -> None:
        """The last node of a pool goes with its pods, whatever their disruption budgets say."""
        names = {node["metadata"]["name"] for node in self.nodes(pool)}
        self._resize(pool, len(names) - 1)

        def gone() -> bool:
            left = self.nodes(pool)
            for node in left:
                if node["spec"].get("unschedulable"):
                    self._kill_pods(node["metadata"]["name"])
            return len(left) == len(names) - 1

        until(gone, lambda: self.nodes(pool))

    def _kill_pods(self, node: str) -> None:
        for pod in self.client.items(f"/api/v1/pods?fieldSelector=spec.nodeName={node}"):
            meta = pod["metadata"]
            self.client.delete(f"/api/v1/namespaces/{meta['namespace']}/pods/{meta['name']}")

    def _resize(self, pool: NodePool, count: int) -> None:
        [cluster] = {one["cluster"] for one in self.ask("pools")}
        self.ask("pools", "POST", {"cluster": cluster, "name": pool_name(pool), "count": count})

    def zones(self, container: str) -> Counter[str]:
        """Pods of a container by the zone of their node."""
        nodes = {node["metadata"]["name"]: node for node in self.client.items("/api/v1/nodes")}
        return Counter(
            nodes[pod["spec"]["nodeName"]]["metadata"]["labels"][_ZONE]
            for pod in self.pods()
            if pod["metadata"]["labels"].get(_CONTAINER) == container and pod["spec"].get("nodeName")
        )

    def available(self, container: str, pods: int) -> None:
        """Waits until so many pods of a Deployment have been ready for as long as it asks."""
        path = f"/apis/apps/v1/namespaces/{self.namespace}/deployments/{container}"
        until(
            lambda: self.client.get(path)["status"].get("availableReplicas") == pods,
            lambda: self.client.get(path)["status"],
        )

    def settled(self, pods: int) -> None:
        """Waits until so many pods are ready and no other is there."""
        until(
            lambda: len(self.placed()) == pods == len(self.pods()),
            lambda: (len(self.placed()), len(self.pods()), pods, self.waiting()),
        )


def planned(name: str) -> Plan:
    """The plan of a stack of this repository."""
    file = REPOSITORY / "stacks" / f"Pulumi.{name}.yaml"
    return plan(parse(YAML(typ="safe").load(file)["config"]).stack, name)


@contextmanager
def aks(folder: Path, executables: dict[str, Path], name: str, *, kubelet: bool = False) -> Iterator[Aks]:
    """The stack of that name, not yet up, with a sandbox and a control plane of its own.

    `kubelet`: its containers are processes.
    """
    with _stack(folder, executables, name, joined=True, kubelet=kubelet) as stack:
        stack.before = inventory(stack.client)
        # What Azure refuses while it is busy is met by other tests.
        stack.ask("settings", "PUT", {"operation_seconds": 0})
        yield stack


@contextmanager
def on_premises(folder: Path, executables: dict[str, Path], name: str) -> Iterator[Aks]:
    """The same for a stack in a cluster of one's own: the control plane with nodes that Azure knows nothing of."""
    with _stack(folder, executables, name, joined=False, kubelet=False) as stack:
        for number in range(_OWN_NODES):
            stack.client.create("/api/v1/nodes", _own_node(f"factory-{number}", {_AVX2: "true"}))
        stack.client.create("/api/v1/nodes", _own_node("factory-old", {}))
        stack.before = inventory(stack.client)
        stack.secret("speech:target.kubeconfig", stack.plane.kubeconfig.read_text())
        stack.secret("speech:containers[0].options.sentiment.key", "a key of the language service")
        yield stack


@contextmanager
def _stack(folder: Path, executables: dict[str, Path], name: str, *, joined: bool, kubelet: bool) -> Iterator[Aks]:
    home = Home(folder / "home")
    try:
        server = start(home)
        home.bin.mkdir(exist_ok=True)
        # Found by the engine in the place of the stand-in, which is not laid over it.
        (home.bin / PROVIDER_COMMAND).symlink_to(executables[PROVIDER_COMMAND])
        with control_plane(folder / "conformance", home.root if joined else None, kubelet=kubelet) as plane:
            stack = Aks(home, server, name)
            stack.plane, stack.client = plane, Client(plane.kubeconfig)
            # Production's account is protected: it is not destroyed by accident.
            stack.change("  speech:account:\n", "  speech:account:\n    protect: false\n")
            yield stack
            stack.client.close()
    finally:
        stop(home)


def _own_node(name: str, labels: dict[str, str]) -> Document:
    room = {"cpu": "7820m", "memory": "29Gi", "pods": "110"}
    theirs = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}
    meta = {"name": name, "labels": theirs | labels}
    return {"apiVersion": "v1", "kind": "Node", "metadata": meta, "status": {"capacity": room, "allocatable": room}}


def _open(node: Document) -> bool:
    """Whether it is ready, and the taint of nodes that are not is gone, which takes some seconds more."""
    taints = node["spec"].get("taints", ())
    return is_ready(node) and not any(taint["key"].startswith("node.kubernetes.io/") for taint in taints)


def is_ready(document: Document) -> bool:
    """Whether a node or a pod is ready."""
    conditions = document["status"].get("conditions", ())
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)
