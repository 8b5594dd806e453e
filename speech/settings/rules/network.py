"""The network: its addresses, and who may call."""

import ipaddress
from collections.abc import Iterator

from speech.settings.draft import Draft
from speech.settings.faults import Finding
from speech.settings.forms import PRIVATE_RANGES
from speech.settings.target import AksTarget, KubernetesTarget

NETWORK = "speech:network"
LARGEST_SPACE, SMALLEST_SPACE = 16, 20
EVERYBODY = "0.0.0.0/0"
OF_AKS = tuple(map(ipaddress.IPv4Network, ("172.30.0.0/16", "172.31.0.0/16", "169.254.0.0/16", "192.0.2.0/24")))
"""Ranges that no AKS cluster's network may use (concepts-network-ip-address-planning, 2026-08-21)."""


def an_address_space_has_room(draft: Draft) -> Iterator[Finding]:
    """Nodes and endpoints have subnets of fixed size in it; more than a /16 is never used."""
    if draft.network is None:
        return
    given = ipaddress.IPv4Network(draft.network.address_space)
    if not LARGEST_SPACE <= given.prefixlen <= SMALLEST_SPACE:
        best = min(max(given.prefixlen, LARGEST_SPACE), SMALLEST_SPACE)
        near = ipaddress.IPv4Network((given.network_address, best), strict=False)
        yield Finding(f"{NETWORK}.address_space", f"{given} is no /{LARGEST_SPACE} to /{SMALLEST_SPACE}: write {near}")


def an_address_space_is_private(draft: Draft) -> Iterator[Finding]:
    """Public addresses in a private network hide the hosts that really have them."""
    if draft.network is None:
        return
    given = ipaddress.IPv4Network(draft.network.address_space)
    taken = next((each for each in OF_AKS if each.overlaps(given)), None)
    if taken:
        yield Finding(f"{NETWORK}.address_space", f"{given} overlaps {taken}, which AKS keeps for itself")
    elif not any(given.subnet_of(each) for each in PRIVATE_RANGES):
        yield Finding(
            f"{NETWORK}.address_space", f"{given} is not private: take one of {', '.join(map(str, PRIVATE_RANGES))}"
        )


def a_public_container_names_its_clients(draft: Draft) -> Iterator[Finding]:
    """A container asks nobody for a password: what can reach it uses it, at the owner's cost."""
    network = draft.network
    rules = isinstance(draft.target, AksTarget | KubernetesTarget)
    if not rules or network is None or network.exposure != "public" or "open-endpoint" in draft.acknowledged:
        return
    remedy = (
        "name them, as in  clients: {cidrs: [203.0.113.0/24]}. At your own risk: speech:acknowledge: [open-endpoint]"
    )
    if network.gateway and network.clients.proven:
        return
    if not network.clients.cidrs:
        yield Finding(
            f"{NETWORK}.clients.cidrs", f"missing: anybody could use the containers, which ask nobody. {remedy}"
        )
    elif EVERYBODY in network.clients.cidrs:
        yield Finding(f"{NETWORK}.clients.cidrs", f"{EVERYBODY} is anybody: {remedy}")


def what_is_not_exposed_has_no_clients_outside(draft: Draft) -> Iterator[Finding]:
    """A rule that holds nothing back would be believed to."""
    network = draft.network
    if network is None or network.exposure != "cluster" or not isinstance(draft.target, AksTarget | KubernetesTarget):
        return
    if network.gateway:
        return  # which asks for another exposure
    ingress = isinstance(draft.target, KubernetesTarget) and draft.target.ingress_class
    remedy = 'has no effect with the exposure "cluster": write  exposure: internal  or public, or leave it out'
    if network.clients.cidrs:
        yield Finding(f"{NETWORK}.clients.cidrs", remedy)
    if network.domain and not ingress:
        yield Finding(f"{NETWORK}.domain", remedy)


RULES = (
    an_address_space_has_room,
    an_address_space_is_private,
    a_public_container_names_its_clients,
    what_is_not_exposed_has_no_clients_outside,
)
