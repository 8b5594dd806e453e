"""What the stack asks of Azure, read by the models of Microsoft's own clients."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from azure.mgmt.authorization.v2022_04_01 import models as authorization
from azure.mgmt.cognitiveservices import models as cognitiveservices
from azure.mgmt.containerinstance import models as containerinstance
from azure.mgmt.containerservice import models as containerservice
from azure.mgmt.keyvault import models as keyvault
from azure.mgmt.msi.v2024_11_30 import models as msi
from azure.mgmt.network import models as network
from azure.mgmt.resource.resources import models as resources
from azure.mgmt.storage import models as storage
from ruamel.yaml import YAML

from sandbox.home import Home
from sandbox.running import start, stop
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
OF_GROUPS: dict[str, Any] = {
    **{name: MODELS[name] for name in ("resourcegroups", "accounts", "vaults", "secrets", "virtualnetworks")},
    **{name: MODELS[name] for name in ("subnets", "natgateways", "publicipaddresses")},
    "networksecuritygroups": network.NetworkSecurityGroup,
    "storageaccounts": storage.StorageAccountCreateParameters,
    "shares": storage.FileShare,
    "containergroups": containerinstance.ContainerGroup,
}
CUSTOM = {
    "name": "custom-med",
    "kind": "custom-speech-to-text",
    "version": "5.1.0",
    "resources": {"cpu": 4, "memory_gib": 12},
    "model": {"id": "1f2e3d4c-0000-4000-8000-000000000000"},
    "demand": {"concurrent_streams": 2},
}


@pytest.fixture
def groups(tmp_path: Path) -> Iterator[Stack]:
    home = Home(tmp_path / "home")
    try:
        stack = Stack(home, start(home), "groups-westeurope")
        yaml = YAML()
        content = yaml.load(stack.file)
        content["config"]["speech:containers"] = [CUSTOM]
        yaml.dump(content, stack.file)
        yield stack
    finally:
        stop(home)


def test_every_body_survives_the_model_of_microsofts_client_without_loss(stack: Stack) -> None:
    stack.up()
    assert _read(stack, MODELS) == set(MODELS), "every type of the stack was asked for"


def test_every_body_of_container_groups_does_so_too(groups: Stack) -> None:
    groups.up()
    assert _read(groups, OF_GROUPS) == set(OF_GROUPS), "every type of the stack was asked for"


def _read(stack: Stack, models: dict[str, Any]) -> set[str]:
    """The types of which a PUT was read without loss."""
    read = set()
    for entry in stack.ask("journal"):
        if entry["method"] != "PUT":
            continue
        kind = re.split("/", entry["path"].lower())[-2]
        missing = lost(models[kind], entry["body"])
        assert missing == [], f"{entry['path']}: {missing}"
        read.add(kind)
    return read


def test_a_property_that_the_model_does_not_know_is_found() -> None:
    assert lost(containerservice.AgentPool, {"properties": {"vmSise": "x"}}) == ["properties.vmSise"]
    assert lost(cognitiveservices.Account, {"properties": {"networkAkls": {}}}) == ["properties.networkAkls"]
