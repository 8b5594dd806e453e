"""What was there before the stack is used by its id, and stays when the stack goes."""

import uuid
from typing import Any

import pytest

from sandbox.home import prepare
from tests.sandbox.arm.azure_clients import Azure
from tests.walk.stack import Stack

pytestmark = pytest.mark.engine

SECRETS_OFFICER = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"
HEAD = "  speech:environment: dev\n"
TARGET = "    kind: aks\n"


def group_of(azure: Azure) -> str:
    """A resource group of the user's; its id."""
    return str(azure.groups.create_or_update("theirs", {"location": "westeurope"}).id)


def network_of(azure: Azure) -> dict[str, Any]:
    """A network of the user's with two subnets; their ids by their names."""
    group_of(azure)
    space = {"location": "westeurope", "properties": {"addressSpace": {"addressPrefixes": ["10.20.0.0/16"]}}}
    azure.network.virtual_networks.begin_create_or_update("theirs", "hub", space).result()
    found = {}
    address = {
        "location": "westeurope",
        "sku": {"name": "Standard"},
        "properties": {"publicIPAllocationMethod": "Static"},
    }
    out = azure.network.public_ip_addresses.begin_create_or_update("theirs", "out", address).result()
    gateway = {
        "location": "westeurope",
        "sku": {"name": "Standard"},
        "properties": {"publicIpAddresses": [{"id": out.id}]},
    }
    nat = azure.network.nat_gateways.begin_create_or_update("theirs", "out", gateway).result()
    for name, prefix in (("nodes", "10.20.0.0/20"), ("endpoints", "10.20.32.0/24")):
        subnet = {"properties": {"addressPrefix": prefix, "natGateway": {"id": nat.id}}}
        found[name] = azure.network.subnets.begin_create_or_update("theirs", "hub", name, subnet).result().id
    return found


def resources_of(stack: Stack, kind: str) -> list[dict[str, Any]]:
    return [one for one in stack.state() if one["type"] == kind]


def test_a_resource_group_of_the_users_holds_the_stack_and_outlives_it(stack: Stack) -> None:
    azure = Azure(stack.server)
    group = group_of(azure)
    stack.change(HEAD, f"{HEAD}  speech:resource_group_id: {group}\n")
    stack.up()
    assert stack.up().changes == {}
    assert resources_of(stack, "azure-native:resources:ResourceGroup") == []
    assert [one["state"] for one in stack.workloads()] == ["Running"]
    stack.destroy()
    assert azure.groups.get("theirs").name == "theirs"


def test_a_vault_of_the_users_gets_the_keys_and_its_own_secrets_stay_unread(stack: Stack) -> None:
    azure = Azure(stack.server)
    group_of(azure)
    vault = {
        "location": "westeurope",
        "properties": {
            "tenantId": prepare(azure.server.home).tenant_id,
            "sku": {"family": "A", "name": "standard"},
            "enableRbacAuthorization": True,
        },
    }
    made = azure.vaults.vaults.begin_create_or_update("theirs", "contoso-shared", vault).result()
    who = prepare(azure.server.home)
    role = f"/subscriptions/{who.subscription_id}/providers/Microsoft.Authorization/roleDefinitions/{SECRETS_OFFICER}"
    grant = {
        "properties": {"roleDefinitionId": role, "principalId": who.object_id, "principalType": "ServicePrincipal"}
    }
    azure.roles.role_assignments.create(made.id, str(uuid.uuid4()), grant)
    azure.vaults.secrets.create_or_update("theirs", "contoso-shared", "payroll", {"properties": {"value": "x"}})
    stack.change(HEAD, f"{HEAD}  speech:vault: {{resource_id: {made.id}}}\n")
    stack.up()
    assert stack.up().changes == {}
    assert [one["state"] for one in stack.workloads()] == ["Running"], "pods read their key there"
    roles = resources_of(stack, "azure-native:authorization:RoleAssignment")
    scopes = {
        role["inputs"]["scope"].rpartition("/secrets/")[2] for role in roles if "/secrets/" in role["inputs"]["scope"]
    }
    assert scopes == {"sandbox-speech-key1", "sandbox-speech-key2"}
    stack.destroy()
    left = [secret.name for secret in azure.vaults.secrets.list("theirs", "contoso-shared")]
    assert left == ["payroll"]


