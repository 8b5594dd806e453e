"""Who reaches an account or a vault: private and service endpoints, address rules, and nobody from outside."""

import asyncio
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.arm.inside import Refused, vault_secret
from sandbox.speech.billing import Billing
from sandbox.speech.network import Network
from sandbox.speech.settings import Settings
from tests.sandbox.arm.arm_double import Double
from tests.sandbox.arm.azure_clients import Azure

ZONES = "2024-06-01"
SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"
OFFICER = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"
SUBJECT = "system:serviceaccount:speech:pods"
SERVICES = [{"service": "Microsoft.KeyVault"}, {"service": "Microsoft.CognitiveServices"}]


class Place:
    """A cluster in a network with a NAT gateway, a vault with a secret that its pods may read, an account."""

    def __init__(self, double: Double) -> None:
        self.double = double
        address = self.put("Microsoft.Network/publicIPAddresses", "ip", sku={"name": "Standard"},
                           properties={"publicIPAllocationMethod": "Static"})  # fmt: skip
        self.outbound = double.ok("GET", address)["properties"]["ipAddress"]
        gateway = self.put("Microsoft.Network/natGateways", "out", sku={"name": "Standard"},
                           properties={"publicIpAddresses": [{"id": address}]})  # fmt: skip
        space = {"addressSpace": {"addressPrefixes": ["10.80.0.0/16"]}}
        self.network = self.put("Microsoft.Network/virtualNetworks", "net", properties=space)
        self.nodes, self.endpoints = f"{self.network}/subnets/nodes", f"{self.network}/subnets/endpoints"
        self.nat: dict[str, object] = {"addressPrefix": "10.80.0.0/20", "natGateway": {"id": gateway}}
        double.ok("PUT", self.nodes, {"properties": {**self.nat, "serviceEndpoints": SERVICES}})
        double.ok("PUT", self.endpoints, {"properties": {"addressPrefix": "10.80.16.0/28"}})
        pool = {"name": "system", "mode": "System", "vmSize": "Standard_D2s_v3", "count": 1}
        self.cluster = self.put(
            "Microsoft.ContainerService/managedClusters",
            "aks",
            identity={"type": "SystemAssigned"},
            properties={
                "dnsPrefix": "aks",
                "agentPoolProfiles": [{**pool, "vnetSubnetID": self.nodes}],
                "oidcIssuerProfile": {"enabled": True},
            },
        )
        shown = double.ok("GET", self.cluster)["properties"]
        self.issuer, self.uid = shown["oidcIssuerProfile"]["issuerURL"], shown["resourceUID"]
        self.vault = self.set_vault()
        double.ok("PUT", f"{self.vault}/secrets/key", {"properties": {"value": "v1"}})
        identity = self.put("Microsoft.ManagedIdentity/userAssignedIdentities", "pods")
        made = double.ok("GET", identity)["properties"]
        self.client_id = made["clientId"]
        federated = {"issuer": self.issuer, "subject": SUBJECT, "audiences": ["api://AzureADTokenExchange"]}
        double.ok("PUT", f"{identity}/federatedIdentityCredentials/pods", {"properties": federated})
        self.grant(SECRETS_USER, made["principalId"])
        self.grant(OFFICER, double.who.object_id)
        self.account = self.set_account()

    def put(self, type_name: str, name: str, **body: object) -> str:
        place = self.double.place(type_name, name)
        self.double.ok("PUT", place, {"location": "westeurope", **body})
        return place

    def grant(self, role: str, principal: str) -> None:
        definition = f"{self.double.subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}"
        properties = {"roleDefinitionId": definition, "principalId": principal, "principalType": "ServicePrincipal"}
        place = f"{self.vault}/providers/Microsoft.Authorization/roleAssignments/{uuid.uuid4()}"
        self.double.ok("PUT", place, {"properties": properties})

    def set_vault(self, **changes: object) -> str:
        sku = {"family": "A", "name": "standard"}
        fixed = {"tenantId": self.double.who.tenant_id, "sku": sku, "enableRbacAuthorization": True}
        return self.put("Microsoft.KeyVault/vaults", "kv-reach", properties={**fixed, **changes})

    def set_account(self, **changes: object) -> str:
        return self.put(
            "Microsoft.CognitiveServices/accounts",
            "speech",
            kind="SpeechServices",
            sku={"name": "S0"},
            properties={"customSubDomainName": "contoso-reach", **changes},
        )

    def deny(self, **rules: object) -> None:
        for change in (self.set_vault, self.set_account):
            change(networkAcls={"defaultAction": "Deny", **rules})

    def close(self) -> None:
        for change in (self.set_vault, self.set_account):
            change(publicNetworkAccess="Disabled")

    def endpoint(self, subnet: str = "") -> None:
        """Private endpoints to both."""
        for group, target in (("account", self.account), ("vault", self.vault)):
            connection = {"name": group, "properties": {"privateLinkServiceId": target, "groupIds": [group]}}
            properties = {"subnet": {"id": subnet or self.endpoints}, "privateLinkServiceConnections": [connection]}
            self.put("Microsoft.Network/privateEndpoints", f"pe-{group}", properties=properties)

    def zones(self, *, records: bool = True, linked: bool = True) -> None:
        """The zones of both services, linked to the network, with the names of the endpoints."""
        for group, name in (("account", "cognitiveservices.azure.com"), ("vault", "vaultcore.azure.net")):
            zone = self.double.place("Microsoft.Network/privateDnsZones", f"privatelink.{name}")
            self.double.ok("PUT", zone, {"location": "global"}, version=ZONES)
            link = {"location": "global", "properties": {"virtualNetwork": {"id": self.network}}}
            if linked:
                self.double.ok("PUT", f"{zone}/virtualNetworkLinks/cluster", link, version=ZONES)
            if records:
                config = {"name": group, "properties": {"privateDnsZoneId": zone}}
                endpoint = self.double.place("Microsoft.Network/privateEndpoints", f"pe-{group}")
                body = {"properties": {"privateDnsZoneConfigs": [config]}}
                self.double.ok("PUT", f"{endpoint}/privateDnsZoneGroups/default", body)

    def pod_reads(self) -> str:
        """`v1`, or why not."""
        store, vault = self.double.world.store, "kv-reach"
        try:
            return vault_secret(
                store, vault=vault, secret="key", client_id=self.client_id, subject=SUBJECT, issuer=self.issuer
            )
        except Refused as refused:
            return str(refused)

    def reports(self, uid: str) -> str:
        """The outcome of a report of usage from a cluster's network, or from outside where there is no uid."""
        keys = self.double.ok("POST", f"{self.account}/listKeys")
        headers = {
            "Host": "contoso-reach.cognitiveservices.azure.com",
            "Ocp-Apim-Subscription-Key": keys["key1"],
            "Sandbox-Cluster": uid,
        }
        answer = self.double.http.post(
            "/sandbox/metering", headers=headers, json={"meter": {"name": "AudioSecondsTranscribed", "quantity": 0}}
        )
        told: dict[str, Any] = answer.json()
        return str(told["status"] if answer.is_success else told["error"]["code"])

    def caller_reads(self) -> str:
        answer = self.double.vault("GET", "kv-reach", "/secrets/key")
        return "v1" if answer.is_success else str(answer.json()["error"]["innererror"]["code"])


