"""What the components make where the cluster was there before the stack."""

from functools import cache

import pytest

from tests.components.deployed import clear, deployed
from tests.components.recording import KUBECONFIG, PLANTED_KEYS, Recording

TARGET = ("speech:target", {"kind": "kubernetes", "context": "factory", "namespace": "voices"})
KUBECONFIG_SECRET = {"speech:target.kubeconfig": KUBECONFIG}


@cache
def plain() -> Recording:
    """Nothing but the target is said."""
    return factory()


def factory(*changes: tuple[str, object], preview: bool = False) -> Recording:
    return deployed(TARGET, *changes, secrets=KUBECONFIG_SECRET, preview=preview)


def test_azure_makes_the_account_its_keys_and_nothing_to_run_on() -> None:
    tokens = {made.token for made in plain().made if made.token.startswith("azure-native:")}
    assert tokens == {
        "azure-native:resources:ResourceGroup",
        "azure-native:cognitiveservices:Account",
        "azure-native:keyvault:Vault",
        "azure-native:keyvault:Secret",
    }


def test_the_kubeconfig_is_the_stack_file_s_and_stays_secret() -> None:
    recording = plain()
    provider = recording.one("pulumi:providers:kubernetes").inputs
    assert clear(provider["kubeconfig"]) == KUBECONFIG
    assert provider["kubeconfig"] != KUBECONFIG, "marked as a secret"
    assert provider["context"] == "factory"
    assert KUBECONFIG not in str(recording.outputs)


def test_the_kubeconfig_of_the_environment_is_a_secret_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", KUBECONFIG)
    provider = deployed(TARGET).one("pulumi:providers:kubernetes").inputs
    assert (clear(provider["kubeconfig"]), provider["kubeconfig"] == KUBECONFIG) == (KUBECONFIG, False)


def test_without_any_kubeconfig_the_provider_looks_where_kubectl_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUBECONFIG", raising=False)
    assert "kubeconfig" not in deployed(TARGET).one("pulumi:providers:kubernetes").inputs


def test_pods_read_their_key_from_a_secret_named_by_the_vault_s_version() -> None:
    recording = plain()
    secret = recording.one("kubernetes:core/v1:Secret")
    assert secret.inputs["metadata"]["name"] == "speech-key1-0123abcd"
    assert secret.inputs["immutable"] is True
    assert "speech-key1-0123abcd" in str(recording.one("kubernetes:apps/v1:Deployment").inputs)
    assert not recording.all("kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass")
    account = recording.one("kubernetes:core/v1:ServiceAccount").inputs
    assert "annotations" not in account["metadata"], "no identity of Azure is there"


def test_every_object_stands_in_the_namespace_of_the_stack_file() -> None:
    objects = [made.inputs for made in plain().made if made.token.startswith("kubernetes:")]
    assert {each["metadata"].get("namespace", each["metadata"]["name"]) for each in objects} == {"voices"}


def test_what_is_in_the_user_s_cluster_is_taken_away_object_by_object() -> None:
    assert all(made.opts.deleted_with is None for made in plain().made if made.token.startswith("kubernetes:"))


def test_no_key_stands_outside_of_a_secret() -> None:
    recording = plain()
    others = [
        made.inputs for made in recording.made if made.token.startswith("kubernetes:") and "Sec" not in made.token
    ]
    assert not any(key in str(others) for key in PLANTED_KEYS)


def test_only_the_users_own_ranges_reach_the_account() -> None:
    recording = factory(("speech:account.allowed_ip_ranges", ["203.0.113.0/24"]))
    rules = recording.one("azure-native:cognitiveservices:Account").inputs["properties"]["networkAcls"]
    assert [rule["value"] for rule in rules["ipRules"]] == ["203.0.113.0/24"]
    assert rules["defaultAction"] == "Deny"


def test_a_first_preview_hides_no_resource_in_the_user_s_cluster() -> None:
    def made(recording: Recording) -> set[tuple[str, str]]:
        return {(one.token, one.name) for one in recording.made}

    assert made(factory(preview=True)) == made(plain())


def test_docker_hosts_get_account_and_keys_and_nothing_that_runs() -> None:
    recording = deployed(("speech:target", {"kind": "docker"}))
    assert not [made for made in recording.made if made.token.startswith("kubernetes:")]
    assert recording.outputs["containers"]["transcribe-en"]["host_url"]
    assert recording.outputs["key_vault"] == "speech-kv1a2b3c4d"
    assert "keys" in recording.secret_outputs
