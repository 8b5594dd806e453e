"""Where a NetworkPolicy lets pods go. It knows addresses and labels, no host names."""

import ipaddress
from urllib.parse import urlsplit

from speech.capacity.addresses import POD_CIDR, SERVICE_CIDR
from speech.capacity.plan import Plan
from speech.manifests.document import Document

ANYWHERE = "0.0.0.0/0"
HTTPS = 443
_HTTP = 80
# The machine's own services: the instance's metadata and tokens, the fabric. No pod has business there.
_THE_MACHINE = ("169.254.0.0/16", "168.63.129.16/32")
_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
"""RFC 1918 and RFC 6598: where a cluster that the stack did not make has its pods, services and nodes."""


def metering(plan: Plan) -> Document:
    """The account: its public addresses, and the private one that the same name may have inside the network.

    Those of Azure's metering change, so outside of the cluster every address is allowed at TCP 443; where the account
    is private, its private endpoint alone.
    """
    if not plan.private_account:
        return _rule([*_public(plan), *_endpoints(plan)], HTTPS)
    return _rule(_endpoints(plan) or [_block(cidr) for cidr in _PRIVATE], HTTPS)


def downloads(plan: Plan) -> Document:
    """Files of models: no page names their hosts, and a private account has them elsewhere."""
    return _rule([*_public(plan), *_endpoints(plan)], HTTPS)


def host(name: str, port: int) -> Document:
    """A server that the user names: by its address, by the namespace of its Service, or anywhere but on the machine.

    A Service's port need not be that of its pods, which counts here: such a namespace is allowed as a whole.
    """
    try:
        return _rule([_block(f"{ipaddress.IPv4Address(name)}/32")], port)
    except ValueError:
        pass
    if namespace := namespace_of(name):
        return {"to": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}}}]}
    return _rule([_block(ANYWHERE, *_THE_MACHINE)], port)


def url(address: str) -> Document:
    """The server of a URL."""
    parts = urlsplit(address)
    return host(parts.hostname or "", parts.port or (_HTTP if parts.scheme == "http" else HTTPS))


def endpoint(address: str) -> Document:
    """The server of `host:port`."""
    name, _, port = address.rpartition(":")
    return host(name, int(port))


def namespace_of(name: str) -> str | None:
    """Of a name inside the cluster, as fluentd.logging.svc; None of others."""
    parts = name.removesuffix(".").removesuffix(".cluster.local").split(".")
    return parts[1] if len(parts) == 3 and parts[2] == "svc" else None  # noqa: PLR2004  # <service>.<namespace>.svc


def _public(plan: Plan) -> list[Document]:
    """The addresses outside of the cluster and of its network."""
    inside = (POD_CIDR, SERVICE_CIDR, plan.addresses.space) if _ours(plan) else _PRIVATE
    return [_block(ANYWHERE, *inside, *_THE_MACHINE)]


def _endpoints(plan: Plan) -> list[Document]:
    return [_block(plan.addresses.endpoints)] if _ours(plan) else []


def _ours(plan: Plan) -> bool:
    """Whether the stack made the cluster and its network, and knows their ranges."""
    return plan.own_network


def _block(cidr: str, *but: str) -> Document:
    return {"ipBlock": {"cidr": cidr, **({"except": list(but)} if but else {})}}


def _rule(peers: list[Document], port: int) -> Document:
    return {"to": peers, "ports": [{"protocol": "TCP", "port": port}]}
