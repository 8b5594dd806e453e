"""What AKS refuses of a production cluster's request, and what it adds."""

import uuid
from typing import Any

import pytest

from tests.sandbox.arm.arm_double import Double

TYPE = "Microsoft.ContainerService/managedClusters"
NETWORK_CONTRIBUTOR = "4d97b98b-1d4f-4787-a291-c67834d212e7"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
SYSTEM = {"name": "system", "mode": "System", "vmSize": "Standard_D2s_v3", "count": 1}


def body(pool: dict[str, object] | None = None, **properties: object) -> dict[str, Any]:
    wanted = {"dnsPrefix": "speech", "agentPoolProfiles": [{**SYSTEM, **(pool or {})}], **properties}
    return {"location": "westeurope", "identity": {"type": "SystemAssigned"}, "properties": wanted}


def place(double: Double) -> str:
    return double.place(TYPE, "aks")


@pytest.mark.parametrize(
    ("properties", "text"),
    [
        ({"autoScalerProfile": {"expander": "cheapest"}}, "'cheapest' does not match"),
        ({"autoScalerProfile": {"balance-similar-node-groups": True}}, "a text is expected, not True"),
        ({"autoScalerProfile": {"max-graceful-termination-sec": "10m"}}, "'10m' does not match"),
        ({"autoScalerProfile": {"scale-down-unneeded-time": "600s"}}, "'600s' does not match"),
        ({"autoScalerProfile": {"scaleDownUnneededTime": "10m"}}, "there is no such setting"),
        ({"addonProfiles": {"azurepolicy": {"enabled": True, "config": {"version": 2}}}}, "a text is expected, not 2"),
        (
            {"securityProfile": {"imageCleaner": {"enabled": True, "intervalHours": 23}}},
            "23 is not between 24 and 2160",
        ),
        (
            {"autoUpgradeProfile": {"upgradeChannel": "node-image", "nodeOSUpgradeChannel": "None"}},
            "the channel node-image needs NodeImage",
        ),
        ({"networkProfile": {"networkDataplane": "cilium", "networkPolicy": "azure"}}, "Cilium is both"),
        ({"networkProfile": {"outboundType": "userAssignedNATGateway"}}, "a subnet of one's own"),
        ({"aadProfile": {"clientAppID": "x"}}, "only AKS-managed"),
        ({"aadProfile": {"managed": True, "adminGroupObjectIDs": ["admins"]}}, "'admins' is no object id"),
        ({"aadProfile": {"managed": True}, "enableRBAC": False}, "needs Kubernetes RBAC"),
        ({"disableLocalAccounts": True}, "needs Microsoft Entra"),
        ({"apiServerAccessProfile": {"authorizedIPRanges": ["10.0.0.1/8"]}}, "'10.0.0.1/8' is no range"),
        ({"apiServerAccessProfile": {"authorizedIPRanges": ["0.0.0.0/32", "203.0.113.0/24"]}}, "with other IP ranges"),
        ({"apiServerAccessProfile": {"authorizedIPRanges": ["203.0.113.0/24"] * 201}}, "at most 200"),
        ({"apiServerAccessProfile": {"privateDNSZone": "system"}}, "private clusters only"),
        ({"apiServerAccessProfile": {"enablePrivateCluster": True, "privateDNSZone": "mine"}}, "neither system, none"),
    ],
)
def test_a_request_that_aks_would_refuse_is_refused(double: Double, properties: dict[str, object], text: str) -> None:
    status, _, said = double.refused("PUT", place(double), body(**properties))
    assert (status, text in said) == (400, True), said


def test_a_private_cluster_has_no_authorised_ranges(double: Double) -> None:
    access = {"enablePrivateCluster": True, "authorizedIPRanges": ["203.0.113.0/24"]}
    refused = double.refused("PUT", place(double), body(apiServerAccessProfile=access))
    assert refused == (400, "InvalidParameter", "Private cluster cannot be enabled with AuthorizedIPRanges.")


