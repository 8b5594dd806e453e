"""Log-in, subscription, providers, region and policies."""

import pytest

from tests.doctor.conftest import Azure, Doctor

GROUP = "rg-speech-dev-westeurope"
KEYS_ON = {
    "allOf": [
        {"field": "type", "equals": "Microsoft.CognitiveServices/accounts"},
        {"field": "Microsoft.CognitiveServices/accounts/disableLocalAuth", "notEquals": True},
    ]
}
POLICIES = "providers/Microsoft.Authorization"
MODIFY = "/providers/Microsoft.Authorization/policyDefinitions/14de9e63-1b31-492e-a5a3-c3f7fd57f555"
AUDIT = "/providers/Microsoft.Authorization/policyDefinitions/71ef260a-8f18-47b7-abcb-62d0673d94dc"
DEPLOY = "/providers/Microsoft.Authorization/policyDefinitions/55eff01b-f2bd-4c32-9203-db285f709d30"
OTHER = "/providers/Microsoft.Authorization/policyDefinitions/0000c0de-0000-4000-8000-000000000001"


def assign(azure: Azure, definition: str, **more: object) -> None:
    properties = {"displayName": "No keys", "policyDefinitionId": definition, **more}
    azure.put(f"{POLICIES}/policyAssignments/no-keys", {"properties": properties})


def custom(azure: Azure, condition: object, effect: str = "Deny") -> str:
    rule = {"if": condition, "then": {"effect": effect}}
    azure.put(f"{POLICIES}/policyDefinitions/own", {"properties": {"policyType": "Custom", "policyRule": rule}})
    return f"{azure.subscription}/{POLICIES}/policyDefinitions/own"


def test_who_is_logged_in_where(doctor: Doctor, azure: Azure) -> None:
    line = doctor.line("subscription")
    assert line.startswith(f"pass subscription Speech sandbox (…{azure.subscription[-4:]}), logged in as application ")


def test_a_disabled_subscription_fails(doctor: Doctor, azure: Azure) -> None:
    azure.settings(subscription_state="Disabled")
    found = doctor()
    assert found.line("subscription").startswith("fail subscription Speech sandbox")
    assert "its state is Disabled, nothing can be made in it" in found.out
    assert found.code == 1


def test_a_stack_file_may_name_another_subscription_than_the_log_in(doctor: Doctor) -> None:
    other = "11111111-2222-4333-8444-555555555555"
    file = doctor.folder / "stacks" / "Pulumi.dev-westeurope.yaml"
    file.write_text(f"{file.read_text()}  azure-native:subscriptionId: {other}\n")
    found = doctor()
    assert found.line("subscription").startswith(
        f"fail subscription azure-native:subscriptionId of the stack file is {other}"
    )
    assert found.remedy("subscription") == [f"export ARM_SUBSCRIPTION_ID={other}"]


def test_registered_providers_pass(doctor: Doctor) -> None:
    assert doctor.line("providers") == "pass providers 6 are registered, all that the stack needs"


def test_a_provider_that_is_not_registered_fails(doctor: Doctor, azure: Azure) -> None:
    azure.settings(provider_states={"Microsoft.ContainerService": "NotRegistered", "Microsoft.Batch": "NotRegistered"})
    found = doctor()
    assert found.line("providers") == "fail providers not registered in the subscription: Microsoft.ContainerService"
    assert found.remedy("providers") == ["az provider register --wait --namespace Microsoft.ContainerService"]


def test_a_provider_that_is_being_registered_is_to_look_at(doctor: Doctor, azure: Azure) -> None:
    azure.settings(provider_states={"Microsoft.KeyVault": "Registering"})
    assert doctor.line("providers") == "warn providers still being registered: Microsoft.KeyVault"


def test_a_region_with_speech_passes(doctor: Doctor) -> None:
    found = doctor()
    assert found.line("region") == "pass region westeurope sells Speech accounts S0"
    assert found.line("services") == "pass services westeurope has every service of the stack"


def test_a_region_without_speech_fails(doctor: Doctor, azure: Azure) -> None:
    azure.settings(not_offered={"westeurope": ["SpeechServices"]})
    found = doctor()
    assert found.line("region") == "fail region westeurope has no Speech accounts for this subscription"
    assert found.remedy("region")[0].startswith("az cognitiveservices account list-skus --kind SpeechServices")


def test_a_region_without_the_target_s_service_fails(doctor: Doctor, azure: Azure) -> None:
    azure.settings(not_offered={"westeurope": ["Microsoft.ContainerService/managedClusters"]})
    line = doctor.line("services")
    assert line == "fail services westeurope does not have Microsoft.ContainerService/managedClusters"


