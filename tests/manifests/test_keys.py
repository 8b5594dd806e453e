"""Secrets of pods: their names and what they hold."""

import base64
import json

import pytest

from speech.manifests import keys
from tests.manifests.made import ACCESS


def test_another_version_of_one_value_gives_an_options_secret_another_name() -> None:
    before, after = (keys.options_secret_name("transcribe-en", versions) for versions in (["v1", "v2"], ["v1", "v3"]))
    assert before != after
    assert keys.options_secret_name("transcribe-en", ["v1", "v2"]) == before


@pytest.mark.parametrize("container", ["a", "x" * 40])
def test_names_of_secrets_are_names_in_the_cluster_and_in_the_vault(container: str) -> None:
    in_cluster = keys.options_secret_name(container, ["0123abcd"])
    assert len(in_cluster) <= 253
    in_vault = keys.vault_option_name(container, "application-insights-key")
    assert len(in_vault) <= 127
    assert set(in_vault) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_no_two_values_share_a_name_in_the_vault() -> None:
    # The oddest names that containers may have.
    options = {
        keys.vault_option_name(container, entry)
        for container in ("registry", "model", "key1", "registry-password")
        for entry in ("sentiment-key", "proxy-credentials", "application-insights-key")
    }
    others = {keys.VAULT_MODEL_KEY, keys.VAULT_REGISTRY_PASSWORD, "speech-key1", "speech-key2"}
    assert not options & others


def test_a_log_in_at_a_registry_reads_as_docker_writes_it() -> None:
    config = json.loads(keys.docker_config("containerpreview.azurecr.io", "puller", "pass:word"))
    login = config["auths"]["containerpreview.azurecr.io"]
    assert base64.b64decode(login["auth"]).decode() == "puller:pass:word"


def test_pods_of_another_cluster_have_no_identity_of_azure() -> None:
    assert "annotations" in keys.service_account("speech", ACCESS)["metadata"]
    assert "annotations" not in keys.service_account("speech", None)["metadata"]
