"""The SDK's shape and the wire's: bodies, outputs, previews, and what of outputs could be inputs."""

from typing import Any

import pytest

from sandbox.plugins.azure_native.kinds import kind_of
from sandbox.plugins.azure_native.resource import follow
from sandbox.plugins.serving import UNKNOWN
from tests.sandbox.plugins.engine_double import Engine

IDENTITY = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id"
SDK_AND_WIRE: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "cognitiveservices:Account",
        {"kind": "SpeechServices", "sku": {"name": "S0"}, "properties": {"customSubDomainName": "c"}, "location": "w"},
        {"kind": "SpeechServices", "sku": {"name": "S0"}, "properties": {"customSubDomainName": "c"}, "location": "w"},
    ),
    (
        "network:VirtualNetwork",
        {"location": "w", "subnets": [{"name": "n", "addressPrefix": "10.0.0.0/24", "natGateway": {"id": "x"}}]},
        {
            "location": "w",
            "properties": {
                "subnets": [{"name": "n", "properties": {"addressPrefix": "10.0.0.0/24", "natGateway": {"id": "x"}}}]
            },
        },
    ),
    (
        "network:NetworkSecurityGroup",
        {"securityRules": [{"name": "r", "access": "Allow"}]},
        {"properties": {"securityRules": [{"name": "r", "properties": {"access": "Allow"}}]}},
    ),
    (
        "containerservice:AgentPool",
        {"type": "VirtualMachineScaleSets", "tags": {"a": "b"}, "osSKU": "Ubuntu", "count": 1},
        {"properties": {"type": "VirtualMachineScaleSets", "tags": {"a": "b"}, "osSKU": "Ubuntu", "count": 1}},
    ),
    (
        "containerservice:ManagedCluster",
        {"sku": {"tier": "Free"}, "autoScalerProfile": {"scanInterval": "10s", "expander": "random"}},
        {"sku": {"tier": "Free"}, "properties": {"autoScalerProfile": {"scan-interval": "10s", "expander": "random"}}},
    ),
    (
        "containerinstance:ContainerGroup",
        {"sku": "Standard", "zones": ["1"], "containers": [{"name": "c", "image": "i"}]},
        {
            "zones": ["1"],
            "properties": {"sku": "Standard", "containers": [{"name": "c", "properties": {"image": "i"}}]},
        },
    ),
    (
        "storage:StorageAccount",
        {"enableHttpsTrafficOnly": True, "networkRuleSet": {"ipRules": [{"iPAddressOrRange": "10.0.0.1"}]}},
        {"properties": {"supportsHttpsTrafficOnly": True, "networkAcls": {"ipRules": [{"value": "10.0.0.1"}]}}},
    ),
    (
        "keyvault:Secret",
        {"properties": {"contentType": "t", "attributes": {"expires": 1}}},
        {"properties": {"contentType": "t", "attributes": {"exp": 1}}},
    ),
]


@pytest.mark.parametrize(("token", "sdk", "wire"), SDK_AND_WIRE)
def test_properties_go_to_their_place_on_the_wire_and_come_back(
    token: str, sdk: dict[str, Any], wire: dict[str, Any]
) -> None:
    kind = kind_of(token)
    assert kind.body(sdk) == wire
    assert kind.shape.outputs(wire) == sdk


def test_path_parameters_and_the_engines_own_marks_stay_out_of_the_body() -> None:
    inputs = {
        "scope": "/s",
        "roleAssignmentName": "n",
        "principalId": "p",
        "azureApiVersion": "v",
        "__createBeforeDelete": True,
    }
    assert kind_of("authorization:RoleAssignment").body(inputs) == {"properties": {"principalId": "p"}}


def test_identities_are_a_list_in_the_program_an_object_on_the_wire_and_a_map_in_the_outputs() -> None:
    kind = kind_of("containerservice:ManagedCluster")
    assert kind.body({"identity": {"userAssignedIdentities": [IDENTITY]}}) == {
        "identity": {"userAssignedIdentities": {IDENTITY: {}}}
    }
    known = {"identity": {"userAssignedIdentities": {IDENTITY: {"clientId": "c", "principalId": "p"}}}}
    assert kind.shape.outputs(known) == known
    assert kind.writable(known) == {"identity": {"userAssignedIdentities": [IDENTITY]}}


def test_outputs_hold_what_the_sdk_describes_and_no_null() -> None:
    answer = {"id": "/x", "location": "w", "sku": None, "properties": {"endpoint": "e", "brandNew": 1}}
    assert kind_of("cognitiveservices:Account").outputs(answer) == {
        "id": "/x",
        "location": "w",
        "properties": {"endpoint": "e"},
        "azureApiVersion": "2025-06-01",
    }


def test_a_preview_knows_what_the_inputs_say_and_nothing_else() -> None:
    inputs = {
        "accountName": "a",
        "location": "westeurope",
        "sku": {"name": "S0"},
        "identity": {"type": "UserAssigned", "userAssignedIdentities": [IDENTITY]},
        "properties": {"customSubDomainName": "c", "disableLocalAuth": UNKNOWN},
        "azureApiVersion": "2025-06-01",
    }
    outputs = Engine("cognitiveservices:Account").foresee(inputs)
    assert outputs["location"] == "westeurope"
    assert outputs["azureApiVersion"] == "2025-06-01"
    assert outputs["sku"]["name"] == "S0"
    assert outputs["properties"]["customSubDomainName"] == "c"
    for unknown in (
        outputs["name"],
        outputs["tags"],
        outputs["sku"]["tier"],
        outputs["properties"]["endpoint"],
        outputs["properties"]["disableLocalAuth"],
        outputs["identity"]["userAssignedIdentities"],
        outputs["identity"]["principalId"],
    ):
        assert unknown is UNKNOWN
    assert "accountName" not in outputs


def test_a_refresh_takes_over_what_changed_and_leaves_out_what_the_service_had_chosen() -> None:
    inputs = {"tags": {"a": "1"}, "sku": {"name": "S0"}, "secret": "kept", "pools": [{"name": "x"}]}
    before = {"tags": {"a": "1"}, "sku": {"name": "S0", "tier": "Standard"}, "pools": [{"name": "x", "count": 1}]}
    after = {
        "tags": {"a": "2", "b": "3"},
        "sku": {"name": "S0", "tier": "Standard"},
        "pools": [{"name": "x", "count": 4}, {"name": "y"}],
    }
    assert follow(inputs, before, after) == {
        "tags": {"a": "2", "b": "3"},
        "sku": {"name": "S0"},
        "secret": "kept",
        "pools": [{"name": "x", "count": 4}, {"name": "y"}],
    }
    assert follow(inputs, before, {**before, "tags": None}) == {k: v for k, v in inputs.items() if k != "tags"}
