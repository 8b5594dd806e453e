"""Docker hosts: the stack makes account, keys and outputs, by the real engine."""

import pytest

from tests.walk.stack import Stack

pytestmark = pytest.mark.engine


def test_docker_hosts_get_an_account_its_keys_and_their_addresses(stack: Stack) -> None:
    stack.change("kind: aks", "kind: docker")
    preview = stack.preview()
    assert stack.up().changes == preview.changes, "the first preview hid nothing"
    assert stack.up().changes == {}
    azure = sorted(one["type"] for one in stack.state() if one["type"].startswith("azure-native:"))
    assert azure == [
        "azure-native:cognitiveservices:Account",
        "azure-native:keyvault:Secret",
        "azure-native:keyvault:Secret",
        "azure-native:keyvault:Vault",
        "azure-native:resources:ResourceGroup",
    ]
    outputs = stack.outputs()
    assert outputs["containers"]["transcribe-en"]["host_url"] == "ws://localhost:5000"
    assert outputs["keys"] == "[secret]"
    assert outputs["key_vault"].startswith("speech-kv")
    assert stack.ask("workloads") == [], "Pulumi starts nothing there"
    stack.destroy()
    assert stack.state() == []
