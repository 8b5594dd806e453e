"""Names that every region's stack may have."""

import pytest

from speech.capacity.names import names
from speech.catalog.limits import limit
from speech.catalog.regions import regions
from speech.settings.parse import parse
from speech.settings.stack import Environment
from tests.stacks import without

LIMITS = {
    "resource_group": "resource-group.name",
    "account": "account.name",
    "cluster": "aks.dns-prefix",  # shorter than the limit of the cluster's own name
    "identity": "identity.name",
    "control_plane": "identity.name",
    "network": "virtual-network.name",
    "account_endpoint": "network.name",
    "vault_endpoint": "network.name",
    "workspace": "workspace.name",
    "namespace": "kubernetes.label",
}


@pytest.mark.parametrize("environment", Environment)
def test_every_name_is_one_that_azure_takes_in_every_region(environment: Environment) -> None:
    stack = parse(without("speech:account")).stack
    for region in regions():
        made = names(stack.model_copy(update={"location": region, "environment": environment}))
        for what, name in made.items():
            assert limit(LIMITS[what]).fault(name) is None, f"{what} in {region}"


def test_stacks_of_one_subscription_share_no_name() -> None:
    stack = parse(without("speech:account")).stack
    weu, eus = (names(stack.model_copy(update={"location": region})) for region in ("westeurope", "eastus"))
    assert {what for what in weu if weu[what] == eus[what]} == {"namespace"}
