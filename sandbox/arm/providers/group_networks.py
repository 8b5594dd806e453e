"""Where a container group stands: a delegated subnet or the internet, its address and its name."""

import hashlib
import re
import secrets

from sandbox.arm.errors import ArmError, bad_request, conflict
from sandbox.arm.ids import group_id, normal_location
from sandbox.arm.instance_quota import GROUP_TYPE
from sandbox.arm.model import Call, dig
from sandbox.arm.providers.virtual_networks import usable_addresses
from sandbox.arm.store import Document, Resource, Store

DELEGATION = GROUP_TYPE
_MOST_PORTS = 5
_LABEL = re.compile(r"[a-z][a-z0-9-]{3,61}[a-z0-9]")
_SCOPES = ("Unsecure", "TenantReuse", "SubscriptionReuse", "ResourceGroupReuse", "Noreuse")
_PUBLIC = [f"192.0.2.{number}" for number in range(1, 255)]
"""The documentation's range: nobody is there."""


def settle(call: Call, wanted: Resource, *, moved: bool) -> None:
    """Checks subnet, ports and label, and gives the group its address: another one where it has moved."""
    properties = wanted.properties
    subnet = _subnet(call.store, wanted)
    address = properties.get("ipAddress")
    if properties.get("dnsConfig") and not subnet:
        raise _invalid("dnsConfig", f"The container group '{wanted.name}' has a DNS configuration, but no subnet.")
    if properties.get("dnsConfig") and not dig(properties, "dnsConfig.nameServers"):
        raise _invalid("dnsConfig.nameServers", f"The DNS configuration of '{wanted.name}' names no servers.")
    if not address:
        return
    if address.get("type") not in {"Public", "Private"}:
        raise _invalid("ipAddress.type", f"The IP address type of '{wanted.name}' is neither Public nor Private.")
    if address["type"] == "Public" and subnet:
        text = f"IP address type in container group '{wanted.name}' is invalid. Only 'Private' is supported in a subnet"
        raise _invalid("ipAddress.type", f"{text}.")
    if address["type"] == "Private" and not subnet:
        raise _invalid("ipAddress.type", f"The private container group '{wanted.name}' names no subnet.")
    _check_ports(wanted, address)
    before = None if moved else wanted.hidden.get("ip")
    address["ip"] = wanted.hidden["ip"] = before or _free_address(call.store, wanted, subnet)
    _name(call, wanted, address)


def _subnet(store: Store, wanted: Resource) -> Resource | None:
    listed = wanted.properties.get("subnetIds") or []
    if not listed:
        return None
    if len(listed) > 1:
        raise _invalid("subnetIds", f"The container group '{wanted.name}' can be in one subnet only.")
    subnet = store.resource(str(listed[0].get("id")))
    if not subnet:
        text = f"Resource {listed[0].get('id')} referenced by resource {wanted.id} was not found."
        raise bad_request("InvalidResourceReference", text)
    network = store.resource(subnet.id.rsplit("/", 2)[0])
    if network and normal_location(network.document["location"]) != normal_location(wanted.document["location"]):
        raise _invalid("subnetIds", f"The network {network.id} is in another region than '{wanted.name}'.")
    if DELEGATION.lower() not in {dig(each, "properties.serviceName").lower() for each in _delegations(subnet)}:
        raise bad_request(
            "SubnetMissingRequiredDelegation",
            f"Subnet {subnet.id} requires any of the following delegation(s) [{DELEGATION}] to reference service "
            "association link acisal.",
        )
    for user in store.mentioning(subnet.id):
        if user.type.startswith(("microsoft.network/privateendpoints", "microsoft.containerservice/")):
            raise bad_request("SubnetInUse", f"Subnet {subnet.id} is in use by {user.id}, which is no container group.")
    return subnet


def _delegations(subnet: Resource) -> list[Document]:
    return subnet.properties.get("delegations") or []


def _check_ports(wanted: Resource, address: Document) -> None:
    address["ports"] = [{"protocol": "TCP", **port} for port in address.get("ports") or []]
    if not address["ports"]:
        text = f"The ports in the 'ipAddress' of container group '{wanted.name}' cannot be empty."
        raise bad_request("MissingIpAddressPorts", text)
    if len(address["ports"]) > _MOST_PORTS:
        raise _invalid("ipAddress.ports", f"'{wanted.name}' has more than {_MOST_PORTS} ports.")
    known = [port for each in wanted.properties["containers"] for port in each["properties"]["ports"]]
    pairs = {(port["port"], port["protocol"]) for port in known}
    unused = [str(port["port"]) for port in address["ports"] if (port["port"], port["protocol"]) not in pairs]
    if unused:
        raise bad_request(
            "UnreferencedIpAddressPorts",
            f"Following ports '{','.join(unused)}' in the 'ipAddress' are not used by any container in container "
            f"group '{wanted.name}'.",
        )


def _free_address(store: Store, wanted: Resource, subnet: Resource | None) -> str:
    """One that no group has, and not the one that this group had."""
    taken = {each.hidden.get("ip") for each in store.of_type(GROUP_TYPE)}
    usable = usable_addresses(subnet) if subnet else iter(_PUBLIC)
    found = next((each for each in usable if each not in taken), None)
    if not found:
        raise bad_request("SubnetIsFull", f"There is no free address left for container group '{wanted.name}'.")
    return found


def _name(call: Call, wanted: Resource, address: Document) -> None:
    label, region = address.get("dnsNameLabel"), normal_location(wanted.document["location"])
    if not label:
        return
    if address["type"] == "Private":
        raise _invalid("ipAddress.dnsNameLabel", f"The private container group '{wanted.name}' cannot have a label.")
    if not _LABEL.fullmatch(label):
        raise _invalid("ipAddress.dnsNameLabel", f"The DNS name label '{label}' is invalid: 5 to 63 letters, digits, -")
    scope = address.setdefault("autoGeneratedDomainNameLabelScope", "Unsecure")
    if scope not in _SCOPES:
        raise _invalid("ipAddress.autoGeneratedDomainNameLabelScope", f"'{scope}' is none of {', '.join(_SCOPES)}.")
    between = "" if scope == "Unsecure" else f".{_hash(call, wanted, scope)}"
    name = f"{label}{between}.{region}.azurecontainer.io"
    others = [
        dig(each.properties, "ipAddress.fqdn") for each in call.store.of_type(GROUP_TYPE) if each.key != wanted.key
    ]
    if name in others or (scope == "Unsecure" and label in call.store.setting("taken_names", [])):
        raise conflict("DnsNameLabelNotAvailable", f"The DNS name label '{label}' is not available in '{region}'.")
    address["fqdn"] = name


def _hash(call: Call, wanted: Resource, scope: str) -> str:
    """The same within a tenant, subscription or resource group; Noreuse draws a new one for each group."""
    if scope == "Noreuse":
        return str(wanted.hidden.setdefault("drawn", secrets.token_hex(8)))
    who = call.world.who
    within = {
        "TenantReuse": who.tenant_id,
        "SubscriptionReuse": who.subscription_id,
        "ResourceGroupReuse": group_id(wanted.id).lower(),
    }
    return hashlib.sha256(f"{within[scope]} {dig(wanted.properties, 'ipAddress.dnsNameLabel')}".encode()).hexdigest()[
        :16
    ]


def _invalid(path: str, text: str) -> ArmError:
    return bad_request("InvalidRequestContent", text, target=f"properties.{path}")