@pytest.mark.parametrize("public_name", [True, False])
def test_a_private_cluster_has_a_private_name_and_a_public_one_only_where_asked(
    double: Double, *, public_name: bool
) -> None:
    access = {"enablePrivateCluster": True, "enablePrivateClusterPublicFQDN": public_name}
    double.ok("PUT", place(double), body(apiServerAccessProfile=access))
    made = double.ok("GET", place(double))["properties"]
    assert made["privateFQDN"].endswith(".privatelink.westeurope.azmk8s.io")
    assert made["apiServerAccessProfile"]["privateDNSZone"] == "system"
    assert ("fqdn" in made) == public_name


def test_a_cluster_stays_private_or_public(double: Double) -> None:
    double.ok("PUT", place(double), body())
    double.ok("PUT", place(double), body(apiServerAccessProfile={"enablePrivateCluster": False}))
    refused = double.refused("PUT", place(double), body(apiServerAccessProfile={"enablePrivateCluster": True}))
    assert refused[1] == "PropertyChangeNotAllowed"


def test_aks_completes_what_a_production_cluster_asks_for(double: Double) -> None:
    wanted = body(
        apiServerAccessProfile={"authorizedIPRanges": ["203.0.113.7"]},
        autoScalerProfile={"expander": "least-waste", "max-graceful-termination-sec": "4200"},
        aadProfile={"managed": True, "adminGroupObjectIDs": [double.who.object_id]},
        addonProfiles={"azureKeyvaultSecretsProvider": {"enabled": True, "config": {"enableSecretRotation": "true"}}},
    )
    double.ok("PUT", place(double), wanted)
    made = double.ok("GET", place(double))["properties"]
    assert made["apiServerAccessProfile"]["authorizedIPRanges"] == ["203.0.113.7/32"]
    scaler = made["autoScalerProfile"]
    assert (scaler["expander"], scaler["max-graceful-termination-sec"]) == ("least-waste", "4200")
    assert (scaler["scan-interval"], scaler["skip-nodes-with-system-pods"]) == ("10s", "true")
    assert made["aadProfile"]["tenantID"] == double.who.tenant_id
    assert made["addonProfiles"]["azureKeyvaultSecretsProvider"]["identity"]["clientId"]


def test_entra_stays_on(double: Double) -> None:
    double.ok("PUT", place(double), body(aadProfile={"managed": True}))
    assert "cannot be switched off" in double.refused("PUT", place(double), body())[2]