@pytest.fixture
def place(double: Double) -> Place:
    return Place(double)


def outcomes(place: Place) -> tuple[str, str, str, str]:
    """What the vault says to a pod and to the caller, what the account's metering says to a pod and to outside."""
    pod = place.pod_reads().partition(":")[0]
    return pod, place.caller_reads(), place.reports(place.uid), place.reports("")


def test_without_rules_everybody_reaches_both(place: Place) -> None:
    assert outcomes(place) == ("v1", "v1", "Valid", "Valid")


def test_rules_that_name_nobody_keep_everybody_out(place: Place) -> None:
    place.deny()
    assert set(outcomes(place)) == {"ForbiddenByFirewall"}
    assert f"Client address: {place.outbound}" in place.pod_reads()


def test_a_subnet_that_is_named_comes_in_by_its_service_endpoint(place: Place) -> None:
    place.deny(virtualNetworkRules=[{"id": place.nodes}])
    assert outcomes(place) == ("v1", "ForbiddenByFirewall", "Valid", "ForbiddenByFirewall")
    place.double.ok("PUT", place.nodes, {"properties": place.nat})  # the service endpoints are gone
    assert set(outcomes(place)) == {"ForbiddenByFirewall"}


def test_nodes_come_in_by_the_address_of_their_nat_gateway(place: Place) -> None:
    place.deny(ipRules=[{"value": place.outbound}])
    assert outcomes(place) == ("v1", "ForbiddenByFirewall", "Valid", "ForbiddenByFirewall")


