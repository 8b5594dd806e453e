"""Who reaches the containers, and by which names."""

from dataclasses import dataclass
from typing import Literal

from speech.catalog.limits import limit
from speech.settings.network import Network


@dataclass(frozen=True, slots=True)
class Exposure:
    """The way of clients to the containers."""

    kind: Literal["cluster", "internal", "public"]
    clients: tuple[str, ...]
    """Address ranges of clients outside the cluster; none: whoever has a way to the load balancer."""
    domain: str | None

    @property
    def load_balancer(self) -> bool:
        """Whether each container has an address of its own outside the cluster."""
        return self.kind != "cluster"


INSIDE = Exposure("cluster", (), None)
"""Clients are pods of the cluster."""


def exposure(network: Network) -> Exposure:
    """As the settings have it."""
    return Exposure(network.exposure, network.clients.cidrs, network.domain)


def host(exposed: Exposure, container: str, namespace: str) -> str | None:
    """The name of a container for its clients; None where that is an address which is not known yet."""
    if not exposed.load_balancer:
        return f"{container}.{namespace}.svc.cluster.local"
    return f"{container}.{exposed.domain}" if exposed.domain else None


def client_url(scheme: str, host: str | None, port: int | None) -> str | None:
    """What a client is given: the SDK keeps scheme, host and port of it, and drops any path."""
    return f"{scheme}://{host}:{port}" if host and port else None


def idle_minutes() -> int:
    """When a load balancer forgets a connection over which nothing passes, in minutes: the longest that AKS allows.

    Streams may last longer: audio and results pass all the time. A client that falls silent longer must reconnect.
    """
    return int(limit("aks.load-balancer-idle-minutes").maximum)
