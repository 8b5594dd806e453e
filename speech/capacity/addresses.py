"""How a stack's address space is divided."""

import ipaddress
from dataclasses import dataclass

POD_CIDR = "10.244.0.0/16"
SERVICE_CIDR = "10.0.0.0/16"
DNS_SERVICE_IP = "10.0.0.10"
"""Inside the cluster only: pods and services have addresses of their own (overlay network)."""

NODES_SUBNET = "nodes"
ENDPOINTS_SUBNET = "endpoints"

_NODES_PREFIX = 21
_ENDPOINTS_PREFIX = 26


@dataclass(frozen=True, slots=True)
class Addresses:
    """Subnets of the virtual network. Nodes and internal load balancers share one, private endpoints have their own."""

    space: str
    nodes: str
    endpoints: str


def addresses(space: str) -> Addresses:
    """The first /21 for nodes (2,043 of them), the last /26 for private endpoints; `space` is a /16 to /20."""
    network = ipaddress.IPv4Network(space)
    nodes = next(network.subnets(new_prefix=max(_NODES_PREFIX, network.prefixlen + 1)))
    *_, endpoints = network.subnets(new_prefix=_ENDPOINTS_PREFIX)
    return Addresses(space=str(network), nodes=str(nodes), endpoints=str(endpoints))


def overlaps_the_cluster(space: str) -> str | None:
    """The range inside the cluster that `space` overlaps, if one does."""
    network = ipaddress.IPv4Network(space)
    return next(
        (inside for inside in (POD_CIDR, SERVICE_CIDR) if network.overlaps(ipaddress.IPv4Network(inside))), None
    )
