"""Who reaches an account, a vault or a registry: by private endpoint, by service endpoint, by public address."""

from dataclasses import dataclass

from sandbox.arm import network_rules, private_links
from sandbox.arm.instance_quota import GROUP_TYPE
from sandbox.arm.model import dig
from sandbox.arm.network_rules import ACCOUNTS, STORAGE, VAULTS, serves
from sandbox.arm.providers.private_dns import addresses_seen_from
from sandbox.arm.store import Resource, Store
from sandbox.arm.vault_secrets import VAULT_TYPE
from sandbox.arm.vm_quota import POOL_TYPE

_RULES = {VAULT_TYPE.lower(): VAULTS, "microsoft.storage/storageaccounts": STORAGE}

CALLER_ADDRESS = "198.51.100.1"
"""Whence the machine of the sandbox seems to call, unless the setting `caller_address` names another address."""


@dataclass(frozen=True)
class Refusal:
    """Why not: a code and a text."""

    code: str
    text: str


def refusal(store: Store, target: Resource, source: Resource | None) -> Refusal | None:
    """Why a call does not reach the resource; None where it does.

    It comes from the nodes of a cluster, from a container group, or where the source is None from outside of Azure.
    """
    subnets = subnets_of(store, source) if source else []
    service = private_links.service_of(target)
    name = next(iter(service.names(target)), "") if service else ""
    if not service or not subnets or not name:
        return _publicly(store, target, source, subnets)
    if not _asks_zones(source):
        hint = "the container group has no dnsConfig.nameServers, so it sees no private DNS zone"
        return _publicly(store, target, source, subnets, hint)
    network = subnets[0].id.rsplit("/", 2)[0]
    found = addresses_seen_from(store, network, service.zone, name)
    endpoints = [
        endpoint
        for endpoint, connection in private_links.connections_to(store, target)
        if private_links.is_approved(connection)
    ]
    if found is None:
        leads = f"the private endpoint {endpoints[0].name} leads to it, but " if endpoints else ""
        hint = f"{leads}no private DNS zone {service.zone} is linked to the network {network}"
        return _publicly(store, target, source, subnets, hint)
    host = f"{name}{service.suffix}"
    if not found:
        return Refusal("NameNotResolved", f"no such host {host}: the zone {service.zone} has no record {name}")
    near = [each for each in endpoints if each.properties["subnet"]["id"].lower().startswith(f"{network.lower()}/")]
    if any(set(found) & set(each.hidden["addresses"]) for each in near):
        return None
    text = f"{host} is {', '.join(found)}, where no approved private endpoint in the network {network} answers"
    return Refusal("ConnectionTimedOut", text)


def subnets_of(store: Store, source: Resource) -> list[Resource]:
    """The subnets of one's own that the cluster's nodes, or the container group, are in."""
    if _is_group(source):
        wanted = [str(each["id"]) for each in source.properties.get("subnetIds") or []]
    else:
        pools = store.of_type(POOL_TYPE, source.id)
        wanted = [str(pool.properties.get("vnetSubnetID")) for pool in pools]
    return [subnet for each in dict.fromkeys(wanted) if (subnet := store.resource(each))]


def _is_group(source: Resource | None) -> bool:
    return source is not None and source.type.lower() == GROUP_TYPE.lower()


def _asks_zones(source: Resource | None) -> bool:
    """A container group does not take over the network's name servers (learn.microsoft.com, VNet scenarios)."""
    return not _is_group(source) or bool(source and dig(source.properties, "dnsConfig.nameServers"))


def _has_way_out(subnet: Resource, service: str) -> bool:
    """Whether calls leave the subnet: by default, by a gateway or a route, or to the service alone by its endpoint."""
    ways = (subnet.properties.get(name) for name in ("natGateway", "routeTable"))
    return subnet.properties.get("defaultOutboundAccess") is not False or any(ways) or serves(subnet, service)


def _publicly(
    store: Store, target: Resource, source: Resource | None, subnets: list[Resource], hint: str = ""
) -> Refusal | None:
    more = f" ({hint})" if hint else ""
    if not network_rules.is_open(target):
        text = (
            "Public network access is disabled and request is not from a trusted service nor via an approved private "
            f"link.{more}"
        )
        return Refusal("ForbiddenByConnection", text)
    kind = _RULES.get(target.type.lower(), ACCOUNTS)
    if _is_group(source) and subnets and not _has_way_out(subnets[0], kind.service):
        text = f"the subnet {subnets[0].id} has no way out: no default access, no NAT gateway, no route table{more}"
        return Refusal("ConnectionTimedOut", text)
    address = store.setting("caller_address", CALLER_ADDRESS) if source is None else None
    for subnet in subnets:
        address = address or network_rules.outbound_address(store, subnet)
    if network_rules.admits(target, kind, address, subnets):
        return None
    text = (
        "Client address is not authorized and caller is not a trusted service. "
        f"Client address: {address or 'unknown, its network has no NAT gateway'}; resource: {target.name}.{more}"
    )
    return Refusal("ForbiddenByFirewall", text)
