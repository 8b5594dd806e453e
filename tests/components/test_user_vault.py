"""An account that exists, whose key lies in a vault of the user's."""

import urllib.error
from email.message import Message
from typing import Any

import pulumi
import pytest

from components import user_vault
from tests.components.deployed import clear, deployed

SECRET = "https://theirs.vault.azure.net/secrets/speech-key"
KEY = "planted-vault-key"
ACCOUNT = {
    "mode": "existing",
    "endpoint": "https://theirs.cognitiveservices.azure.com/",
    "key_vault_secret_id": SECRET,
}


def test_the_key_is_read_from_the_users_vault_and_kept_in_the_stacks_own(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []

    def read(*words: str) -> Any:
        asked.append(words)
        return {"value": KEY}

    monkeypatch.setattr(user_vault, "read", read)
    recording = deployed(("speech:account", ACCOUNT))
    assert asked == [(f"{SECRET}?api-version=7.4", "planted-token")]
    assert clear(recording.named("speech-key1").inputs)["properties"]["value"] == KEY
    assert recording.outputs["keys"] == {"key1": KEY, "key2": KEY}
    assert "keys" in recording.secret_outputs


@pytest.mark.parametrize(
    ("refusal", "remedy"),
    [
        (urllib.error.HTTPError(SECRET, 401, "no", Message(), None), "another tenant"),
        (urllib.error.HTTPError(SECRET, 403, "no", Message(), None), "needs the role Key Vault Secrets User there"),
        (urllib.error.HTTPError(SECRET, 404, "no", Message(), None), "Is the name right"),
        (OSError("timed out"), "A private vault answers in its network"),
    ],
    ids=["tenant", "role", "name", "network"],
)
def test_a_vault_that_does_not_give_it_names_the_secret_and_the_remedy(
    monkeypatch: pytest.MonkeyPatch, refusal: OSError, remedy: str
) -> None:
    def read(*_: str) -> Any:
        raise refusal

    monkeypatch.setattr(user_vault, "read", read)
    with pytest.raises(pulumi.RunError, match=remedy) as refused:
        user_vault._value(SECRET, "token")
    assert str(refused.value).startswith(SECRET)
