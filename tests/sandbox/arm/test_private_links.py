"""Private endpoints, their names in private zones, and what Azure refuses about them."""

from typing import Any

import pytest

from tests.sandbox.arm.arm_double import Double

ZONES = "2024-06-01"
ZONE = "privatelink.cognitiveservices.azure.com"


class Private:
    """A network with a subnet for endpoints, an account, a zone."""

    def __init__(self, double: Double) -> None:
        self.double = double
        self.network = double.place("Microsoft.Network/virtualNetworks", "net")
        space = {"addressSpace": {"addressPrefixes": ["10.80.0.0/16"]}}
        double.ok("PUT", self.network, {"location": "westeurope", "properties": space})
        self.subnet = f"{self.network}/subnets/endpoints"
        double.ok("PUT", self.subnet, {"properties": {"addressPrefix": "10.80.250.0/28"}})
        self.account = self.make_account("speech", customSubDomainName="contoso")
        self.endpoint = double.place("Microsoft.Network/privateEndpoints", "pe")
        self.zone = double.place("Microsoft.Network/privateDnsZones", ZONE)
        self.link = f"{self.zone}/virtualNetworkLinks/cluster"
        self.records = f"{self.endpoint}/privateDnsZoneGroups/default"

    def make_account(self, name: str, sku: str = "S0", **properties: object) -> str:
        place = self.double.place("Microsoft.CognitiveServices/accounts", name)
        wanted = {"location": "westeurope", "kind": "SpeechServices", "sku": {"name": sku}, "properties": properties}
        self.double.ok("PUT", place, wanted)
        return place

    def endpoint_body(self, target: str = "", group: str = "account", part: str = "") -> dict[str, object]:
        connection = {
            "name": "speech",
            "properties": {"privateLinkServiceId": target or self.account, "groupIds": [group]},
        }
        properties = {"subnet": {"id": self.subnet}, part or "privateLinkServiceConnections": [connection]}
        return {"location": "westeurope", "properties": properties}

    def make_zone(self, name: str = "") -> Any:
        zone = self.zone.replace(ZONE, name) if name else self.zone
        return self.double.ok("PUT", zone, {"location": "global"}, version=ZONES)

    def make_link(self) -> Any:
        linked = {"location": "global", "properties": {"virtualNetwork": {"id": self.network}}}
        return self.double.ok("PUT", self.link, linked, version=ZONES)

    def make_records(self) -> Any:
        config = {"name": "account", "properties": {"privateDnsZoneId": self.zone}}
        return self.double.ok("PUT", self.records, {"properties": {"privateDnsZoneConfigs": [config]}})


@pytest.fixture
def private(double: Double) -> Private:
    return Private(double)


def test_an_endpoint_takes_an_address_and_shows_on_its_target(double: Double, private: Private) -> None:
    double.ok("PUT", private.endpoint, private.endpoint_body())
    made = double.ok("GET", private.endpoint)["properties"]
    assert made["customDnsConfigs"] == [{"fqdn": "contoso.cognitiveservices.azure.com", "ipAddresses": ["10.80.250.4"]}]
    [connection] = double.ok("GET", private.account)["properties"]["privateEndpointConnections"]
    assert connection["properties"]["privateEndpoint"] == {"id": private.endpoint}
    assert connection["properties"]["privateLinkServiceConnectionState"]["status"] == "Approved"
    assert connection["properties"]["groupIds"] == ["account"]
    double.ok("DELETE", private.endpoint)
    assert double.ok("GET", private.account)["properties"]["privateEndpointConnections"] == []


def test_a_manual_connection_waits_for_approval(double: Double, private: Private) -> None:
    double.ok("PUT", private.endpoint, private.endpoint_body(part="manualPrivateLinkServiceConnections"))
    [connection] = double.ok("GET", private.account)["properties"]["privateEndpointConnections"]
    assert connection["properties"]["privateLinkServiceConnectionState"]["status"] == "Pending"


def test_two_endpoints_in_one_subnet_have_two_addresses(double: Double, private: Private) -> None:
    vault = double.place("Microsoft.KeyVault/vaults", "kv-private")
    properties = {"tenantId": double.who.tenant_id, "sku": {"family": "A", "name": "standard"}}
    double.ok("PUT", vault, {"location": "westeurope", "properties": properties})
    double.ok("PUT", private.endpoint, private.endpoint_body())
    double.ok("PUT", f"{private.endpoint}-vault", private.endpoint_body(vault, "vault"))
    double.ok("PUT", private.endpoint, private.endpoint_body())
    addresses = [
        double.ok("GET", place)["properties"]["customDnsConfigs"][0]["ipAddresses"]
        for place in (private.endpoint, f"{private.endpoint}-vault")
    ]
    assert addresses == [["10.80.250.4"], ["10.80.250.5"]]


def test_a_zone_group_writes_the_records_and_takes_them_along(double: Double, private: Private) -> None:
    double.ok("PUT", private.endpoint, private.endpoint_body())
    private.make_zone()
    private.make_link()
    private.make_records()
    [config] = double.ok("GET", private.records)["properties"]["privateDnsZoneConfigs"]
    [record] = config["properties"]["recordSets"]
    assert (record["fqdn"], record["ipAddresses"]) == (f"contoso.{ZONE}", ["10.80.250.4"])
    assert double.ok("GET", f"{private.zone}/A/contoso", version=ZONES)["properties"]["aRecords"] == [
        {"ipv4Address": "10.80.250.4"}
    ]
    counts = double.ok("GET", private.zone, version=ZONES)["properties"]
    assert (counts["numberOfRecordSets"], counts["numberOfVirtualNetworkLinks"]) == (2, 1)
    assert double.ok("GET", private.endpoint)["properties"]["customDnsConfigs"] == []
    double.ok("DELETE", private.endpoint)
    assert double.refused("GET", f"{private.zone}/A/contoso", version=ZONES)[0] == 404


