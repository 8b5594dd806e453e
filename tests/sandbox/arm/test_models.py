"""The double's answers, read by the azure-mgmt models: every name it answers with is one that Azure has."""

from collections.abc import Iterator
from typing import Any

import azure.mgmt.authorization.v2022_04_01.models as authorization
import azure.mgmt.cognitiveservices.models as cognitiveservices
import azure.mgmt.containerservice.models as containerservice
import azure.mgmt.keyvault.models as keyvault
import azure.mgmt.msi.v2024_11_30.models as msi
import azure.mgmt.network.models as network
import azure.mgmt.resource.resources.models as resources

from tests.sandbox.arm.arm_double import Double
from tests.sandbox.arm.wire_models import unknown_names

IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"
NETWORK = "Microsoft.Network"
SYSTEM = {"name": "system", "mode": "System", "vmSize": "Standard_D2s_v3", "count": 1}
ROLE = "providers/Microsoft.Authorization/roleAssignments/00000000-0000-4000-8000-000000000001"
READER = "providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"


def located(**parts: object) -> dict[str, object]:
    return {"location": "westeurope", **parts}


def documents(double: Double) -> Iterator[tuple[str, type, str, Any]]:
    """(name, model module's class, path, body) of one resource of each type, in an order that works."""
    yield "group", resources.ResourceGroup, double.group, located(tags={"a": "1"})
    identity = double.place(IDENTITY, "pods")
    yield "identity", msi.Identity, identity, located()
    federated = {"issuer": "https://issuer.test/", "subject": "s", "audiences": ["api://AzureADTokenExchange"]}
    yield (
        "federated",
        msi.FederatedIdentityCredential,
        f"{identity}/federatedIdentityCredentials/pods",
        {"properties": federated},
    )
    account = double.place("Microsoft.CognitiveServices/accounts", "acc")
    properties: dict[str, Any] = {"customSubDomainName": "contoso", "networkAcls": {"defaultAction": "Deny"}}
    speech = located(
        kind="SpeechServices", sku={"name": "S0"}, identity={"type": "SystemAssigned"}, properties=properties
    )
    yield "account", cognitiveservices.Account, account, speech
    plan = {"hostingModel": "ConnectedContainer", "planType": "STT", "current": {"tier": "T1", "count": 1}}
    yield "plan", cognitiveservices.CommitmentPlan, f"{account}/commitmentPlans/p1", {"properties": plan}
    vault = double.place("Microsoft.KeyVault/vaults", "kv-speech")
    standard = {"tenantId": double.who.tenant_id, "sku": {"family": "A", "name": "standard"}}
    yield "vault", keyvault.Vault, vault, located(properties=standard)
    yield "secret", keyvault.Secret, f"{vault}/secrets/key", {"properties": {"value": "v", "contentType": "text"}}
    role = {"roleDefinitionId": f"{double.subscription}/{READER}", "principalId": double.who.object_id}
    yield "role", authorization.RoleAssignment, f"{vault}/{ROLE}", {"properties": role}
    net = double.place(f"{NETWORK}/virtualNetworks", "net")
    space = {"addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}}
    yield "network", network.VirtualNetwork, net, located(properties=space)
    yield "subnet", network.Subnet, f"{net}/subnets/one", {"properties": {"addressPrefix": "10.1.0.0/24"}}
    delegation = {"name": "groups", "properties": {"serviceName": "Microsoft.ContainerInstance/containerGroups"}}
    delegated = {"addressPrefix": "10.1.1.0/24", "delegations": [delegation]}
    yield "delegated subnet", network.Subnet, f"{net}/subnets/groups", {"properties": delegated}
    connection = {"name": "speech", "properties": {"privateLinkServiceId": account, "groupIds": ["account"]}}
    linked = {"subnet": {"id": f"{net}/subnets/one"}, "privateLinkServiceConnections": [connection]}
    endpoint = double.place(f"{NETWORK}/privateEndpoints", "pe")
    yield "endpoint", network.PrivateEndpoint, endpoint, located(properties=linked)
    yield "linked account", cognitiveservices.Account, account, speech
    zone = double.place(f"{NETWORK}/privateDnsZones", "privatelink.cognitiveservices.azure.com")
    double.ok("PUT", zone, {"location": "global"}, version="2024-06-01")
    config = {"name": "account", "properties": {"privateDnsZoneId": zone}}
    yield (
        "zone group",
        network.PrivateDnsZoneGroup,
        f"{endpoint}/privateDnsZoneGroups/default",
        {"properties": {"privateDnsZoneConfigs": [config]}},
    )
    yield (
        "address",
        network.PublicIPAddress,
        double.place(f"{NETWORK}/publicIPAddresses", "ip"),
        located(sku={"name": "Standard"}, properties={"publicIPAllocationMethod": "Static"}),
    )
    yield (
        "gateway",
        network.NatGateway,
        double.place(f"{NETWORK}/natGateways", "out"),
        located(sku={"name": "Standard"}),
    )
    rule = {"direction": "Inbound", "priority": 100, "access": "Allow", "protocol": "*"}
    yield (
        "rules",
        network.NetworkSecurityGroup,
        double.place(f"{NETWORK}/networkSecurityGroups", "nsg"),
        located(properties={"securityRules": [{"name": "in", "properties": rule}]}),
    )
    yield (
        "routes",
        network.RouteTable,
        double.place(f"{NETWORK}/routeTables", "routes"),
        located(properties={"routes": [{"name": "out", "properties": {"nextHopType": "Internet"}}]}),
    )
    cluster = double.place("Microsoft.ContainerService/managedClusters", "aks")
    wanted = {
        "dnsPrefix": "aks",
        "agentPoolProfiles": [SYSTEM],
        "oidcIssuerProfile": {"enabled": True},
        "addonProfiles": {"azureKeyvaultSecretsProvider": {"enabled": True}},
        "aadProfile": {"managed": True, "adminGroupObjectIDs": [double.who.object_id]},
        "apiServerAccessProfile": {"enablePrivateCluster": True},
        "autoScalerProfile": {"expander": "least-waste"},
    }
    yield (
        "cluster",
        containerservice.ManagedCluster,
        cluster,
        located(identity={"type": "SystemAssigned"}, properties=wanted),
    )
    pool = {"vmSize": "Standard_D8as_v5", "count": 1, "mode": "User", "scaleSetPriority": "Spot"}
    yield "pool", containerservice.AgentPool, f"{cluster}/agentPools/speech", {"properties": pool}
    window = {"schedule": {"daily": {"intervalDays": 1}}, "durationHours": 4, "startTime": "01:00"}
    yield (
        "maintenance",
        containerservice.MaintenanceConfiguration,
        f"{cluster}/maintenanceConfigurations/aksManagedAutoUpgradeSchedule",
        {"properties": {"maintenanceWindow": window}},
    )


def test_every_name_in_an_answer_is_known_to_the_model(double: Double) -> None:
    unknown = {}
    for name, model, path, body in documents(double):
        double.ok("PUT", path, body)
        # Every resource has a type; the description of zone groups forgot it.
        unknown[name] = sorted({*unknown_names(double.ok("GET", path), model)} - {"type"})
    assert {name: names for name, names in unknown.items() if names} == {}


def test_a_name_that_azure_does_not_have_is_found() -> None:
    document = {"id": "x", "properties": {"dnsPrefx": "a", "networkProfile": {"podCidrr": "b"}}}
    found = sorted(unknown_names(document, containerservice.ManagedCluster))
    assert found == ["properties.dnsPrefx", "properties.networkProfile.podCidrr"]
    old = {"sku": {"nam": "S0"}, "properties": {"publicNetworkAcces": "x"}}
    assert sorted(unknown_names(old, cognitiveservices.Account)) == ["properties.publicNetworkAcces", "sku.nam"]
