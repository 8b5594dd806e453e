"""Who reaches an account or a vault over the network: by private endpoint, by service endpoint, by public address."""

from dataclasses import dataclass

from sandbox.arm import network_rules, private_links
from sandbox.arm.network_rules import ACCOUNTS, VAULTS
from sandbox.arm.providers.private_dns import addresses_seen_from
from sandbox.arm.store import Resource, Store
from sandbox.arm.vault_secrets import VAULT_TYPE
from sandbox.arm.vm_quota import POOL_TYPE

CALLER_ADDRESS = "198.51.100.1"
"""Whence the machine of the sandbox seems to call, unless the setting `caller_address` names another address."""


@dataclass(frozen=True)
class Refusal:
    """Why not: a code and a text."""

    code: str
    text: str


def refusal(store: Store, target: Resource, cluster: Resource | None) -> Refusal | None:
    """Why a call does not reach the resource; None where it does.

    It comes from the nodes of the cluster, or where that is None from outside of Azure.
    """
    subnets = node_subnets(store, cluster) if cluster else []
    service = private_links.service_of(target)
    name = next(iter(service.names(target)), "") if service else ""
    if not service or not subnets or not name:
        return _publicly(store, target, cluster, subnets)
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
        return _publicly(store, target, cluster, subnets, hint)
    host = f"{name}{service.suffix}"
    if not found:
        return Refusal("NameNotResolved", f"no such host {host}: the zone {service.zone} has no record {name}")
    near = [each for each in endpoints if each.properties["subnet"]["id"].lower().startswith(f"{network.lower()}/")]
    if any(set(found) & set(each.hidden["addresses"]) for each in near):
        return None
    text = f"{host} is {', '.join(found)}, where no approved private endpoint in the network {network} answers"
    return Refusal("ConnectionTimedOut", text)


def node_subnets(store: Store, cluster: Resource) -> list[Resource]:
    """The subnets of one's own that the cluster's nodes are in."""
    pools = store.of_type(POOL_TYPE, cluster.id)
    wanted = dict.fromkeys(str(pool.properties.get("vnetSubnetID")) for pool in pools)
    return [subnet for each in wanted if (subnet := store.resource(each))]


def _publicly(
    store: Store, target: Resource, cluster: Resource | None, subnets: list[Resource], hint: str = ""
) -> Refusal | None:
    more = f" ({hint})" if hint else ""
    if not network_rules.is_open(target):
        text = (
            "Public network access is disabled and request is not from a trusted service nor via an approved private "
            f"link.{more}"
        )
        return Refusal("ForbiddenByConnection", text)
    kind = VAULTS if target.type.lower() == VAULT_TYPE.lower() else ACCOUNTS
    address = store.setting("caller_address", CALLER_ADDRESS) if cluster is None else None
    for subnet in subnets:
        address = address or network_rules.outbound_address(store, subnet)
    if network_rules.admits(target, kind, address, subnets):
        return None
    text = (
        "Client address is not authorized and caller is not a trusted service. "
        f"Client address: {address or 'unknown, the nodes have no NAT gateway'}; resource: {target.name}.{more}"
    )
    return Refusal("ForbiddenByFirewall", text)
