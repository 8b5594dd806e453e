"""An address outside the cluster for a container's Service, by Azure's own load balancer."""

from collections.abc import Mapping
from typing import Any

from speech.capacity.addresses import NODES_SUBNET
from speech.capacity.exposure import Exposure, idle_minutes
from speech.manifests.document import Document

_ANNOTATION = "service.beta.kubernetes.io/azure-load-balancer"


def put_before(service: Document, exposure: Exposure, *, own_network: bool = True) -> None:
    """Make a Service one with a load balancer: internal or public, for the clients' ranges only where there are any.

    Packets keep the client's address (externalTrafficPolicy Local): only so can ranges be checked at the pod too, no
    hop between nodes is added, and a node whose pods all go takes no new streams while the old ones go on.
    `own_network`: the stack made the network, and knows its subnets.
    """
    service["metadata"]["annotations"] = annotations(exposure, own_network=own_network)
    service["spec"] |= {"type": "LoadBalancer", "externalTrafficPolicy": "Local"}
    if exposure.clients:
        service["spec"]["loadBalancerSourceRanges"] = list(exposure.clients)


def annotations(exposure: Exposure, *, own_network: bool) -> dict[str, str]:
    """What Azure is told of a load balancer by the Service that asks for it."""
    found = {f"{_ANNOTATION}-tcp-idle-timeout": str(idle_minutes())}
    if exposure.kind == "internal":
        found[f"{_ANNOTATION}-internal"] = "true"
        if own_network:
            found[f"{_ANNOTATION}-internal-subnet"] = NODES_SUBNET
    return found


def address(status: Mapping[str, Any] | None) -> str | None:
    """The address in a Service's status; None before Azure has given one."""
    found = ((status or {}).get("loadBalancer") or {}).get("ingress") or []
    return next((one.get("ip") or one.get("hostname") for one in found), None)
