"""What the key file of Docker hosts gets from a stack that is up."""

from pathlib import Path

import pytest

from speech.capacity.planner import plan
from speech.cli import key_file
from speech.settings.parse import parse
from tests.stacks import stack_file

RESOURCE_ID = (
    "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/theirs/providers"
    "/Microsoft.CognitiveServices/accounts/theirs"
)
OUTPUTS = {
    "endpoint": "https://ours.cognitiveservices.azure.com/",
    "keys": {"key1": "planted-key-one", "key2": "planted-key-two"},
    "model_account": {"endpoint": "https://theirs.cognitiveservices.azure.com/", "key": "planted-model-key"},
}


def test_a_model_account_that_azure_knows_comes_from_the_outputs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_file, "outputs", lambda *_: OUTPUTS)
    monkeypatch.setattr(key_file, "configuration", lambda *_: {})
    stack = parse(
        stack_file(
            ("speech:target", {"kind": "docker"}),
            ("speech:account.sku", "DC0"),
            (
                "speech:account.commitments",
                [{"kind": "custom-speech-to-text", "hosting": "disconnected", "tier": "T1"}],
            ),
            ("speech:billing.mode", "disconnected"),
            ("speech:model_account", {"resource_id": RESOURCE_ID}),
            ("speech:acknowledge", ["disconnected-approved"]),
            (
                "speech:containers",
                [
                    {
                        "name": "custom-med",
                        "kind": "custom-speech-to-text",
                        "version": "5.1.0",
                        "model": {"id": "1f2e3d4c-0000-4000-8000-000000000000"},
                        "options": {"output": {}},
                        "demand": {"concurrent_streams": 3},
                    }
                ],
            ),
        )
    ).stack
    found, reason = key_file.values(stack, plan(stack, "edge"), Path("project"))
    assert reason is None
    assert found["SPEECH_MODEL_BILLING"] == "https://theirs.cognitiveservices.azure.com/"
    assert found["SPEECH_MODEL_API_KEY"] == "planted-model-key"
    assert found["SPEECH_API_KEY"] == "planted-key-one"