def test_the_caller_comes_in_by_an_address_that_a_test_may_choose(place: Place) -> None:
    place.deny(ipRules=[{"value": "192.0.2.0/24"}])
    assert place.caller_reads() == "ForbiddenByFirewall"
    place.double.settings(caller_address="192.0.2.7")
    assert outcomes(place) == ("ForbiddenByFirewall", "v1", "ForbiddenByFirewall", "Valid")


def test_what_is_closed_to_the_public_is_open_to_a_private_endpoint_with_its_names(place: Place) -> None:
    place.close()
    assert set(outcomes(place)) == {"ForbiddenByConnection"}
    place.endpoint()
    place.zones()
    assert outcomes(place) == ("v1", "ForbiddenByConnection", "Valid", "ForbiddenByConnection")


@pytest.mark.parametrize(
    ("prepare", "code", "text"),
    [
        (lambda _: None, "ForbiddenByConnection", "no private DNS zone privatelink.vaultcore.azure.net is linked"),
        (
            lambda place: place.endpoint(),
            "ForbiddenByConnection",
            "the private endpoint pe-vault leads to it, but no private DNS zone",
        ),
        (
            lambda place: (place.endpoint(), place.zones(linked=False)),
            "ForbiddenByConnection",
            "the private endpoint pe-vault leads to it, but no private DNS zone",
        ),
        (
            lambda place: (place.endpoint(), place.zones(records=False)),
            "NameNotResolved",
            "no such host kv-reach.vault.azure.net",
        ),
    ],
)
def test_a_missing_link_of_the_private_way_is_named(
    place: Place, prepare: Callable[[Place], object], code: str, text: str
) -> None:
    place.close()
    prepare(place)
    said = place.pod_reads()
    assert (said.partition(":")[0], text in said) == (code, True), said


def test_a_zone_without_the_name_hides_even_a_public_vault(place: Place) -> None:
    place.zones(records=False)
    assert outcomes(place) == ("NameNotResolved", "v1", "NameNotResolved", "Valid")


def test_a_private_endpoint_in_another_network_answers_nobody_here(place: Place) -> None:
    space = {"addressSpace": {"addressPrefixes": ["10.99.0.0/16"]}}
    other = place.put("Microsoft.Network/virtualNetworks", "other", properties=space)
    place.double.ok("PUT", f"{other}/subnets/endpoints", {"properties": {"addressPrefix": "10.99.0.0/28"}})
    place.close()
    place.endpoint(f"{other}/subnets/endpoints")
    place.zones()
    assert place.pod_reads().startswith("ConnectionTimedOut: kv-reach.vault.azure.net is 10.99.0.5")


