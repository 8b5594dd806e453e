"""Check: names and locations that the program does not give."""

import re
import uuid

from pulumi.runtime.proto import provider_pb2

from sandbox.plugins.serving import UNKNOWN
from tests.sandbox.plugins.engine_double import Engine

Autonaming = provider_pb2.CheckRequest.AutonamingOptions


def test_a_top_level_resource_gets_eight_hexadecimal_characters_and_may_be_created_first() -> None:
    inputs, failures = Engine("resources:ResourceGroup", "rg").check({"location": "westeurope"})
    assert failures == []
    assert re.fullmatch(r"rg[0-9a-f]{8}", inputs["resourceGroupName"])
    assert inputs["__createBeforeDelete"] is True


def test_a_drawn_name_follows_the_seed() -> None:
    names = [Engine("resources:ResourceGroup", "rg").check({"location": "x"})[0]["resourceGroupName"] for _ in "ab"]
    other = Engine("resources:ResourceGroup", "other").check({"location": "x"})[0]["resourceGroupName"]
    assert names[0] == names[1]
    assert other.removeprefix("other") != names[0].removeprefix("rg")


def test_a_child_is_called_as_in_the_program() -> None:
    inputs, _ = Engine("network:Subnet", "nodes").check({"resourceGroupName": "g", "virtualNetworkName": "v"})
    assert inputs["subnetName"] == "nodes"
    assert "__createBeforeDelete" not in inputs


def test_a_role_assignment_gets_a_guid() -> None:
    given = {"scope": "/subscriptions/s", "principalId": "p", "roleDefinitionId": "r"}
    inputs, failures = Engine("authorization:RoleAssignment").check(given)
    assert failures == []
    assert str(uuid.UUID(inputs["roleAssignmentName"])) == inputs["roleAssignmentName"]
    assert inputs["__createBeforeDelete"] is True


def test_a_known_name_is_kept_with_its_mark() -> None:
    olds, _ = Engine("resources:ResourceGroup", "rg").check({"location": "westeurope"})
    news, _ = Engine("resources:ResourceGroup", "rg").check({"location": "westeurope"}, olds=olds)
    assert news == olds


def test_the_stacks_own_naming_rule_proposes_names_but_no_guids() -> None:
    rule = Autonaming(proposed_name="prod-rg", mode=Autonaming.PROPOSE)
    group, _ = Engine("resources:ResourceGroup", "rg").check({"location": "x"}, autonaming=rule)
    assert (group["resourceGroupName"], group["__createBeforeDelete"]) == ("prod-rg", True)
    role, _ = Engine("authorization:RoleAssignment").check({"scope": "/s"}, autonaming=rule)
    assert uuid.UUID(role["roleAssignmentName"])


def test_the_stacks_own_naming_rule_can_enforce_a_name_and_forbid_drawing_one() -> None:
    enforced = Autonaming(proposed_name="fixed", mode=Autonaming.ENFORCE)
    role, _ = Engine("authorization:RoleAssignment").check({"scope": "/s"}, autonaming=enforced)
    assert role["roleAssignmentName"] == "fixed"
    disabled = Autonaming(mode=Autonaming.DISABLE)
    _, failures = Engine("resources:ResourceGroup", "rg").check({"location": "x"}, autonaming=disabled)
    assert failures == ["missing required property 'resourceGroupName'"]


def test_the_location_comes_from_the_old_inputs_then_from_the_configuration() -> None:
    engine = Engine("managedidentity:UserAssignedIdentity", location="northeurope")
    given = {"resourceGroupName": "g", "resourceName": "id"}
    assert engine.check(given)[0]["location"] == "northeurope"
    assert engine.check(given, olds={"location": "westeurope"})[0]["location"] == "westeurope"


def test_the_location_is_unknown_as_long_as_the_resource_group_is() -> None:
    inputs, failures = Engine("keyvault:Vault").check({"resourceGroupName": UNKNOWN, "properties": UNKNOWN})
    assert (inputs["location"], failures) == (UNKNOWN, [])


def test_a_resource_group_without_a_location_is_refused_with_the_remedy() -> None:
    _, failures = Engine("resources:ResourceGroup", "rg").check({})
    remedy = "Either set it explicitly or configure it with 'pulumi config set azure-native:location <value>'."
    assert failures == [f"missing required property 'location'. {remedy}"]


def test_a_type_without_a_location_gets_none() -> None:
    engine = Engine("network:Subnet", location="northeurope")
    assert "location" not in engine.check({"resourceGroupName": "g", "virtualNetworkName": "v"})[0]
