"""The account from which disconnected containers get their custom models."""

from typing import Any

import pytest

from components import commitments
from tests.components.deployed import clear, deployed
from tests.components.recording import PLANTED_KEYS, Recording

KEY = "planted-model-key"
CUSTOM = {
    "name": "custom-med",
    "kind": "custom-speech-to-text",
    "version": "5.1.0",
    "model": {"id": "1f2e3d4c-0000-4000-8000-000000000000"},
    "options": {"output": {}},
    "demand": {"concurrent_streams": 3},
}
AKS = {"kind": "aks"}
PLANS = [{"kind": "custom-speech-to-text", "hosting": "disconnected", "tier": "T1"}]
RESOURCE_ID = (
    "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/theirs/providers"
    "/Microsoft.CognitiveServices/accounts/theirs"
)


def disconnected(
    monkeypatch: pytest.MonkeyPatch,
    models: dict[str, Any],
    secrets: dict[str, str] | None = None,
    target: dict[str, str] = AKS,
) -> Recording:
    monkeypatch.setattr(commitments, "tiers", lambda _: None)
    return deployed(
        ("speech:account", {"custom_domain": "contoso-speech-test", "sku": "DC0", "commitments": PLANS}),
        ("speech:model_account", models),
        ("speech:target", target),
        ("speech:billing.mode", "disconnected"),
        ("speech:containers", [CUSTOM]),
        ("speech:acknowledge", ["disconnected-approved"]),
        secrets=secrets,
    )


def test_docker_hosts_are_told_of_it_as_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = disconnected(monkeypatch, {"resource_id": RESOURCE_ID}, target={"kind": "docker"})
    found = {"endpoint": "https://theirs.cognitiveservices.azure.com/", "key": PLANTED_KEYS[0]}
    assert recording.outputs["model_account"] == found
    assert "model_account" in recording.secret_outputs


def model_secret(recording: Recording) -> Any:
    return clear(recording.named("speech-model").inputs)


def test_by_endpoint_and_key_its_key_goes_to_the_vault_and_to_a_secret_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    endpoint = "https://theirs.cognitiveservices.azure.com/"
    recording = disconnected(monkeypatch, {"endpoint": endpoint}, {"speech:model_account.key": KEY})
    kept = clear(recording.named("speech-model-key").inputs)
    assert (kept["secretName"], kept["properties"]["value"]) == ("speech-model-key", KEY)
    assert model_secret(recording)["metadata"]["name"] == "speech-model-0123abcd"


def test_by_its_id_endpoint_and_key_are_read_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = disconnected(monkeypatch, {"resource_id": RESOURCE_ID})
    kept = clear(recording.named("speech-model-key").inputs)
    assert kept["properties"]["value"] == PLANTED_KEYS[0]
    assert recording.all("azure-native:cognitiveservices:Account"), "the stack's own account is another one"
    assert model_secret(recording)["immutable"] is True
