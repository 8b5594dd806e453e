"""Diff: what changes, what replaces, and in which order."""

from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from tests.sandbox.plugins.engine_double import Engine

Kind = provider_pb2.PropertyDiff.Kind
CLUSTER: dict[str, Any] = {
    "resourceGroupName": "speech",
    "resourceName": "aks",
    "location": "westeurope",
    "networkProfile": {"podCidr": "10.244.0.0/16", "loadBalancerSku": "standard"},
    "agentPoolProfiles": [{"name": "system", "count": 1}],
    "tags": {"cost.center": "a"},
}


def changed(
    olds: dict[str, Any], news: dict[str, Any], token: str = "containerservice:ManagedCluster"
) -> dict[str, str]:
    answer = Engine(token).diff(olds, news)
    assert all(entry.inputDiff for entry in answer.detailedDiff.values())
    return {path: Kind.Name(entry.kind) for path, entry in answer.detailedDiff.items()}


def test_equal_inputs_are_no_change() -> None:
    answer = Engine("containerservice:ManagedCluster").diff(CLUSTER, CLUSTER)
    assert answer.changes == provider_pb2.DiffResponse.DIFF_NONE


def test_each_change_is_told_with_its_path() -> None:
    news = {
        **CLUSTER,
        "networkProfile": {"podCidr": "10.244.0.0/16", "loadBalancerSku": "basic"},
        "agentPoolProfiles": [{"name": "system", "count": 2}, {"name": "more"}],
        "tags": {"cost.center": "b"},
        "dnsPrefix": "x",
    }
    assert changed({**CLUSTER, "kubernetesVersion": "1.35"}, news) == {
        "networkProfile.loadBalancerSku": "UPDATE",
        "agentPoolProfiles[0].count": "UPDATE",
        "agentPoolProfiles[1]": "ADD",
        'tags["cost.center"]': "UPDATE",
        "dnsPrefix": "ADD_REPLACE",
        "kubernetesVersion": "DELETE",
    }


@pytest.mark.parametrize(
    ("token", "olds", "news"),
    [
        ("resources:ResourceGroup", {"location": "westeurope"}, {"location": "northeurope"}),
        ("cognitiveservices:Account", {"accountName": "a"}, {"accountName": "b"}),
        ("cognitiveservices:Account", {"location": "westeurope"}, {"location": "northeurope"}),
        ("keyvault:Secret", {"vaultName": "a"}, {"vaultName": "b"}),
        ("authorization:RoleAssignment", {"scope": "/a"}, {"scope": "/b"}),
        ("authorization:RoleAssignment", {"principalId": "a"}, {"principalId": "b"}),
        ("containerservice:AgentPool", {"vmSize": "a"}, {"vmSize": "b"}),
        ("containerservice:ManagedCluster", {"networkProfile": {"podCidr": "a"}}, {"networkProfile": {"podCidr": "b"}}),
        ("network:PrivateEndpoint", {"subnet": {"id": "a"}}, {"subnet": {"id": "b"}}),
        ("network:PublicIPAddress", {"sku": {"name": "Basic"}}, {"sku": {"name": "Standard"}}),
    ],
)
def test_what_azure_native_replaces_is_replaced_deleted_first(
    token: str, olds: dict[str, Any], news: dict[str, Any]
) -> None:
    answer = Engine(token).diff(olds, news)
    assert len(answer.replaces) == 1
    assert answer.deleteBeforeReplace


@pytest.mark.parametrize(
    ("token", "olds", "news"),
    [
        ("cognitiveservices:Account", {"kind": "SpeechServices"}, {"kind": "AIServices"}),
        ("cognitiveservices:Account", {"sku": {"name": "F0"}}, {"sku": {"name": "S0"}}),
        ("authorization:RoleAssignment", {"roleDefinitionId": "a"}, {"roleDefinitionId": "b"}),
        (
            "containerservice:ManagedCluster",
            {"networkProfile": {"loadBalancerSku": "a"}},
            {"networkProfile": {"loadBalancerSku": "b"}},
        ),
        ("containerservice:AgentPool", {"availabilityZones": ["1"]}, {"availabilityZones": ["1", "2"]}),
    ],
)
def test_what_azure_native_does_not_replace_is_planned_as_an_update(
    token: str, olds: dict[str, Any], news: dict[str, Any]
) -> None:
    answer = Engine(token).diff(olds, news)
    assert answer.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert not answer.replaces
    assert not answer.deleteBeforeReplace


def test_a_resource_with_a_drawn_name_is_created_before_the_old_one_goes() -> None:
    olds = {"location": "westeurope", "__createBeforeDelete": True}
    answer = Engine("resources:ResourceGroup").diff(olds, {"location": "northeurope", "__createBeforeDelete": True})
    assert list(answer.replaces) == ["location"]
    assert not answer.deleteBeforeReplace


def test_two_spellings_of_a_location_are_one() -> None:
    assert changed(CLUSTER, {**CLUSTER, "location": "West Europe"}) == {}


def test_an_element_more_or_less_never_replaces_but_a_changed_one_does() -> None:
    def cidrs(*ranges: str) -> dict[str, Any]:
        return {"networkProfile": {"serviceCidrs": [*ranges]}}

    assert changed(cidrs("a"), cidrs("a", "b")) == {"networkProfile.serviceCidrs[1]": "ADD"}
    assert changed(cidrs("a", "b"), cidrs("a")) == {"networkProfile.serviceCidrs[1]": "DELETE"}
    assert changed(cidrs("a"), cidrs("c")) == {"networkProfile.serviceCidrs[0]": "UPDATE_REPLACE"}


def test_a_newer_api_version_alone_is_no_change() -> None:
    assert changed({"azureApiVersion": "2024-01-01"}, {"azureApiVersion": "2025-06-01"}) == {}