def test_nodes_and_private_endpoints_go_into_subnets_of_the_users(stack: Stack) -> None:
    azure = Azure(stack.server)
    subnets = network_of(azure)
    stack.change(TARGET, f"{TARGET}    subnet_id: {subnets['nodes']}\n")
    stack.up()
    assert stack.up().changes == {}
    for made in ("VirtualNetwork", "Subnet", "NatGateway", "PublicIPAddress"):
        assert resources_of(stack, f"azure-native:network:{made}") == []
    (pool,) = resources_of(stack, "azure-native:containerservice:AgentPool")
    assert pool["inputs"]["vnetSubnetID"] == subnets["nodes"]
    assert [one["state"] for one in stack.workloads()] == ["Running"]
    stack.destroy()
    assert {subnet.name for subnet in azure.network.subnets.list("theirs", "hub")} == {"nodes", "endpoints"}


def test_a_cluster_of_the_users_is_reached_by_its_id_and_stays(stack: Stack) -> None:
    azure = Azure(stack.server)
    group_of(azure)
    cluster = {
        "location": "westeurope",
        "identity": {"type": "SystemAssigned"},
        "properties": {
            "dnsPrefix": "shared",
            "agentPoolProfiles": [{"name": "work", "mode": "System", "vmSize": "Standard_D16s_v5", "count": 2}],
        },
    }
    made = azure.kubernetes.managed_clusters.begin_create_or_update("theirs", "shared", cluster).result()
    stack.change(
        TARGET,
        f"    kind: kubernetes\n    cluster_id: {made.id}\n    node_selector: {{kubernetes.azure.com/agentpool: work}}\n",
    )
    stack.change("  speech:containers:\n", "  speech:acknowledge: [no-avx2-guarantee]\n  speech:containers:\n")
    stack.up()
    assert stack.up().changes == {}
    assert resources_of(stack, "azure-native:containerservice:ManagedCluster") == []
    assert [one["state"] for one in stack.workloads()] == ["Running"]
    stack.destroy()
    assert azure.kubernetes.managed_clusters.get("theirs", "shared").name == "shared"


def test_an_endpoint_and_its_records_go_where_the_users_network_has_them(stack: Stack) -> None:
    azure = Azure(stack.server)
    subnets = network_of(azure)
    zones = {
        name: f"{azure.groups.get('theirs').id}/providers/Microsoft.Network/privateDnsZones/privatelink.{zone}"
        for name, zone in (("account", "cognitiveservices.azure.com"), ("vault", "vaultcore.azure.net"))
    }
    stack.change("    on_soft_deleted: restore", "    private_endpoint: true\n    on_soft_deleted: restore")
    stack.change(TARGET, f"{TARGET}    subnet_id: {subnets['nodes']}\n")
    stack.change(
        "  speech:containers:\n",
        f"  speech:network: {{endpoints_subnet_id: {subnets['endpoints']}, private_zones: {{account: {zones['account']},"
        f" vault: {zones['vault']}}}}}\n  speech:containers:\n",
    )
    events = stack.preview().events
    documents = [event["resourcePreEvent"]["metadata"]["new"] for event in events if "resourcePreEvent" in event]
    endpoints = [one for one in documents if one["type"] == "azure-native:network:PrivateEndpoint"]
    assert {one["inputs"]["subnet"]["id"] for one in endpoints} == {subnets["endpoints"]}
    records = [one for one in documents if one["type"] == "azure-native:network:PrivateDnsZoneGroup"]
    assert {one["inputs"]["privateDnsZoneConfigs"][0]["privateDnsZoneId"] for one in records} == set(zones.values())
    assert [one for one in documents if one["type"] == "azure-native:privatedns:PrivateZone"] == []
