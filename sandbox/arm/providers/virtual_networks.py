"""The rules of virtual networks and their subnets, which may come inline or as resources of their own."""

from copy import deepcopy
from ipaddress import IPv4Network, IPv6Network, ip_network

from sandbox.arm.errors import bad_request
from sandbox.arm.model import Call, World
from sandbox.arm.providers.references import check_references, unused
from sandbox.arm.store import Document, Resource

NETWORK_TYPE = "Microsoft.Network/virtualNetworks"
SUBNET_TYPE = f"{NETWORK_TYPE}/subnets"
SUBNET_DEFAULTS: Document = {
    "delegations": [],
    "privateEndpointNetworkPolicies": "Disabled",
    "privateLinkServiceNetworkPolicies": "Enabled",
}
_SUBNET_IN_USE = unused("InUseSubnetCannotBeDeleted")


def complete_network(call: Call, wanted: Resource, existing: Resource | None) -> None:
    """Checks a virtual network, and makes the subnets that come inline."""
    prefixes = (wanted.properties.get("addressSpace") or {}).get("addressPrefixes")
    if not prefixes:
        raise bad_request("InvalidRequestFormat", f"The virtual network '{wanted.name}' has no address space.")
    for prefix in prefixes:
        _range(prefix)
    check_references(call, wanted)
    wanted.properties.setdefault("enableDdosProtection", False)
    wanted.properties["virtualNetworkPeerings"] = []
    inline = wanted.properties.pop("subnets", None)
    if inline is not None:
        _replace_subnets(call, wanted, inline)
    del existing


def _replace_subnets(call: Call, network: Resource, inline: list[Document]) -> None:
    """Subnets given with their network are all there are afterwards. Subnets that are not given stay as they are."""
    wanted = {f"{network.id}/subnets/{each['name']}".lower(): each for each in inline}
    for old in call.store.of_type(SUBNET_TYPE, network.id):
        if old.key not in wanted:
            _SUBNET_IN_USE(call, old)
            call.store.remove(old.id)
    call.store.save(network)
    for each in inline:
        resource_id = f"{network.id}/subnets/{each['name']}"
        subnet = Resource(
            id=resource_id,
            type=SUBNET_TYPE,
            document={
                "id": resource_id,
                "name": each["name"],
                "type": SUBNET_TYPE,
                "properties": {**SUBNET_DEFAULTS, **deepcopy(each.get("properties") or {})},
            },
        )
        complete_subnet(call, subnet, None)
        subnet.properties["provisioningState"] = "Succeeded"
        call.store.save(subnet)


def complete_subnet(call: Call, wanted: Resource, existing: Resource | None) -> None:
    """Checks that the subnet lies in its network and beside its siblings."""
    del existing
    network = call.store.resource(wanted.id.rsplit("/", 2)[0])
    if not network:
        raise LookupError(wanted.id)
    space = [_range(prefix) for prefix in network.properties["addressSpace"]["addressPrefixes"]]
    mine = _prefixes(wanted)
    if not mine:
        raise bad_request("InvalidRequestFormat", f"The subnet '{wanted.name}' has no address prefix.")
    if any(not any(_within(each, whole) for whole in space) for each in mine):
        raise bad_request(
            "NetcfgInvalidSubnet", f"Subnet '{wanted.name}' is not valid in virtual network '{network.name}'."
        )
    for other in call.store.of_type(SUBNET_TYPE, network.id):
        if other.key != wanted.key and any(a.overlaps(b) for a in mine for b in _prefixes(other)):
            text = (
                f"Subnet '{wanted.name}' is not valid because its IP address range overlaps with that of an existing "
                f"subnet in virtual network '{network.name}'."
            )
            raise bad_request("NetcfgSubnetRangesOverlap", text)
    check_references(call, wanted)


def _prefixes(subnet: Resource) -> list[IPv4Network | IPv6Network]:
    single, several = subnet.properties.get("addressPrefix"), subnet.properties.get("addressPrefixes") or []
    return [_range(prefix) for prefix in ([single] if single else several)]


def _range(prefix: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(prefix)
    except ValueError as broken:
        raise bad_request(
            "InvalidCIDRNotation", f"The address prefix {prefix} has an invalid CIDR notation."
        ) from broken


def _within(inner: IPv4Network | IPv6Network, outer: IPv4Network | IPv6Network) -> bool:
    if isinstance(inner, IPv4Network):
        return isinstance(outer, IPv4Network) and inner.subnet_of(outer)
    return isinstance(outer, IPv6Network) and inner.subnet_of(outer)


def view_network(world: World, network: Resource) -> Document:
    """The network with all its subnets, however they were made."""
    subnets = [each.document for each in world.store.of_type(SUBNET_TYPE, network.id)]
    return {**network.document, "properties": {**network.properties, "subnets": subnets}}
