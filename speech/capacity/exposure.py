"""Who reaches the containers, and by which names."""

from dataclasses import dataclass
from typing import Literal

from speech.catalog.limits import limit
from speech.settings.network import Clients, Gateway, Network

_HTTP, _HTTPS = 80, 443


@dataclass(frozen=True, slots=True)
class Entrance:
    """A gateway before all containers."""

    gateway: Gateway
    clients: Clients
    """What it asks of callers."""
    stream_minutes: int
    """The longest stream."""

    @property
    def tls(self) -> bool:
        """Whether clients speak TLS to it."""
        return self.gateway.tls is not None

    @property
    def port(self) -> int:
        """Where clients reach it."""
        return _HTTPS if self.tls else _HTTP

    @property
    def envoy(self) -> bool:
        """Whether Envoy Gateway's policies go with it."""
        return self.gateway.policies == "envoy-gateway"


@dataclass(frozen=True, slots=True)
class Exposure:
    """The way of clients to the containers."""

    kind: Literal["cluster", "internal", "public"]
    clients: tuple[str, ...]
    """Address ranges of clients outside the cluster; none: whoever has a way to the load balancer."""
    domain: str | None
    entrance: Entrance | None = None
    """None: clients call each container's own address."""

    @property
    def load_balancer(self) -> bool:
        """Whether each container has an address of its own outside the cluster."""
        return self.kind != "cluster" and self.entrance is None

    def addresses(self, served: int) -> int:
        """How many addresses outside the cluster `served` containers have."""
        return served if self.load_balancer else min(served, 1 if self.entrance else 0)


INSIDE = Exposure("cluster", (), None)
"""Clients are pods of the cluster."""


def exposure(network: Network) -> Exposure:
    """As the settings have it."""
    given = network.gateway
    entrance = Entrance(given, network.clients, network.longest_stream_minutes) if given else None
    return Exposure(network.exposure, network.clients.cidrs, network.domain, entrance)


def host(exposed: Exposure, container: str, namespace: str) -> str | None:
    """The name of a container for its clients; None where that is an address which is not known yet."""
    if exposed.kind == "cluster":
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
