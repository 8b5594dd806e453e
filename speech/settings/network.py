"""Who reaches the containers, and by which names."""

from typing import Annotated, Literal

from pydantic import Field

from speech.settings.base import Settings
from speech.settings.forms import Cidr, HostName


class Clients(Settings):
    """Who may call: the containers themselves ask nobody for a password."""

    cidrs: tuple[Cidr, ...] = ()
    """Addresses of the callers, for the exposures internal and public."""


class Gateway(Settings):
    """A Gateway API gateway in front of the containers."""

    class_name: Annotated[str | None, Field(examples=["envoy"])] = None
    """The GatewayClass that serves it."""
    tls_certificate: Annotated[str | None, Field(examples=["speech-tls"])] = None
    """The secret that holds its certificate."""


class Network(Settings):
    """Exposure of the containers, and the one number behind time-outs, drains and grace periods."""

    address_space: Annotated[Cidr, Field(examples=["10.90.0.0/16"])] = "10.80.0.0/16"
    """Addresses of the stack's own virtual network, a /16 to a /20."""
    exposure: Literal["cluster", "internal", "public"] = "cluster"
    """Who can call: pods of the cluster, its network and what is joined to it, or the internet. On kubernetes the last
    two are load balancers of that cluster, on container-instances a subnet or public addresses."""
    domain: HostName | None = None
    """Hosts are <container>.<domain>, on kubernetes those of the Ingress too; without one, addresses."""
    clients: Clients = Clients()
    """Who may call."""
    gateway: Gateway | None = None
    """A gateway with TLS in front of the containers."""
    longest_stream_minutes: Annotated[int, Field(ge=1, le=720)] = 60
    """A pod that goes waits this long for its streams."""
