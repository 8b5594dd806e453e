"""Create, update, read, delete and functions, request by request, with the double of Azure behind the plugin."""

import threading
import time
import uuid
from typing import Any

import pytest
from google.protobuf import empty_pb2

from sandbox.plugins.azure_native.provider import AzureNative
from tests.sandbox.plugins.conftest import Azure
from tests.sandbox.plugins.engine_double import AbortedError, Context

OFFICER = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"


def account(group: str, **more: Any) -> dict[str, Any]:
    return {
        "accountName": f"speech-{group}",
        "resourceGroupName": group,
        "location": "westeurope",
        "kind": "SpeechServices",
        "sku": {"name": "S0"},
        **more,
    }


def test_a_create_looks_first_then_puts_polls_and_reads(azure: Azure, group: str) -> None:
    inputs = account(group, properties={"customSubDomainName": group})
    made, outputs = azure.engine("cognitiveservices:Account").create(inputs)
    assert made.endswith(f"/accounts/speech-{group}")
    assert outputs["properties"]["endpoint"] == f"https://{group}.cognitiveservices.azure.com/"
    assert (outputs["id"], outputs["azureApiVersion"]) == (made, "2025-06-01")
    done = [request.split()[0] for request in azure.requests("/accounts/")]
    assert done[:2] == ["GET", "PUT"]
    assert done[-1] == "GET"


def test_what_exists_is_not_created(azure: Azure, group: str) -> None:
    azure.engine("cognitiveservices:Account").create(account(group))
    with pytest.raises(
        AbortedError, match=rf"cannot create already existing resource '/subscriptions/.*/speech-{group}'"
    ):
        azure.engine("cognitiveservices:Account").create(account(group))


def test_a_refusal_is_told_in_azures_words_and_leaves_nothing(azure: Azure, group: str) -> None:
    with pytest.raises(AbortedError, match=r'Status=400 Code="\w+" Message=".+"') as refused:
        azure.engine("cognitiveservices:Account").create(account(group, sku={"name": "X9"}))
    assert refused.value.left is None


def test_a_resource_whose_making_fails_is_left_for_the_next_run_to_update(azure: Azure, group: str) -> None:
    azure.fault(kind="operation", method="PUT", path="/accounts/", code="QuotaExceeded", message="no more")
    engine = azure.engine("cognitiveservices:Account")
    with pytest.raises(AbortedError, match='Code="Failed"') as failed:
        engine.create(account(group))
    left = failed.value.left
    assert left
    assert left.properties["properties"]["provisioningState"] == "Failed"
    assert left.inputs["accountName"] == f"speech-{group}"
    assert engine.update(left.id, account(group), account(group))["properties"]["provisioningState"] == "Succeeded"


def test_an_operation_that_fails_is_told_in_its_own_words(azure: Azure, group: str) -> None:
    azure.fault(kind="operation", method="PUT", path="/natGateways/", code="QuotaExceeded", message="no more")
    nat = {"natGatewayName": "n", "resourceGroupName": group, "location": "westeurope", "sku": {"name": "Standard"}}
    with pytest.raises(AbortedError, match=r'^Code="QuotaExceeded" Message="no more"$') as failed:
        azure.engine("network:NatGateway").create(nat)
    assert failed.value.left


def test_throttling_is_waited_out(azure: Azure, group: str) -> None:
    azure.fault(
        kind="status",
        method="PUT",
        path="/accounts/",
        status=429,
        code="TooManyRequests",
        message="slow",
        retry_after=1,
    )
    azure.engine("cognitiveservices:Account").create(account(group))
    assert f"PUT speech-{group} 429" in azure.requests("/accounts/")


def test_a_conflict_that_passes_is_retried_and_another_is_not(azure: Azure, group: str) -> None:
    passing = {"kind": "status", "method": "PUT", "path": "/virtualNetworks/", "status": 409, "message": "wait"}
    azure.fault(**passing, code="AnotherOperationInProgress")
    inputs = {
        "virtualNetworkName": "v",
        "resourceGroupName": group,
        "location": "westeurope",
        "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
    }
    azure.engine("network:VirtualNetwork").create(inputs)
    assert [r for r in azure.requests("/virtualNetworks/") if r.startswith("PUT")] == ["PUT v 409", "PUT v 201"]
    azure.fault(**passing, code="OperationNotAllowed")
    with pytest.raises(AbortedError, match="OperationNotAllowed"):
        azure.engine("network:VirtualNetwork").create({**inputs, "virtualNetworkName": "w"})


