"""What the stack asks of Azure, read by the models of Microsoft's own clients."""

import re
from typing import Any

import pytest
from azure.mgmt.authorization.v2022_04_01 import models as authorization
from azure.mgmt.cognitiveservices import models as cognitiveservices
from azure.mgmt.containerservice import models as containerservice
from azure.mgmt.keyvault import models as keyvault
from azure.mgmt.msi.v2024_11_30 import models as msi
from azure.mgmt.network import models as network
from azure.mgmt.resource.resources import models as resources

from tests.walk.request_bodies import lost
from tests.walk.stack import Stack

pytestmark = pytest.mark.engine

# The last types of a path -> the model that reads a PUT of it.
MODELS: dict[str, Any] = {
    "resourcegroups": resources.ResourceGroup,
    "accounts": cognitiveservices.Account,
    "vaults": keyvault.VaultCreateOrUpdateParameters,
    "secrets": keyvault.SecretCreateOrUpdateParameters,
    "managedclusters": containerservice.ManagedCluster,
    "agentpools": containerservice.AgentPool,
    "userassignedidentities": msi.Identity,
    "federatedidentitycredentials": msi.FederatedIdentityCredential,
    "roleassignments": authorization.RoleAssignmentCreateParameters,
    "maintenanceconfigurations": containerservice.MaintenanceConfiguration,
    "virtualnetworks": network.VirtualNetwork,
    "subnets": network.Subnet,
    "natgateways": network.NatGateway,
    "publicipaddresses": network.PublicIPAddress,
}


def test_every_body_survives_the_model_of_microsofts_client_without_loss(stack: Stack) -> None:
    stack.up()
    puts = [entry for entry in stack.ask("journal") if entry["method"] == "PUT"]
    read = set()
    for entry in puts:
        kind = re.split("/", entry["path"].lower())[-2]
        missing = lost(MODELS[kind], entry["body"])
        assert missing == [], f"{entry['path']}: {missing}"
        read.add(kind)
    assert read == set(MODELS), "every type of the stack was asked for"


def test_a_property_that_the_model_does_not_know_is_found() -> None:
    assert lost(containerservice.AgentPool, {"properties": {"vmSise": "x"}}) == ["properties.vmSise"]
    assert lost(cognitiveservices.Account, {"properties": {"networkAkls": {}}}) == ["properties.networkAkls"]