def test_a_subscription_without_policies_passes(doctor: Doctor) -> None:
    assert doctor.line("policy") == "pass policy none of 0 assignments switches the keys of accounts off"


@pytest.mark.parametrize(("definition", "effect"), [(MODIFY, "modify"), (DEPLOY, "deployifnotexists")])
def test_a_policy_of_microsoft_s_that_switches_keys_off_fails(
    doctor: Doctor, azure: Azure, definition: str, effect: str
) -> None:
    assign(azure, definition)
    found = doctor()
    assert (
        found.line("policy")
        == f'fail policy "No keys" ({effect}) switches keys of accounts off, and containers need one'
    )
    assert found.remedy("policy")[0] == (
        f"az policy assignment update --name no-keys --scope {azure.subscription}"
        f" --not-scopes {azure.subscription}/resourceGroups/{GROUP}"
    )


def test_a_policy_that_only_audits_passes(doctor: Doctor, azure: Azure) -> None:
    assign(azure, AUDIT)
    assert doctor.line("policy") == "pass policy none of 1 assignments switches the keys of accounts off"


def test_an_assignment_s_own_effect_counts(doctor: Doctor, azure: Azure) -> None:
    assign(azure, AUDIT, parameters={"effect": {"value": "Deny"}})
    assert doctor.line("policy").startswith('fail policy "No keys" (deny)')


def test_an_assignment_that_is_not_enforced_passes(doctor: Doctor, azure: Azure) -> None:
    assign(azure, MODIFY, enforcementMode="DoNotEnforce")
    assert doctor.line("policy").startswith("pass")


def test_the_remedy_of_a_policy_works(doctor: Doctor, azure: Azure) -> None:
    assign(azure, MODIFY, notScopes=[f"{azure.subscription}/resourceGroups/{GROUP}"])
    assert doctor.line("policy").startswith("pass")


def test_an_exemption_of_the_subscription_counts(doctor: Doctor, azure: Azure) -> None:
    assign(azure, MODIFY)
    assignment = f"{azure.subscription}/{POLICIES}/policyAssignments/no-keys"
    azure.put(f"{POLICIES}/policyExemptions/speech", {"properties": {"policyAssignmentId": assignment}})
    assert doctor.line("policy").startswith("pass")


def test_an_initiative_is_looked_into(doctor: Doctor, azure: Azure) -> None:
    members = [
        {"policyDefinitionId": OTHER},
        {"policyDefinitionId": AUDIT, "parameters": {"effect": {"value": "[parameters('keys')]"}}},
    ]
    properties = {"parameters": {"keys": {"defaultValue": "Deny"}}, "policyDefinitions": members}
    azure.put(f"{POLICIES}/policySetDefinitions/baseline", {"properties": properties})
    initiative = f"{azure.subscription}/{POLICIES}/policySetDefinitions/baseline"
    assign(azure, initiative, parameters={"keys": {"value": "Audit"}})
    assert doctor.line("policy").startswith("pass")
    assign(azure, initiative)
    assert doctor.line("policy").startswith('fail policy "No keys" (deny)')


def test_a_policy_of_one_s_own_fails(doctor: Doctor, azure: Azure) -> None:
    assign(azure, custom(azure, KEYS_ON))
    assert doctor.line("policy").startswith('fail policy "No keys" (deny)')


def test_a_policy_for_other_kinds_of_accounts_passes(doctor: Doctor, azure: Azure) -> None:
    assign(azure, custom(azure, {"allOf": [*KEYS_ON["allOf"], {"field": "kind", "equals": "OpenAI"}]}))
    assert doctor.line("policy").startswith("pass")


def test_a_policy_that_nobody_can_read_is_to_look_at(doctor: Doctor, azure: Azure) -> None:
    tagged = {"value": "[resourceGroup().tags['zone']]", "equals": "public"}
    assign(azure, custom(azure, {"allOf": [*KEYS_ON["allOf"], tagged]}))
    assert "whether it means this account cannot be read from it" in doctor.line("policy")


def test_an_assignment_on_another_group_is_no_matter(doctor: Doctor, azure: Azure) -> None:
    azure.put("resourceGroups/other", {"location": "westeurope"})
    place = f"resourceGroups/other/{POLICIES}/policyAssignments/no-keys"
    azure.put(place, {"properties": {"policyDefinitionId": MODIFY}})
    assert doctor.line("policy") == "pass policy none of 0 assignments switches the keys of accounts off"
