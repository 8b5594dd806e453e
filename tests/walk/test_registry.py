"""Images from a registry of the user's own, by the real engine."""

import base64

import pytest
from azure.mgmt.resource.resources import ResourceManagementClient

from sandbox.home import prepare
from tests.sandbox.arm.azure_clients import Azure
from tests.walk.stack import Stack

pytestmark = pytest.mark.engine

ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
CONTAINERS = "  speech:containers:\n"
PASSWORD, NEXT_PASSWORD = "planted-password-of-the-mirror", "planted-password-of-next-month"


def test_nodes_log_in_at_a_registry_by_a_password_that_changes_without_a_rollout(stack: Stack) -> None:
    stack.change(CONTAINERS, f"  speech:registry: {{server: registry.contoso.example, username: puller}}\n{CONTAINERS}")
    stack.secret("speech:registry.password", PASSWORD)
    said = [stack.preview(), stack.up()]
    assert stack.up().changes == {}
    (pod,) = (one["inputs"]["spec"]["template"]["spec"] for one in stack.state() if one["type"].endswith(":Deployment"))
    assert pod["imagePullSecrets"] == [{"name": "speech-registry"}]
    assert pod["containers"][0]["image"].startswith("registry.contoso.example/")
    assert [one["state"] for one in stack.workloads()] == ["Running"]

    stack.secret("speech:registry.password", NEXT_PASSWORD)
    said.append(stack.up())
    changed = {name: step for name, step in said[-1].steps.items() if step != "same"}
    assert changed == {"speech-registry-password": "update", "speech-pull": "update"}

    forms = [form for word in (PASSWORD, NEXT_PASSWORD) for form in (word, base64.b64encode(word.encode()).decode())]
    places = [path.read_bytes() for path in stack.files() if not path.name.startswith(stack.home.kube_store.name)]
    assert not any(form.encode() in place for form in forms for place in places)
    assert not any(form in run.text for form in forms for run in said)


def test_nodes_of_aks_pull_from_a_registry_of_azure_by_their_own_identity(stack: Stack) -> None:
    azure = Azure(stack.server)
    azure.groups.create_or_update("shared", {"location": "westeurope"})
    subscription = prepare(stack.server.home).subscription_id
    registry = (
        f"/subscriptions/{subscription}/resourceGroups/shared/providers/Microsoft.ContainerRegistry/registries/contoso"
    )
    resources = azure.client(ResourceManagementClient).resources
    body = {"location": "westeurope", "sku": {"name": "Standard"}}
    resources.begin_create_or_update_by_id(registry, parameters=body, api_version="2023-07-01").result()
    words = f"{{server: contoso.azurecr.io, resource_id: {registry}}}"
    stack.change(CONTAINERS, f"  speech:registry: {words}\n{CONTAINERS}")
    preview = stack.preview()
    assert stack.up().changes == preview.changes
    assert stack.up().changes == {}
    cluster = azure.kubernetes.managed_clusters.get("rg-speech-sandbox", "aks-speech-sandbox")
    nodes = cluster.identity_profile["kubeletidentity"].object_id
    roles = list(azure.roles.role_assignments.list_for_scope(registry))
    assert [(role.principal_id, role.role_definition_id.rpartition("/")[2]) for role in roles] == [(nodes, ACR_PULL)]

    stack.destroy()
    assert list(azure.roles.role_assignments.list_for_scope(registry)) == []
    assert resources.get_by_id(registry, api_version="2023-07-01").name == "contoso", "the user's registry stays"