def test_an_operation_ends_with_the_programs_timeout_and_its_resource_is_kept(azure: Azure, group: str) -> None:
    azure.fault(kind="operation", method="PUT", path="/accounts/", seconds=60)
    with pytest.raises(AbortedError, match="operation timed out") as stopped:
        azure.engine("cognitiveservices:Account").create(account(group), timeout=0.5)
    assert stopped.value.left


def test_cancel_ends_running_work_at_once_and_keeps_what_was_begun(azure: Azure, group: str) -> None:
    azure.fault(kind="operation", method="PUT", path="/accounts/", seconds=60)
    plugin = AzureNative()
    engine = azure.engine("cognitiveservices:Account", plugin=plugin)
    ended: list[AbortedError] = []

    def create() -> None:
        with pytest.raises(AbortedError) as stopped:
            engine.create(account(group))
        ended.append(stopped.value)

    worker = threading.Thread(target=create)
    worker.start()
    deadline = time.monotonic() + 10
    while not any(request.startswith("PUT") for request in azure.requests("/accounts/")):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    plugin.Cancel(empty_pb2.Empty(), Context())
    worker.join(5)
    assert str(ended[0]) == "operation cancelled"
    assert ended[0].left


def test_an_update_sends_all_inputs_and_keeps_subnets_it_knows_nothing_of(azure: Azure, group: str) -> None:
    network = {
        "virtualNetworkName": "v",
        "resourceGroupName": group,
        "location": "westeurope",
        "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
    }
    made, _ = azure.engine("network:VirtualNetwork").create(network)
    subnet = {"subnetName": "n", "virtualNetworkName": "v", "resourceGroupName": group, "addressPrefix": "10.0.0.0/24"}
    azure.engine("network:Subnet").create(subnet)
    outputs = azure.engine("network:VirtualNetwork").update(made, network, {**network, "tags": {"a": "b"}})
    assert outputs["tags"] == {"a": "b"}
    assert [found["name"] for found in outputs["subnets"]] == ["n"]
    _, _, inputs = azure.engine("network:VirtualNetwork").read(made, network, {})
    assert "subnets" not in inputs


def test_a_refresh_brings_in_what_others_changed_and_an_import_all_that_is_writable(azure: Azure, group: str) -> None:
    engine = azure.engine("cognitiveservices:Account")
    inputs = account(group)
    made, outputs = engine.create(inputs)
    engine.update(made, inputs, {**inputs, "tags": {"by": "hand"}})
    assert engine.read(made, inputs, outputs)[2] == {**inputs, "tags": {"by": "hand"}}
    _, _, imported = engine.read(made)
    assert imported["accountName"] == f"speech-{group}"
    assert imported["properties"]["publicNetworkAccess"] == "Enabled"
    assert imported["kind"] == "SpeechServices"
    assert engine.check(imported)[1] == []
    assert "id" not in imported


def test_what_is_gone_reads_as_gone_and_deletes_without_complaint(azure: Azure, group: str) -> None:
    engine = azure.engine("managedidentity:UserAssignedIdentity")
    made, outputs = engine.create({"resourceName": "identity", "resourceGroupName": group, "location": "westeurope"})
    assert outputs["clientId"]
    engine.delete(made)
    assert engine.read(made)[0] == ""
    engine.delete(made)


def test_a_group_is_deleted_with_all_that_is_in_it(azure: Azure, group: str) -> None:
    engine = azure.engine("managedidentity:UserAssignedIdentity")
    made, _ = engine.create({"resourceName": "identity", "resourceGroupName": group, "location": "westeurope"})
    azure.engine("resources:ResourceGroup").delete(f"/subscriptions/{azure.who.subscription_id}/resourceGroups/{group}")
    assert engine.read(made)[0] == ""


