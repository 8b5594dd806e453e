"""The network rules of accounts and vaults: what is a valid rule, and whom the rules let in by the public address."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from sandbox.arm.errors import ArmError, bad_request
from sandbox.arm.model import Call, dig
from sandbox.arm.store import Document, Resource, Store

_PRIVATE = tuple(IPv4Network(each) for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
_SMALLEST_RANGE = 30


@dataclass(frozen=True)
class RuleSet:
    """What a service's rules may hold."""

    service: str
    """The service endpoint that a subnet needs."""
    most_addresses: int
    most_subnets: int
    small_ranges: bool
    """Whether /31 and /32 are ranges to the service."""


ACCOUNTS = RuleSet("Microsoft.CognitiveServices", 100, 100, small_ranges=False)
"""learn.microsoft.com, Configure Azure AI services virtual networks."""
VAULTS = RuleSet("Microsoft.KeyVault", 1000, 200, small_ranges=True)
"""learn.microsoft.com, Configure network security for Azure Key Vault."""
STORAGE = RuleSet("Microsoft.Storage", 400, 400, small_ranges=False)
"""learn.microsoft.com, Configure Azure Storage firewalls and virtual networks."""


def check(call: Call, rules: Document, kind: RuleSet) -> None:
    """Raises ArmError for a rule that the service would not take."""
    addresses, subnets = rules.get("ipRules") or [], rules.get("virtualNetworkRules") or []
    for given, most, what in ((addresses, kind.most_addresses, "IP"), (subnets, kind.most_subnets, "virtual network")):
        if len(given) > most:
            raise _invalid(f"at most {most} {what} rules are allowed, given were {len(given)}.")
    for each in addresses:
        _check_range(str(each.get("value")), kind)
    for each in subnets:
        _check_subnet(call.store, each, kind.service)


def _check_range(text: str, kind: RuleSet) -> None:
    try:
        network = IPv4Network(text)
    except ValueError as wrong:
        raise _invalid(f"'{text}' is no IPv4 address and no range.") from wrong
    if any(network.overlaps(private) for private in _PRIVATE):
        raise _invalid(f"'{text}' holds private addresses; rules are for public ones.")
    if "/" in text and network.prefixlen > _SMALLEST_RANGE and not kind.small_ranges:
        raise _invalid(f"'{text}' is too small a range; name its addresses one by one.")


def _check_subnet(store: Store, rule: Document, service: str) -> None:
    subnet_id = str(rule.get("id"))
    subnet = store.resource(subnet_id)
    if not subnet:
        raise _invalid(f"the subnet '{subnet_id}' was not found.")
    if not serves(subnet, service) and not _forgives(rule):
        network = subnet.id.rsplit("/", 2)[0]
        raise _invalid(
            f"SubnetsHaveNoServiceEndpointsConfigured:Subnets {subnet.name} of virtual network {network} do not have "
            f"ServiceEndpoints for {service} resources configured. Add {service} to subnet's ServiceEndpoints "
            f"collection before trying to ACL {service} resources to these subnets."
        )


def _forgives(rule: Document) -> bool:
    return bool(rule.get("ignoreMissingVnetServiceEndpoint") or rule.get("ignoreMissingVnetServiceEndpoints"))


def serves(subnet: Resource, service: str) -> bool:
    """Whether the subnet has the service's endpoint."""
    return any(each.get("service") == service for each in subnet.properties.get("serviceEndpoints") or [])


def _invalid(text: str) -> ArmError:
    return bad_request("NetworkAclsValidationFailure", f"Validation of network acls failure: {text}")


def is_open(target: Resource) -> bool:
    """Whether the public address answers anybody at all."""
    return str(target.properties.get("publicNetworkAccess", "Enabled")).lower() != "disabled"


def admits(target: Resource, kind: RuleSet, address: str | None, subnets: Iterable[Resource]) -> bool:
    """Whether the rules let in a call from the public `address`, or by service endpoint from one of the subnets."""
    rules = target.properties.get("networkAcls") or {}
    if str(rules.get("defaultAction", "Allow")).lower() == "allow":
        return True
    named = {str(each.get("id")).lower() for each in rules.get("virtualNetworkRules") or []}
    if any(subnet.key in named and serves(subnet, kind.service) for subnet in subnets):
        return True
    ranges = [IPv4Network(each["value"]) for each in rules.get("ipRules") or []]
    return address is not None and any(IPv4Address(address) in each for each in ranges)


def outbound_address(store: Store, subnet: Resource) -> str | None:
    """The address others see of calls from the subnet; None where it has no NAT gateway with one."""
    gateway = store.resource(str(dig(subnet.properties, "natGateway.id")))
    listed = (gateway.properties.get("publicIpAddresses") or []) if gateway else []
    address = store.resource(str(listed[0].get("id"))) if listed else None
    return address.properties.get("ipAddress") if address else None