def test_a_name_that_another_endpoint_took_over_survives_the_first_ones_end(double: Double, private: Private) -> None:
    double.ok("PUT", private.endpoint, private.endpoint_body())
    private.make_zone()
    private.make_records()
    double.ok("PUT", f"{private.endpoint}2", private.endpoint_body())
    private.records = f"{private.endpoint}2/privateDnsZoneGroups/default"
    private.make_records()
    double.ok("DELETE", private.endpoint)
    record = double.ok("GET", f"{private.zone}/A/contoso", version=ZONES)
    assert record["properties"]["aRecords"] == [{"ipv4Address": "10.80.250.5"}]


@pytest.mark.parametrize(
    ("account", "code"),
    [
        ({"name": "bare"}, "CustomDomainRequired"),
        ({"name": "free", "sku": "F0", "customSubDomainName": "free"}, "SkuNotSupportPrivateEndpoint"),
    ],
)
def test_an_account_must_be_fit_for_a_private_endpoint(
    double: Double, private: Private, account: dict[str, str], code: str
) -> None:
    target = private.make_account(**account)
    assert double.refused("PUT", private.endpoint, private.endpoint_body(target))[:2] == (400, code)


def test_an_account_that_is_still_being_made_cannot_be_reached_privately(double: Double, private: Private) -> None:
    double.http.post("/sandbox/faults", json={"kind": "operation", "path": "accounts", "seconds": 600})
    assert double.send("PATCH", private.account, {"tags": {"a": "1"}}).is_success
    status, code, text = double.refused("PUT", private.endpoint, private.endpoint_body())
    assert (status, code) == (400, "AccountProvisioningStateInvalid")
    call = "Call to Microsoft.CognitiveServices/accounts failed."
    assert text == f"{call} Error message: Account {private.account} in state Accepted"


def test_an_endpoint_names_a_group_of_its_target_and_a_subnet_that_is_there(double: Double, private: Private) -> None:
    wrong_group = double.refused("PUT", private.endpoint, private.endpoint_body(group="speech"))
    assert (wrong_group[1], "valid is account" in wrong_group[2]) == ("InvalidPrivateLinkServiceGroupId", True)
    nothing = double.refused("PUT", private.endpoint, private.endpoint_body(f"{private.account}-other"))
    assert nothing[1] == "InvalidResourceReference"
    private.subnet += "-other"
    assert double.refused("PUT", private.endpoint, private.endpoint_body())[1] == "InvalidResourceReference"


def test_a_subnet_with_an_endpoint_stays_and_the_endpoint_stays_in_it(double: Double, private: Private) -> None:
    double.ok("PUT", private.endpoint, private.endpoint_body())
    assert double.refused("DELETE", private.subnet)[1] == "InUseSubnetCannotBeDeleted"
    second = f"{private.network}/subnets/second"
    double.ok("PUT", second, {"properties": {"addressPrefix": "10.80.251.0/28"}})
    private.subnet = second
    assert double.refused("PUT", private.endpoint, private.endpoint_body())[1] == "PropertyChangeNotAllowed"


def test_a_full_subnet_takes_no_more_endpoints(double: Double, private: Private) -> None:
    private.subnet = f"{private.network}/subnets/small"
    double.ok("PUT", private.subnet, {"properties": {"addressPrefix": "10.80.251.0/29"}})
    for number in range(3):
        double.ok("PUT", f"{private.endpoint}{number}", private.endpoint_body())
    assert double.refused("PUT", f"{private.endpoint}3", private.endpoint_body())[1] == "SubnetIsFull"


def test_a_zone_and_its_links_are_global(double: Double, private: Private) -> None:
    refused = double.refused("PUT", private.zone, {"location": "westeurope"}, version=ZONES)
    assert refused[:2] == (400, "LocationNotAvailableForResourceType")
    private.make_zone()
    linked = {"location": "westeurope", "properties": {"virtualNetwork": {"id": private.network}}}
    assert double.refused("PUT", private.link, linked, version=ZONES)[1] == "LocationNotAvailableForResourceType"


def test_a_zone_stays_while_a_network_is_linked_to_it(double: Double, private: Private) -> None:
    private.make_zone()
    private.make_link()
    assert double.refused("DELETE", private.zone, version=ZONES)[:2] == (409, "CannotDeleteResource")
    double.ok("DELETE", private.link, version=ZONES)
    double.ok("DELETE", private.zone, version=ZONES)


def test_a_network_may_go_while_a_zone_is_linked_to_it(double: Double, private: Private) -> None:
    private.make_zone()
    private.make_link()
    double.ok("DELETE", private.network)
    assert double.ok("GET", private.link, version=ZONES)["properties"]["virtualNetworkLinkState"] == "Completed"


def test_a_network_sees_one_zone_of_a_name(double: Double, private: Private) -> None:
    private.make_zone()
    private.make_link()
    other = f"{double.subscription}/resourceGroups/other"
    double.ok("PUT", other, {"location": "westeurope"})
    place = f"{other}/providers/Microsoft.Network/privateDnsZones/{ZONE}"
    double.ok("PUT", place, {"location": "global"}, version=ZONES)
    linked = {"location": "global", "properties": {"virtualNetwork": {"id": private.network}}}
    refused = double.refused("PUT", f"{place}/virtualNetworkLinks/too", linked, version=ZONES)
    assert (refused[1], "overlapping namespaces" in refused[2]) == ("BadRequest", True)
