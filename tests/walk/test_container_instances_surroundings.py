"""What container groups lean on, by the real engine: licences, registries, private accounts, subnets of the user's."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from azure.mgmt.resource.resources import ResourceManagementClient
from ruamel.yaml import YAML

from sandbox.home import Home, prepare
from sandbox.running import start, stop
from sandbox.verify import Target, verify
from tests.sandbox.arm.azure_clients import Azure
from tests.walk.stack import Stack

pytestmark = pytest.mark.engine

TRANSCRIBE = {
    "name": "transcribe-en",
    "kind": "speech-to-text",
    "locale": "en-US",
    "version": "5.1.0",
    "resources": {"cpu": 4, "memory_gib": 16},
    "demand": {"concurrent_streams": 6},
}
IDENTIFY = {
    "name": "which-language",
    "kind": "language-identification",
    "version": "1.18.0",
    "demand": {"concurrent_streams": 2},
}


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """The stack of container groups, with one small container. What it starts is stopped by its own pid."""
    home = Home(tmp_path / "home")
    try:
        stack = Stack(home, start(home), "groups-westeurope")
        rewrite(stack, {"speech:containers": [IDENTIFY], "speech:acknowledge": ["no-avx2-guarantee"]})
        yield stack
    finally:
        stop(home)


def rewrite(stack: Stack, sections: dict[str, Any]) -> None:
    """Put other sections into the stack file."""
    yaml = YAML()
    content = yaml.load(stack.file)
    content["config"] |= sections
    yaml.dump(content, stack.file)


def rows(stack: Stack) -> dict[str, dict[str, Any]]:
    return {row["group"]: row for row in stack.workloads() if row["container"] == "speech"}


def of_type(stack: Stack, token: str) -> list[dict[str, Any]]:
    return [one["inputs"] for one in stack.state() if one["type"] == f"azure-native:{token}"]


def test_a_disconnected_group_fetches_its_licence_and_runs_without_endpoint_or_key(stack: Stack) -> None:
    plan = {"kind": "speech-to-text", "hosting": "disconnected", "tier": "T1"}
    account = {"custom_domain": "contoso-speech-groups-weu", "sku": "DC0", "commitments": [plan]}
    rewrite(
        stack,
        {
            "speech:account": account,
            "speech:billing": {"eula": "accept", "mode": "disconnected"},
            "speech:containers": [TRANSCRIBE],
            "speech:acknowledge": ["no-avx2-guarantee", "disconnected-approved"],
        },
    )
    preview = stack.preview()
    assert stack.up().changes == preview.changes
    assert stack.up().changes == {}
    found = rows(stack)
    assert {name: row["state"] for name, row in found.items()} == {
        "transcribe-en-1": "Running",
        "transcribe-en-2": "Running",
    }
    said = StringIO()
    targets = [Target(name, "speech-to-text", row["address"], status=None) for name, row in found.items()]
    assert verify(targets, said), said.getvalue()
    shares = sorted(one["shareName"] for one in of_type(stack, "storage:FileShare"))
    assert [(name.split("-")[2], name.rpartition("-")[2]) for name in shares] == [
        ("license", "1"),
        ("license", "2"),
        ("output", "1"),
        ("output", "2"),
    ], "each replica has its own"
    stack.destroy()
    assert stack.state() == []


def test_groups_pull_from_a_registry_of_azure_as_an_identity_of_the_stacks(stack: Stack) -> None:
    azure = Azure(stack.server)
    azure.groups.create_or_update("shared", {"location": "westeurope"})
    subscription = prepare(stack.server.home).subscription_id
    registry = (
        f"/subscriptions/{subscription}/resourceGroups/shared/providers/Microsoft.ContainerRegistry/registries/contoso"
    )
    resources = azure.client(ResourceManagementClient).resources
    body = {"location": "westeurope", "sku": {"name": "Standard"}}
    resources.begin_create_or_update_by_id(registry, parameters=body, api_version="2023-07-01").result()
    rewrite(stack, {"speech:registry": {"server": "contoso.azurecr.io", "resource_id": registry}})
    stack.up()
    assert stack.up().changes == {}
    (group,) = of_type(stack, "containerinstance:ContainerGroup")
    assert group["initContainers"][0]["image"].startswith("contoso.azurecr.io/"), "the guard is mirrored, too"
    assert rows(stack)["which-language-1"]["state"] == "Running"
    stack.destroy()
    assert list(azure.roles.role_assignments.list_for_scope(registry)) == []


def test_private_groups_reach_a_private_account_and_nothing_public_does(stack: Stack) -> None:
    account = {"custom_domain": "contoso-speech-groups-weu", "private_endpoint": True, "public_access": False}
    rewrite(stack, {"speech:account": account})
    stack.up()
    assert stack.up().changes == {}
    (row,) = rows(stack).values()
    assert row["state"] == "Running", row
    said = StringIO()
    assert verify([Target("which-language-1", "language-identification", row["address"])], said), said.getvalue()
    stack.destroy()
    assert stack.state() == []


def test_an_account_that_lets_in_its_groups_way_out_is_reached_by_them(stack: Stack) -> None:
    rewrite(
        stack,
        {"speech:account": {"custom_domain": "contoso-speech-groups-weu", "allowed_ip_ranges": ["203.0.113.0/24"]}},
    )
    stack.up()
    (row,) = rows(stack).values()
    said = StringIO()
    assert verify([Target("which-language-1", "language-identification", row["address"])], said), said.getvalue()


def test_groups_go_into_a_subnet_of_the_users_and_leave_it_as_it_was(stack: Stack) -> None:
    azure = Azure(stack.server)
    azure.groups.create_or_update("theirs", {"location": "westeurope"})
    delegation = {"name": "groups", "properties": {"serviceName": "Microsoft.ContainerInstance/containerGroups"}}
    subnet = {"name": "groups", "properties": {"addressPrefix": "10.7.0.0/24", "delegations": [delegation]}}
    space = {"addressSpace": {"addressPrefixes": ["10.7.0.0/16"]}, "subnets": [subnet]}
    network = {"location": "westeurope", "properties": space}
    made = azure.network.virtual_networks.begin_create_or_update("theirs", "theirs", network).result()
    (theirs,) = made.subnets
    rewrite(
        stack,
        {
            "speech:target": {"kind": "container-instances", "subnet_id": theirs.id, "dns_servers": ["10.7.0.4"]},
            "speech:network": {"exposure": "internal"},
        },
    )
    stack.up()
    assert of_type(stack, "network:VirtualNetwork") == []
    assert rows(stack)["which-language-1"]["url"].startswith("http://10.7.0.")
    stack.destroy()
    assert stack.state() == []
    assert azure.network.virtual_networks.get("theirs", "theirs").subnets[0].id == theirs.id
