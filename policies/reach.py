"""Who may call: Speech containers ask nobody for a password."""

from collections.abc import Iterator

from policies.reading import GROUP, UNKNOWN, About, Resource, at

_ANYBODY = ("0.0.0.0/0", "::/0")
_INTERNAL = "service.beta.kubernetes.io/azure-load-balancer-internal"
_REMEDY = "or acknowledge open-endpoint in the stack file"


def load_balancers_have_source_ranges(resource: Resource, about: About) -> Iterator[str]:
    """A public address without ranges is everybody's Speech service, at your cost. Gateways' own addresses as well."""
    if "open-endpoint" in about.acknowledged:
        return
    if resource.type == "kubernetes:core/v1:Service" and at(resource.props, "spec", "type") == "LoadBalancer":
        annotations = at(resource.props, "metadata", "annotations")
        way: tuple[str, ...] = ("spec",)
    elif resource.type.startswith("kubernetes:gateway.envoyproxy.io/") and resource.type.endswith(":EnvoyProxy"):
        way = ("spec", "provider", "kubernetes", "envoyService")
        annotations = at(resource.props, *way, "annotations")
        if at(resource.props, *way, "type") == "ClusterIP":
            return
    else:
        return
    if annotations is UNKNOWN or at(annotations, _INTERNAL) in {"true", True}:
        return
    ranges = at(resource.props, *way, "loadBalancerSourceRanges")
    if ranges is not UNKNOWN and (not ranges or any(one in _ANYBODY for one in ranges)):
        yield (
            f"{'.'.join(way)}.loadBalancerSourceRanges: anybody on the internet may call, and containers ask for no "
            f"password. List the clients in speech:network.clients.cidrs, take exposure: internal, {_REMEDY}"
        )


def groups_are_private(group: Resource, about: About) -> Iterator[str]:
    """Nothing can stand before a public container group: it has no rules for callers."""
    public = group.type == GROUP and at(group.props, "ipAddress", "type") == "Public"
    if public and "open-endpoint" not in about.acknowledged:
        yield (
            "ipAddress.type: Public lets anybody call, and a container group knows no rules for callers. Take "
            f"exposure: internal, {_REMEDY}"
        )
