"""The names of a cluster's Services, as a table of where they lead on this machine. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sandbox.kube.kinds import Document
from sandbox.kube.process import Process

_DOMAIN = "svc.cluster.local"


@dataclass(frozen=True)
class Serving:
    """A pod and where its containers listen."""

    namespace: str
    labels: Mapping[str, str]
    ports: Mapping[int, int]
    """Port in the container -> port on 127.0.0.1."""
    named: Mapping[str, int]
    """Name of a port -> port in the container."""

    def number(self, target: int | str) -> int:
        """The port in the container that a Service's target port means; 0 where none has the name."""
        return self.named.get(target, 0) if isinstance(target, str) else target


def serving(namespace: str, labels: Mapping[str, str], listening: Iterable[tuple[Document, Process]]) -> Serving:
    """Of a pod's listening containers. What they declare names ports; where they listen, they say themselves."""
    ports: dict[int, int] = {}
    named: dict[str, int] = {}
    for container, process in listening:
        declared = container.get("ports", [])
        for port in [process.container_port] if process.container_port else [one["containerPort"] for one in declared]:
            if process.port:
                ports.setdefault(port, process.port)
        named |= {one["name"]: one["containerPort"] for one in declared if "name" in one}
    return Serving(namespace, labels, ports, named)


def table(own: Serving, services: Iterable[Document], pods: Iterable[Serving]) -> dict[str, str]:
    """{"host:port": "127.0.0.1:port"} as one pod sees it: the Services of its cluster, and its own containers."""
    known = list(pods)
    found: dict[str, str] = {}
    for service in services:
        metadata, selector = service["metadata"], service["spec"].get("selector")
        behind = [pod for pod in known if selector and pod.namespace == metadata["namespace"]]
        behind = [pod for pod in behind if selector.items() <= pod.labels.items()]
        for port in service["spec"].get("ports", []):
            target = port.get("targetPort", port["port"])
            pod = next((pod for pod in behind if pod.number(target) in pod.ports), None)
            if pod:
                # A headless Service has the pods' addresses: its port is theirs.
                number = pod.number(target) if service["spec"].get("clusterIP") == "None" else port["port"]
                address = f"127.0.0.1:{pod.ports[pod.number(target)]}"
                found |= {f"{host}:{number}": address for host in _hosts(metadata, own.namespace)}
    for port_number, local in own.ports.items():
        found |= {f"{host}:{port_number}": f"127.0.0.1:{local}" for host in ("localhost", "127.0.0.1")}
    return found


def _hosts(metadata: Document, namespace: str) -> list[str]:
    name, own = metadata["name"], metadata["namespace"]
    short = [name] if own == namespace else []
    return [*short, f"{name}.{own}", f"{name}.{own}.svc", f"{name}.{own}.{_DOMAIN}"]