class Joining:
    """A network, and an identity for a cluster in it."""

    def __init__(self, double: Double) -> None:
        self.double = double
        self.network = double.place("Microsoft.Network/virtualNetworks", "net")
        space = {"addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}}
        double.ok("PUT", self.network, {"location": "westeurope", "properties": space})
        self.subnet = f"{self.network}/subnets/nodes"
        self.put_subnet()
        self.identity = double.place("Microsoft.ManagedIdentity/userAssignedIdentities", "aks")
        made = double.ok("PUT", self.identity, {"location": "westeurope"})
        self.principal = made["properties"]["principalId"]

    def put_subnet(self, **properties: object) -> None:
        self.double.ok("PUT", self.subnet, {"properties": {"addressPrefix": "10.1.0.0/20", **properties}})

    def grant(self, role: str, scope: str) -> None:
        definition = f"{self.double.subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}"
        properties = {"roleDefinitionId": definition, "principalId": self.principal}
        self.double.ok(
            "PUT",
            f"{scope}/providers/Microsoft.Authorization/roleAssignments/{uuid.uuid4()}",
            {"properties": {**properties, "principalType": "ServicePrincipal"}},
        )

    def body(self, **network: object) -> dict[str, Any]:
        wanted = body({"vnetSubnetID": self.subnet}, networkProfile=network)
        return {**wanted, "identity": {"type": "UserAssigned", "userAssignedIdentities": {self.identity: {}}}}


def test_a_user_assigned_identity_needs_a_role_on_the_nodes_subnet(double: Double) -> None:
    joining = Joining(double)
    joining.grant(READER, joining.network)
    status, code, text = double.refused("PUT", place(double), joining.body())
    assert (status, code, joining.subnet in text) == (403, "LinkedAuthorizationFailed", True)
    assert "Microsoft.Network/virtualNetworks/subnets/join/action" in text


@pytest.mark.parametrize("scope", ["subnet", "network", "group"])
def test_the_role_may_be_held_on_the_subnet_or_above_it(double: Double, scope: str) -> None:
    joining = Joining(double)
    places = {"subnet": joining.subnet, "network": joining.network, "group": double.group}
    joining.grant(NETWORK_CONTRIBUTOR, places[scope])
    double.ok("PUT", place(double), joining.body())
    pool = {"vmSize": "Standard_D8as_v5", "count": 1, "mode": "User", "vnetSubnetID": joining.subnet}
    double.ok("PUT", f"{place(double)}/agentPools/speech", {"properties": pool})


def test_a_pool_of_its_own_needs_the_role_on_its_subnet_too(double: Double) -> None:
    joining = Joining(double)
    joining.grant(NETWORK_CONTRIBUTOR, joining.subnet)
    double.ok("PUT", place(double), joining.body())
    other = f"{joining.network}/subnets/other"
    double.ok("PUT", other, {"properties": {"addressPrefix": "10.1.16.0/20"}})
    pool = {"vmSize": "Standard_D8as_v5", "count": 1, "mode": "User", "vnetSubnetID": other}
    refused = double.refused("PUT", f"{place(double)}/agentPools/speech", {"properties": pool})
    assert refused[:2] == (403, "LinkedAuthorizationFailed")


def test_a_way_out_by_nat_gateway_needs_one_on_the_subnet(double: Double) -> None:
    joining = Joining(double)
    joining.grant(NETWORK_CONTRIBUTOR, joining.network)
    refused = double.refused("PUT", place(double), joining.body(outboundType="userAssignedNATGateway"))
    assert "needs a NAT gateway on the subnet" in refused[2]
    gateway = double.place("Microsoft.Network/natGateways", "out")
    double.ok("PUT", gateway, {"location": "westeurope", "sku": {"name": "Standard"}})
    joining.put_subnet(natGateway={"id": gateway})
    double.ok("PUT", place(double), joining.body(outboundType="userAssignedNATGateway"))
    made = double.ok("GET", place(double))["properties"]["networkProfile"]
    assert "loadBalancerProfile" not in made


WINDOW = {
    "schedule": {"weekly": {"dayOfWeek": "Sunday", "intervalWeeks": 1}},
    "durationHours": 4,
    "startTime": "02:00",
    "utcOffset": "+01:00",
}


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"durationHours": 3}, "3 is not between 4 and 24"),
        ({"startTime": "2:00"}, "is no time"),
        ({"utcOffset": "1"}, "is no offset"),
        ({"schedule": {}}, "exactly one"),
        ({"schedule": {**WINDOW["schedule"], "daily": {"intervalDays": 1}}}, "exactly one"),  # type: ignore[dict-item]
        ({"schedule": {"weekly": {"dayOfWeek": "Sunday", "intervalWeeks": 5}}}, "intervalWeeks from 1 to 4"),
    ],
)
def test_a_maintenance_window_is_one_that_aks_takes(double: Double, changes: dict[str, object], text: str) -> None:
    double.ok("PUT", place(double), body())
    window = f"{place(double)}/maintenanceConfigurations/aksManagedNodeOSUpgradeSchedule"
    double.ok("PUT", window, {"properties": {"maintenanceWindow": WINDOW}})
    refused = double.refused("PUT", window, {"properties": {"maintenanceWindow": {**WINDOW, **changes}}})
    assert (refused[1], text in refused[2]) == ("InvalidParameter", True), refused[2]
