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
        lost = _lost(MODELS[kind], entry["body"])
        assert lost == [], f"{entry['path']}: {lost}"
        read.add(kind)
    assert read == set(MODELS), "every type of the stack was asked for"


def test_a_property_that_the_model_does_not_know_is_found() -> None:
    assert _lost(containerservice.AgentPool, {"properties": {"vmSise": "x"}}) == ["properties.vmSise"]
    assert _lost(cognitiveservices.Account, {"properties": {"networkAkls": {}}}) == ["properties.networkAkls"]


def _lost(model: Any, body: dict[str, Any]) -> list[str]:
    """Paths of the body that the model does not read."""
    if hasattr(model, "deserialize"):
        return _missing(body, model.deserialize(body).serialize(keep_readonly=True), "")
    return _unknown(model(body), "")


def _missing(given: Any, read: Any, path: str) -> list[str]:
    if isinstance(given, dict):
        return [
            lost
            for name, value in given.items()
            for lost in (_missing(value, read[name], f"{path}{name}.") if name in (read or {}) else [f"{path}{name}"])
        ]
    if isinstance(given, list):
        return [
            lost
            for index, value in enumerate(given)
            for lost in _missing(value, (read or [])[index], f"{path}{index}.")
        ]
    return [] if given == read else [path.rstrip(".")]


def _unknown(value: Any, path: str) -> list[str]:
    fields = getattr(type(value), "_attr_to_rest_field", None)
    if fields is None:
        parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        return [lost for name, part in parts for lost in _unknown(part, f"{path}{name}.")]
    known = {field._rest_name: attribute for attribute, field in fields.items()}
    return [
        lost
        for name in value
        for lost in (_unknown(getattr(value, known[name]), f"{path}{name}.") if name in known else [f"{path}{name}"])
    ]
