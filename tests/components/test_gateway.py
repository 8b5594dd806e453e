"""What a gateway adds to a deployed stack, by mocks."""

from tests.components.deployed import deployed
from tests.settings.broken_gateway import VAULT, of_class
from tests.settings.broken_scaling import COUNTED

CERTIFICATE = {"vault_certificate": "speech-tls", "vault_id": VAULT}
MIRROR = {"server": "registry.contoso.example", "username": "puller"}


def test_pods_may_read_the_users_vault_that_has_the_certificate() -> None:
    role = deployed(of_class("envoy", tls=CERTIFICATE)).named("speech-certificates")
    assert role.inputs["scope"] == VAULT
    assert role.inputs["roleDefinitionId"].endswith("4633458b-17de-408a-b874-0445c86b69e6"), "Key Vault Secrets User"


def test_the_stacks_own_vault_needs_no_other_role() -> None:
    recording = deployed(of_class("envoy", tls={"vault_certificate": "speech-tls"}))
    assert "speech-certificates" not in {each.name for each in recording.made}


def test_a_controller_of_ours_comes_with_its_pull_secret() -> None:
    password = {"speech:registry.password": "planted-password"}
    recording = deployed(of_class("envoy", install="envoy"), ("speech:registry", MIRROR), secrets=password)
    assert recording.named("speech-envoy-pull").inputs["metadata"]["namespace"] == "envoy-gateway-system"
    values = recording.named("speech-envoy-release").inputs["values"]
    assert values["global"]["imagePullSecrets"] == [{"name": "speech-registry"}]


def test_keda_is_on_where_a_container_scales_by_streams_and_unasked_for_elsewhere() -> None:
    profile = "workloadAutoScalerProfile"
    assert deployed(*COUNTED).named("speech-cluster").inputs[profile] == {"keda": {"enabled": True}}
    assert profile not in deployed().named("speech-cluster").inputs
