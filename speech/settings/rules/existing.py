"""What is there already: which parts of it go together, and which have no effect."""

from collections.abc import Iterator

from speech.settings.draft import Draft
from speech.settings.faults import Finding
from speech.settings.target import AksTarget, KubernetesTarget

NETWORK, TARGET = "speech:network", "speech:target"


def private_endpoints_have_a_subnet(draft: Draft) -> Iterator[Finding]:
    """The stack changes nothing in a network of the user's: it makes no subnet there either."""
    if draft.network is None or draft.account is None or not draft.in_given_subnet:
        return
    if draft.account.private_endpoint and draft.network.endpoints_subnet_id is None:
        message = (
            "missing: private endpoints need a subnet in your network, too, as  az network vnet subnet show --query id"
        )
        yield Finding(f"{NETWORK}.endpoints_subnet_id", f"{message}  tells it")


def a_subnet_for_endpoints_is_used(draft: Draft) -> Iterator[Finding]:
    """It would be believed to hold endpoints that are elsewhere, or nowhere."""
    if draft.network is None or draft.account is None or draft.network.endpoints_subnet_id is None:
        return
    if not draft.in_given_subnet:
        message = "has no effect: private endpoints go into the network that the stack makes, unless  target.subnet_id"
        yield Finding(f"{NETWORK}.endpoints_subnet_id", f"{message}  names one of yours")
    elif not draft.account.private_endpoint:
        message = "has no effect without  account.private_endpoint: true"
        yield Finding(f"{NETWORK}.endpoints_subnet_id", message)


def private_zones_are_of_private_endpoints(draft: Draft) -> Iterator[Finding]:
    """Nothing else is written into them."""
    if draft.network and draft.account and draft.network.private_zones and not draft.account.private_endpoint:
        yield Finding(f"{NETWORK}.private_zones", "have no effect without  account.private_endpoint: true")


def a_way_out_is_chosen_for_a_subnet_of_ones_own(draft: Draft) -> Iterator[Finding]:
    """The network that the stack makes has a NAT gateway."""
    target = draft.target
    if isinstance(target, AksTarget) and target.subnet_id is None and target.outbound != "nat-gateway":
        message = "has no effect on the stack's own network, which has a NAT gateway: name your subnet,  subnet_id"
        yield Finding(f"{TARGET}.outbound", message)


def a_cluster_is_reached_in_one_way(draft: Draft) -> Iterator[Finding]:
    """Two ways may lead to two clusters."""
    target = draft.target
    if isinstance(target, KubernetesTarget) and target.cluster_id and (target.kubeconfig or target.context):
        yield Finding(f"{TARGET}.cluster_id", "beside kubeconfig or context: leave one of the two out")


RULES = (
    private_endpoints_have_a_subnet,
    a_subnet_for_endpoints_is_used,
    private_zones_are_of_private_endpoints,
    a_way_out_is_chosen_for_a_subnet_of_ones_own,
    a_cluster_is_reached_in_one_way,
)
