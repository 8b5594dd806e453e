"""Rules of networks: ranges, references, and what is in use."""

import pytest

from tests.sandbox.arm.arm_double import Double

NETWORK = "Microsoft.Network/virtualNetworks"


def network(double: Double, *subnets: dict[str, object]) -> str:
    place = double.place(NETWORK, "net")
    properties: dict[str, object] = {"addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}}
    if subnets:
        properties["subnets"] = list(subnets)
    double.ok("PUT", place, {"location": "westeurope", "properties": properties})
    return place


def subnet(prefix: str, **more: object) -> dict[str, object]:
    return {"properties": {"addressPrefix": prefix, **more}}


def names(double: Double, place: str) -> list[str]:
    return [each["name"] for each in double.ok("GET", place)["properties"]["subnets"]]


@pytest.mark.parametrize(
    ("prefix", "code"),
    [
        ("10.2.0.0/24", "NetcfgInvalidSubnet"),
        ("10.1.0.0/25", "NetcfgSubnetRangesOverlap"),
        ("10.1.0.1/24", "InvalidCIDRNotation"),
        (None, "InvalidRequestFormat"),
    ],
)
def test_a_subnet_lies_in_its_network_and_beside_its_siblings(double: Double, prefix: str, code: str) -> None:
    place = network(double)
    double.ok("PUT", f"{place}/subnets/one", subnet("10.1.0.0/24"))
    assert double.refused("PUT", f"{place}/subnets/two", subnet(prefix))[:2] == (400, code)


def test_subnets_made_alone_survive_an_update_of_their_network(double: Double) -> None:
    place = network(double)
    double.ok("PUT", f"{place}/subnets/one", subnet("10.1.0.0/24"))
    network(double)
    assert names(double, place) == ["one"]


def test_subnets_given_inline_are_all_there_are(double: Double) -> None:
    place = network(double, {"name": "one", **subnet("10.1.0.0/24")})
    network(double, {"name": "two", **subnet("10.1.0.0/24")})
    assert names(double, place) == ["two"]


def test_a_reference_leads_to_what_exists(double: Double) -> None:
    group = double.place("Microsoft.Network/networkSecurityGroups", "nsg")
    place = f"{network(double)}/subnets/one"
    wanted = subnet("10.1.0.0/24", networkSecurityGroup={"id": group})
    _, code, text = double.refused("PUT", place, wanted)
    assert (code, text.startswith(f"Resource {group} referenced by resource {place} was not found.")) == (
        "InvalidResourceReference",
        True,
    )
    double.ok("PUT", group, {"location": "westeurope"})
    double.ok("PUT", place, wanted)
    assert double.ok("GET", group)["properties"]["subnets"] == [{"id": place}]
    assert double.refused("DELETE", group)[1] == "InUseNetworkSecurityGroupCannotBeDeleted"
    double.ok("DELETE", place)
    double.ok("DELETE", group)


def test_an_address_of_a_gateway_stays_until_the_gateway_goes(double: Double) -> None:
    address, gateway = (
        double.place("Microsoft.Network/publicIPAddresses", "ip"),
        double.place("Microsoft.Network/natGateways", "out"),
    )
    static = {
        "location": "westeurope",
        "sku": {"name": "Standard"},
        "properties": {"publicIPAllocationMethod": "Static"},
    }
    assert double.ok("PUT", address, static)["properties"]["ipAddress"].startswith("203.0.113.")
    properties = {"publicIpAddresses": [{"id": address}]}
    double.ok("PUT", gateway, {"location": "westeurope", "sku": {"name": "Standard"}, "properties": properties})
    assert double.refused("DELETE", address)[1] == "PublicIPAddressCannotBeDeleted"
    double.ok("DELETE", gateway)
    double.ok("DELETE", address)


def test_a_standard_address_is_static(double: Double) -> None:
    wanted = {"location": "westeurope", "sku": {"name": "Standard"}}
    place = double.place("Microsoft.Network/publicIPAddresses", "ip")
    assert double.refused("PUT", place, wanted)[0] == 400


def test_two_rules_of_one_direction_have_two_priorities(double: Double) -> None:
    rule = {"properties": {"direction": "Inbound", "priority": 100, "access": "Allow", "protocol": "*"}}
    rules = {"securityRules": [{"name": "a", **rule}, {"name": "b", **rule}]}
    place = double.place("Microsoft.Network/networkSecurityGroups", "nsg")
    refused = double.refused("PUT", place, {"location": "westeurope", "properties": rules})
    assert refused[1] == "SecurityRuleConflict"
