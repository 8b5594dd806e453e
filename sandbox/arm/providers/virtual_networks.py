"""The rules of virtual networks and their subnets, which may come inline or as resources of their own."""

from collections.abc import Iterator
from copy import deepcopy
from ipaddress import IPv4Network, IPv6Network, ip_network

from sandbox.arm.errors import bad_request
from sandbox.arm.model import Call, World, dig
from sandbox.arm.providers.references import check_references, unused
from sandbox.arm.store import Document, Resource

NETWORK_TYPE = "Microsoft.Network/virtualNetworks"
SUBNET_TYPE = f"{NETWORK_TYPE}/subnets"
PEERING_TYPE = f"{NETWORK_TYPE}/virtualNetworkPeerings"
SUBNET_DEFAULTS: Document = {
    "delegations": [],
    "privateEndpointNetworkPolicies": "Disabled",
    "privateLinkServiceNetworkPolicies": "Enabled",
}
_DELEGATES = ("Microsoft.ContainerInstance/containerGroups", "Microsoft.Web/serverFarms", "Microsoft.App/environments")
"""Services that a subnet can be delegated to, as far as the sandbox knows them."""
_TENANTS = ("microsoft.containerinstance/", "microsoft.network/privateendpoints", "microsoft.containerservice/")
"""What stands in a subnet."""
_RESERVED_ADDRESSES = 4
"""Azure keeps the first four addresses of a subnet, and the last."""
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
        complete_subnet(call, subnet, call.store.resource(resource_id))
        subnet.properties["provisioningState"] = "Succeeded"
        call.store.save(subnet)


def complete_subnet(call: Call, wanted: Resource, existing: Resource | None) -> None:
    """Checks that the subnet lies in its network and beside its siblings, and keeps what it is delegated to."""
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
    _settle_delegations(call, wanted, existing)


def _settle_delegations(call: Call, wanted: Resource, existing: Resource | None) -> None:
    for each in wanted.properties["delegations"]:
        service = dig(each, "properties.serviceName")
        known = next((name for name in _DELEGATES if name.lower() == str(service).lower()), None)
        if not known:
            text = f"Service name {service} of the delegation {each.get('name')} of subnet {wanted.id} is not known."
            raise bad_request("InvalidServiceNameOnDelegation", text)
        each |= {"id": f"{wanted.id}/delegations/{each.get('name')}", "type": f"{SUBNET_TYPE}/delegations"}
        action = "Microsoft.Network/virtualNetworks/subnets/action"
        each["properties"] = {"serviceName": known, "actions": [action], "provisioningState": "Succeeded"}
    before, after = (_services(each) for each in (existing, wanted))
    users = [each for each in call.store.mentioning(wanted.id) if each.type.startswith(_TENANTS)]
    if existing and before != after and users:
        raise bad_request(
            "SubnetDelegationsCannotChangeWhenSubnetUsedByResource",
            f"Delegations of subnet {wanted.id} cannot be changed from {before} to {after} because it is being used by "
            f"the resource {users[0].id}.",
        )


def _services(subnet: Resource | None) -> list[str]:
    return [dig(each, "properties.serviceName") for each in subnet.properties["delegations"]] if subnet else []


def check_undelegated(subnet: Resource) -> None:
    """Refuses what is not the service that the subnet belongs to."""
    delegated = _services(subnet)
    if delegated:
        text = f"Subnet {subnet.id} is delegated to {delegated[0]} and cannot be used by anything else."
        raise bad_request("SubnetIsDelegated", text)


def usable_addresses(subnet: Resource) -> Iterator[str]:
    """The addresses of a subnet that are not Azure's own, lowest first."""
    prefix = subnet.properties.get("addressPrefix") or subnet.properties["addressPrefixes"][0]
    addresses = ip_network(prefix)
    for offset in range(_RESERVED_ADDRESSES, addresses.num_addresses - 1):
        yield str(addresses[offset])


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
    below = {
        name: [each.document for each in world.store.of_type(kind, network.id)]
        for name, kind in (("subnets", SUBNET_TYPE), ("virtualNetworkPeerings", PEERING_TYPE))
    }
    return {**network.document, "properties": {**network.properties, **below}}


def complete_peering(call: Call, wanted: Resource, existing: Resource | None) -> None:
    """What a network is joined to; a network of another subscription is taken at its word."""
    del existing
    remote = call.store.resource(str(dig(wanted.properties, "remoteVirtualNetwork.id")))
    if remote:
        wanted.properties["remoteAddressSpace"] = remote.properties["addressSpace"]
    wanted.properties["peeringState"] = "Connected"
