"""Who reaches the containers, and by which names."""

from typing import Annotated, Literal

from pydantic import Field

from speech.settings.base import Cidr, Settings


class Clients(Settings):
    """Who may call: the containers themselves ask nobody for a password."""

    cidrs: tuple[Cidr, ...] = ()


class Gateway(Settings):
    """A Gateway API gateway in front of the containers."""

    class_name: str | None = None
    tls_certificate: str | None = None


class Network(Settings):
    """Exposure of the containers, and the one number behind time-outs, drains and grace periods."""

    address_space: Cidr = "10.80.0.0/16"
    """Addresses of the stack's own virtual network, a /16 to a /20."""
    exposure: Literal["cluster", "internal", "public"] = "cluster"
    domain: Annotated[
        str | None, Field(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$")
    ] = None
    """Hosts are <container>.<domain>; without one, cluster names or addresses."""
    clients: Clients = Clients()
    gateway: Gateway | None = None
    longest_stream_minutes: Annotated[int, Field(ge=1, le=720)] = 60
    """A pod that goes waits this long for its streams."""