def test_the_location_comes_from_the_resource_group(azure: Azure, group: str) -> None:
    inputs, failures = azure.engine("managedidentity:UserAssignedIdentity").check({"resourceGroupName": group})
    assert (inputs["location"], failures) == ("westeurope", [])


def test_a_secret_is_deleted_and_taken_back_through_its_vault(azure: Azure, group: str) -> None:
    who, vault = azure.who, f"kv-{uuid.uuid4().hex[:8]}"
    properties = {
        "tenantId": who.tenant_id,
        "sku": {"family": "A", "name": "standard"},
        "enableRbacAuthorization": True,
    }
    place = {"vaultName": vault, "resourceGroupName": group}
    scope, _ = azure.engine("keyvault:Vault").create({**place, "location": "westeurope", "properties": properties})
    role = f"/subscriptions/{who.subscription_id}/providers/Microsoft.Authorization/roleDefinitions/{OFFICER}"
    azure.engine("authorization:RoleAssignment").create(
        {
            "scope": scope,
            "roleAssignmentName": str(uuid.uuid4()),
            "principalId": who.object_id,
            "principalType": "ServicePrincipal",
            "roleDefinitionId": role,
        }
    )
    secret = azure.engine("keyvault:Secret")
    inputs = {**place, "secretName": "speech-key", "properties": {"value": "planted-key"}}
    made, outputs = secret.create(inputs)
    assert outputs["properties"]["secretUri"] == f"https://{vault}.vault.azure.net/secrets/speech-key"
    assert "planted-key" not in str(outputs)
    secret.delete(made)
    assert secret.read(made)[0] == ""
    again, _ = secret.create(inputs)
    assert again == made
    assert "DELETE speech-key 200" in azure.requests()
    assert "POST recover 200" in azure.requests()


def test_functions_answer_in_the_sdks_shape(azure: Azure, group: str) -> None:
    engine = azure.engine("cognitiveservices:Account")
    engine.create(account(group))
    names = {"accountName": f"speech-{group}", "resourceGroupName": group}
    assert set(engine.invoke("cognitiveservices:listAccountKeys", **names)) == {"key1", "key2"}
    found = engine.invoke("cognitiveservices:getAccount", **names)
    assert (found["kind"], found["azureApiVersion"]) == ("SpeechServices", "2025-06-01")
    assert engine.invoke("resources:getResourceGroup", resourceGroupName=group)["location"] == "westeurope"
    assert engine.invoke("authorization:getClientConfig") == {
        "clientId": azure.who.client_id,
        "objectId": azure.who.object_id,
        "subscriptionId": azure.who.subscription_id,
        "tenantId": azure.who.tenant_id,
    }
    assert engine.invoke("authorization:getClientToken")["token"].count(".") == 2


def test_a_function_that_fails_names_its_request(azure: Azure, group: str) -> None:
    with pytest.raises(
        AbortedError, match=r"request failed /subscriptions/.*/accounts/nobody/listKeys: Status=404 Code="
    ):
        azure.engine("cognitiveservices:Account").invoke(
            "cognitiveservices:listAccountKeys", accountName="nobody", resourceGroupName=group
        )
    with pytest.raises(AbortedError, match="missing required argument 'accountName'"):
        azure.engine("cognitiveservices:Account").invoke("cognitiveservices:listAccountKeys", resourceGroupName=group)


def test_a_wrong_password_is_told_without_the_password(azure: Azure) -> None:
    azure.config["clientSecret"] = "planted-password"
    with pytest.raises(AbortedError, match="AADSTS7000215") as refused:
        azure.engine("resources:ResourceGroup").create({"resourceGroupName": "g", "location": "westeurope"})
    assert "planted-password" not in str(refused.value)


def test_the_stand_in_never_reaches_azure_by_accident(monkeypatch: pytest.MonkeyPatch, azure: Azure) -> None:
    monkeypatch.delenv("ARM_METADATA_HOSTNAME", raising=False)
    del azure.config["metadataHost"]
    with pytest.raises(AbortedError, match="stand-in for azure-native: it serves only the Azure that"):
        azure.engine("resources:ResourceGroup").create({"resourceGroupName": "g", "location": "westeurope"})
