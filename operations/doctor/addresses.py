"""Whether the stack's addresses are free, and its subnet fit for it."""

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from azure.core.exceptions import ResourceNotFoundError
from azure.mgmt.resource.resources import ResourceManagementClient

from operations.doctor.check import Check, failed, passed, warned
from operations.doctor.features import features, scopes
from operations.doctor.subject import Session, Subject
from operations.doctor.threads import each
from speech.capacity.addresses import overlaps_the_cluster

_NETWORKS = "resourceType eq 'Microsoft.Network/virtualNetworks'"
_VERSION = "2024-05-01"
_DELEGATION = "Microsoft.ContainerInstance/containerGroups"
_RESERVED = 5
"""Azure keeps four addresses at the beginning of a subnet, and the last."""
_PRIVATE = ipaddress.IPv4Network("10.0.0.0/8")

Range = ipaddress.IPv4Network


def free(subject: Subject, session: Session) -> Iterator[Check]:
    """No network of the subscription, nor one that is joined to it, has the addresses of the stack's own.

    Networks that overlap live beside each other until somebody wants to join them.
    """
    own, mine = subject.plan.names["network"], Range(subject.plan.addresses.space)
    with session.client(ResourceManagementClient) as client:
        ids = [str(found.id) for found in client.resources.list(filter=_NETWORKS)]
        others = [one for one in ids if one.rpartition("/")[2].lower() != own.lower()]
        found = each(lambda one: client.resources.get_by_id(one, api_version=_VERSION).properties or {}, others)
    taken = {
        Range(prefix): whose
        for one, properties in zip(others, found, strict=True)
        for prefix, whose in _ranges(one.rpartition("/")[2], properties)
    }
    over = {whose: space for space, whose in taken.items() if space.overlaps(mine)}
    if not over:
        yield passed("addresses", f"{mine} overlaps none of {len(others)} networks, nor what is joined to them")
        return
    who = ", ".join(f"{whose} ({space})" for whose, space in sorted(over.items()))
    another = _another(mine, taken)
    remedy = [subject.setting("speech:network.address_space", str(another))] if another else []
    yield warned("addresses", f"{mine} overlaps {who}: they can never be joined", *remedy, "az network vnet list")


def subnet(subject: Subject, session: Session) -> Iterator[Check]:
    """The given subnet is there, delegated to container groups, and has an address for each."""
    (subnet_id,), needed = scopes(subject)["given-subnet"], len(subject.plan.container_groups)
    name = subnet_id.rpartition("/")[2]
    with session.client(ResourceManagementClient) as client:
        try:
            properties: Mapping[str, Any] = client.resources.get_by_id(subnet_id, api_version=_VERSION).properties or {}
        except ResourceNotFoundError:
            yield failed("subnet", f"{subnet_id} is not there", "az network vnet subnet list …")
            return
    services = [row.get("properties", {}).get("serviceName") for row in properties.get("delegations") or []]
    if _DELEGATION not in services:
        update = f"az network vnet subnet update --ids {subnet_id} --delegations {_DELEGATION}"
        yield failed("subnet", f"{name} is not delegated to container groups", update)
        return
    prefixes = properties.get("addressPrefixes") or [properties.get("addressPrefix")]
    space = sum(ipaddress.ip_network(str(prefix)).num_addresses - _RESERVED for prefix in prefixes)
    left = space - len(properties.get("ipConfigurations") or [])
    if left < needed:
        wider = f"az network vnet subnet update --ids {subnet_id} --address-prefixes <wider>"
        yield failed("subnet", f"{name} has {left} addresses left, {needed} groups need one each", wider)
    else:
        yield passed("subnet", f"{name} is delegated to container groups, {left} addresses left for {needed}")


def makes_network(subject: Subject) -> bool:
    """Whether the network is the stack's own."""
    return "network" in features(subject)


def is_given_subnet(subject: Subject) -> bool:
    """Whether groups go into a subnet of the user's."""
    return "given-subnet" in scopes(subject)


def _ranges(name: str, properties: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """IPv4 ranges of a network and of those it is joined to, with whose they are."""
    yield from ((prefix, name) for prefix in _prefixes(properties.get("addressSpace")))
    for peering in properties.get("virtualNetworkPeerings") or []:
        inside = peering.get("properties") or {}
        remote = str((inside.get("remoteVirtualNetwork") or {}).get("id", "")).rpartition("/")[2]
        space = inside.get("remoteAddressSpace") or inside.get("remoteVirtualNetworkAddressSpace")
        yield from ((prefix, f"{remote}, joined to {name}") for prefix in _prefixes(space))


def _prefixes(space: Mapping[str, Sequence[str]] | None) -> list[str]:
    return [prefix for prefix in (space or {}).get("addressPrefixes") or [] if ":" not in prefix]


def _another(mine: Range, taken: Mapping[Range, str]) -> Range | None:
    """The first range of the same size that nobody has and that is not the cluster's own inside."""
    for candidate in _PRIVATE.subnets(new_prefix=mine.prefixlen):
        if not overlaps_the_cluster(str(candidate)) and not any(candidate.overlaps(space) for space in taken):
            return candidate
    return None