@pytest.mark.parametrize(
    ("rules", "text"),
    [
        ({"ipRules": [{"value": "10.0.0.0/8"}]}, "holds private addresses"),
        ({"ipRules": [{"value": "2001:db8::/32"}]}, "is no IPv4 address"),
        ({"ipRules": [{"value": "203.0.113.0/31"}]}, "is too small a range"),
        ({"ipRules": [{"value": f"203.0.{n}.0/24"} for n in range(101)]}, "at most 100 IP rules"),
        ({"virtualNetworkRules": [{"id": "/subscriptions/x/subnets/none"}]}, "was not found"),
    ],
)
def test_a_rule_of_an_account_is_one_that_azure_takes(place: Place, rules: dict[str, object], text: str) -> None:
    wanted = {"customSubDomainName": "contoso-reach", "networkAcls": {"defaultAction": "Deny", **rules}}
    body = {"location": "westeurope", "kind": "SpeechServices", "sku": {"name": "S0"}, "properties": wanted}
    status, code, said = place.double.refused("PUT", place.account, body)
    assert (status, code, text in said) == (400, "NetworkAclsValidationFailure", True), said


def test_a_rule_for_a_subnet_needs_the_service_endpoint_there(place: Place) -> None:
    rule: dict[str, object] = {"id": place.endpoints}
    wanted = {"customSubDomainName": "contoso-reach", "networkAcls": {"virtualNetworkRules": [rule]}}
    body = {"location": "westeurope", "kind": "SpeechServices", "sku": {"name": "S0"}, "properties": wanted}
    refused = place.double.refused("PUT", place.account, body)
    assert "SubnetsHaveNoServiceEndpointsConfigured:Subnets endpoints of virtual network" in refused[2]
    rule["ignoreMissingVnetServiceEndpoint"] = True
    place.double.ok("PUT", place.account, body)


def test_an_account_needs_a_name_of_its_own_for_rules(double: Double) -> None:
    rules = {"networkAcls": {"defaultAction": "Deny"}}
    body = {"location": "westeurope", "kind": "SpeechServices", "sku": {"name": "S0"}, "properties": rules}
    place = double.place("Microsoft.CognitiveServices/accounts", "bare")
    assert double.refused("PUT", place, body)[:2] == (400, "CustomDomainRequired")


def test_a_vault_shows_a_single_address_as_a_range(place: Place) -> None:
    place.set_vault(
        networkAcls={"defaultAction": "Deny", "bypass": "AzureServices", "ipRules": [{"value": "192.0.2.7"}]}
    )
    shown = place.double.ok("GET", place.vault)["properties"]["networkAcls"]
    assert (shown["ipRules"], shown["virtualNetworkRules"]) == ([{"value": "192.0.2.7/32"}], [])


def test_a_container_that_the_rules_keep_out_cannot_connect_and_logs_why(
    azure: Azure, group: str, caplog: pytest.LogCaptureFixture
) -> None:
    wanted = {
        "location": "westeurope",
        "kind": "SpeechServices",
        "sku": {"name": "S0"},
        "properties": {"customSubDomainName": "contoso-billing", "networkAcls": {"defaultAction": "Deny"}},
    }
    azure.speech.accounts.begin_create(group, "speech", wanted).result()
    key = azure.speech.accounts.list_keys(group, "speech").key1
    settings = Settings("https://contoso-billing.cognitiveservices.azure.com/", key)
    body: dict[str, object] = {"meter": {"name": "AudioSecondsTranscribed", "quantity": 0}}
    network = Network(azure.server.url.removeprefix("https://"), str(azure.server.home.ca_pem))

    async def report() -> str:
        return await Billing(settings, network).submit(body)

    assert asyncio.run(report()) == "CouldNotConnect"
    assert "ForbiddenByFirewall" in caplog.text
    assert key not in caplog.text
    wanted["properties"]["networkAcls"] = {"defaultAction": "Allow"}  # type: ignore[index]  # it is a dict
    azure.speech.accounts.begin_create(group, "speech", wanted).result()
    assert asyncio.run(report()) == "Valid"
