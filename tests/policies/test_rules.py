"""Each rule against a resource that keeps it and one that breaks it. A violation's words say path, what, why and remedy."""

from collections.abc import Mapping
from typing import Any

import pytest

from policies.account import ACCOUNT, VAULT
from policies.hosts import CLUSTER, POOL
from policies.images import parsed
from policies.keys import plain_secrets
from policies.reading import GROUP, MARKED, UNKNOWN, About, Resource, token
from policies.rules import ENVIRONMENTS, RULES, STACK_RULES

DEPLOYMENT = "kubernetes:apps/v1:Deployment"
SERVICE = "kubernetes:core/v1:Service"
# Made up: 32 hexadecimal digits, 84 letters and digits.
OLD_KEY, NEW_KEY = "0123456789abcdef" * 2, "Abc123" * 14


def found(
    rule: str, resource_type: str, props: Mapping[str, Any], about: About | None = None, **more: bool
) -> list[str]:
    """What one rule says of one resource."""
    (checked,) = (one for one in RULES if one.name == rule)
    return list(checked.find(Resource(resource_type, "urn", props, **more), about or About()))


def pods(*containers: Mapping[str, Any], **spec: Any) -> dict[str, Any]:
    """A Deployment's properties."""
    return {
        "metadata": {"name": "read", "namespace": "speech"},
        "spec": {"template": {"spec": {"containers": list(containers)}}, **spec},
    }


# --- account and vault


def test_an_account_that_refuses_keys_is_told_that_containers_stop() -> None:
    (words,) = found(
        "account-keeps-local-auth", ACCOUNT, {"kind": "SpeechServices", "properties": {"disableLocalAuth": True}}
    )
    assert words.startswith("properties.disableLocalAuth: true refuses keys")
    assert "they stop" in words
    assert "Set it to false" in words


@pytest.mark.parametrize("value", [False, None, UNKNOWN])
def test_an_account_that_takes_keys_is_right(value: object) -> None:
    props = {"kind": "SpeechServices", "properties": {"disableLocalAuth": value}}
    assert not found("account-keeps-local-auth", ACCOUNT, props)


def test_an_account_that_bills_no_container_may_refuse_keys() -> None:
    assert not found("account-keeps-local-auth", ACCOUNT, {"kind": "OpenAI", "properties": {"disableLocalAuth": True}})


def test_an_open_account_is_told_whom_to_list() -> None:
    (words,) = found("account-has-network-rules", ACCOUNT, {"properties": {"publicNetworkAccess": "Enabled"}})
    assert "speech:account.allowed_ip_ranges" in words
    assert "leaked key" in words


@pytest.mark.parametrize(
    "properties",
    [{"publicNetworkAccess": "Disabled"}, {"networkAcls": {"defaultAction": "Deny"}}, {"networkAcls": UNKNOWN}],
)
def test_an_account_with_rules_or_without_a_public_address_is_right(properties: dict[str, Any]) -> None:
    assert not found("account-has-network-rules", ACCOUNT, {"properties": properties})


def test_an_unprotected_account_is_told_of_destroy() -> None:
    assert "pulumi destroy" in found("account-is-protected", ACCOUNT, {})[0]
    assert not found("account-is-protected", ACCOUNT, {}, protect=True)


def test_a_vault_that_can_be_purged_is_told_so() -> None:
    (words,) = found("vault-keeps-what-is-deleted", VAULT, {"properties": {}})
    assert words.startswith("properties.enablePurgeProtection")
    both = found("vault-keeps-what-is-deleted", VAULT, {"properties": {"enableSoftDelete": False}})
    assert len(both) == 2
    assert not found("vault-keeps-what-is-deleted", VAULT, {"properties": {"enablePurgeProtection": True}})


def test_a_vault_of_access_policies_is_told_of_roles() -> None:
    assert "Key Vault Secrets User" in found("vault-is-read-by-role", VAULT, {"properties": {}})[0]
    assert not found("vault-is-read-by-role", VAULT, {"properties": {"enableRbacAuthorization": True}})


# --- keys


@pytest.mark.parametrize(
    ("container", "path"),
    [
        ({"env": [{"name": "ApiKey", "value": "x"}]}, "containers[0].env[0]: ApiKey"),
        ({"env": [{"name": "Plain", "value": OLD_KEY}]}, "containers[0].env[0]: Plain"),
        ({"env": [{"name": "Plain", "value": NEW_KEY}]}, "containers[0].env[0]: Plain"),
        ({"args": ["Eula=accept", f"ApiKey={NEW_KEY}"]}, "containers[0].args[1]: ApiKey"),
        ({"command": ["run", "--password=hunter2"]}, "containers[0].command[1]: --password"),
    ],
)
def test_a_key_in_the_clear_is_found_by_name_or_shape_and_never_repeated(container: dict[str, Any], path: str) -> None:
    (words,) = found("keys-are-never-in-the-clear", DEPLOYMENT, pods(container))
    assert words.startswith(f"spec.template.spec.{path} holds a key in the clear")
    assert "valueFrom.secretKeyRef" in words
    assert not any(key in words for key in (OLD_KEY, NEW_KEY, "hunter2"))


@pytest.mark.parametrize(
    "container",
    [
        {"args": ["ApiKey=$(API_KEY)"], "env": [{"name": "API_KEY", "valueFrom": {"secretKeyRef": {"name": "key"}}}]},
        {"env": [{"name": "ApiKey", "value": UNKNOWN}]},
        {"env": [{"name": "ModelId", "value": "1f2e3d4c-0000-4000-8000-000000000000"}]},
        {"args": ["image@sha256:" + "0" * 64]},
    ],
)
def test_a_key_by_reference_and_what_only_looks_like_one_are_right(container: dict[str, Any]) -> None:
    assert not found("keys-are-never-in-the-clear", DEPLOYMENT, pods(container))


def test_a_container_group_hides_its_key_in_a_secure_value() -> None:
    bad = {"containers": [{"environmentVariables": [{"name": "ApiKey", "value": NEW_KEY}]}]}
    good = {"containers": [{"environmentVariables": [{"name": "ApiKey", "secureValue": NEW_KEY}]}]}
    assert "secureValue" in found("keys-are-never-in-the-clear", GROUP, bad)[0]
    assert not found("keys-are-never-in-the-clear", GROUP, good)


def test_a_config_map_holds_no_key() -> None:
    (words,) = found("keys-are-never-in-the-clear", "kubernetes:core/v1:ConfigMap", {"data": {"a": OLD_KEY}})
    assert words == "data.a: a ConfigMap holds a key in the clear; put it into a Secret"


@pytest.mark.parametrize(
    ("resource_type", "props", "path"),
    [
        ("kubernetes:core/v1:Secret", {"stringData": {"key": "x"}}, "stringData.key"),
        ("azure-native:keyvault:Secret", {"properties": {"value": "x"}}, "properties.value"),
        (GROUP, {"imageRegistryCredentials": [{"password": "x"}]}, "imageRegistryCredentials[0].password"),
        (
            GROUP,
            {"containers": [{"environmentVariables": [{"secureValue": "x"}]}]},
            "containers[0].environmentVariables[0].secureValue",
        ),
        (
            GROUP,
            {"volumes": [{"azureFile": {"storageAccountKey": "x"}}]},
            "volumes[0].azureFile.storageAccountKey",
        ),
    ],
)
def test_what_is_secret_by_nature_is_marked_so(resource_type: str, props: dict[str, Any], path: str) -> None:
    assert list(plain_secrets(resource_type, props)) == [path]


@pytest.mark.parametrize("value", [MARKED, UNKNOWN, ""])
def test_what_is_marked_or_not_known_yet_is_no_plain_secret(value: object) -> None:
    assert not list(plain_secrets("azure-native:keyvault:Secret", {"properties": {"value": value}}))


# --- images


@pytest.mark.parametrize("image", ["r.example/a", "r.example/a:latest", "r.example:5000/a/b"])
def test_an_image_without_a_version_is_told_that_it_moves(image: str) -> None:
    (words,) = found("images-are-pinned", DEPLOYMENT, pods({"image": image}))
    assert words.startswith(f'spec.template.spec.containers[0].image: "{image}" is another image whenever')


@pytest.mark.parametrize("image", ["r.example/a:5.1.0-amd64-en-us", f"r.example/a@sha256:{'0' * 64}", UNKNOWN])
def test_an_image_with_a_version_or_a_digest_is_pinned(image: object) -> None:
    assert not found("images-are-pinned", DEPLOYMENT, pods({"image": image}))


def test_a_floating_tag_may_be_acknowledged() -> None:
    about = About(acknowledged=frozenset({"floating-tag"}))
    assert not found("images-are-pinned", DEPLOYMENT, pods({"image": "r.example/a:latest"}), about)


def test_an_image_of_another_registry_is_told_which_are_allowed() -> None:
    about = About(registries=("contoso.azurecr.io",))
    (words,) = found("images-come-from-allowed-registries", DEPLOYMENT, pods({"image": "mcr.microsoft.com/a:1"}), about)
    assert "mcr.microsoft.com is none of the allowed registries (contoso.azurecr.io)" in words
    assert not found(
        "images-come-from-allowed-registries", DEPLOYMENT, pods({"image": "contoso.azurecr.io/a:1"}), about
    )


def test_an_image_names_its_registry() -> None:
    assert (
        "names no registry" in found("images-come-from-allowed-registries", DEPLOYMENT, pods({"image": "redis:7"}))[0]
    )


def test_a_port_of_a_registry_is_no_tag() -> None:
    assert parsed("localhost:5000/speech/stt").tag == ""
    assert parsed("localhost:5000/speech/stt").host == "localhost:5000"


# --- hosts


@pytest.mark.parametrize(
    ("size", "words"), [("Standard_D8ps_v5", "has no AVX2 (arm64)"), ("Standard_Z9", "does not know")]
)
def test_a_pool_without_avx2_is_told_why(size: str, words: str) -> None:
    assert words in found("nodes-have-avx2", POOL, {"vmSize": size, "mode": "User"})[0]
    profiles = {"agentPoolProfiles": [{"vmSize": size, "mode": "User"}]}
    assert found("nodes-have-avx2", CLUSTER, profiles)[0].startswith("agentPoolProfiles[0].vmSize")


def test_system_pools_run_no_speech_container() -> None:
    assert not found("nodes-have-avx2", POOL, {"vmSize": "Standard_D4ps_v5", "mode": "System"})


def test_an_unlisted_size_may_be_acknowledged() -> None:
    about = About(acknowledged=frozenset({"unlisted-vm-size"}))
    assert not found("nodes-have-avx2", POOL, {"vmSize": "Standard_Z9", "mode": "User"}, about)


def autoscaled(**spec: Any) -> list[tuple[str, str]]:
    target = {"scaleTargetRef": {"kind": "Deployment", "name": "read"}}
    scaler = Resource(
        "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
        "scaler",
        {"metadata": {"namespace": "speech"}, "spec": target},
    )
    return list(STACK_RULES[0].find([scaler, Resource(DEPLOYMENT, "deployment", pods(**spec))], About()))


def test_replicas_belong_to_the_autoscaler() -> None:
    ((urn, words),) = autoscaled(replicas=3)
    assert urn == "deployment"
    assert words.startswith("spec.replicas: an autoscaler scales read")
    assert not autoscaled()


# --- reach


@pytest.mark.parametrize("ranges", [None, [], ["10.0.0.0/8", "0.0.0.0/0"]])
def test_a_public_address_without_ranges_is_everybodys(ranges: object) -> None:
    (words,) = found(
        "load-balancers-have-source-ranges",
        SERVICE,
        {"spec": {"type": "LoadBalancer", "loadBalancerSourceRanges": ranges}},
    )
    assert words.startswith("spec.loadBalancerSourceRanges: anybody on the internet may call")
    assert "speech:network.clients.cidrs" in words


@pytest.mark.parametrize(
    "props",
    [
        {"spec": {"type": "LoadBalancer", "loadBalancerSourceRanges": ["203.0.113.0/24"]}},
        {
            "metadata": {"annotations": {"service.beta.kubernetes.io/azure-load-balancer-internal": "true"}},
            "spec": {"type": "LoadBalancer"},
        },
        {"spec": {"type": "ClusterIP"}},
    ],
)
def test_ranges_a_private_address_or_none_are_right(props: dict[str, Any]) -> None:
    assert not found("load-balancers-have-source-ranges", SERVICE, props)


def test_a_gateways_own_address_is_held_to_the_same() -> None:
    proxy = "kubernetes:gateway.envoyproxy.io/v1alpha1:EnvoyProxy"
    props = {"spec": {"provider": {"kubernetes": {"envoyService": {"type": "LoadBalancer"}}}}}
    assert found("load-balancers-have-source-ranges", proxy, props)[0].startswith(
        "spec.provider.kubernetes.envoyService"
    )


def test_a_public_container_group_needs_an_acknowledgement() -> None:
    public = {"ipAddress": {"type": "Public"}}
    assert "acknowledge open-endpoint" in found("groups-are-private", GROUP, public)[0]
    assert not found("groups-are-private", GROUP, public, About(acknowledged=frozenset({"open-endpoint"})))
    assert not found("groups-are-private", GROUP, {"ipAddress": {"type": "Private"}})


# --- tags


def test_a_resource_without_its_tags_is_told_which() -> None:
    (words,) = found(
        "resources-are-tagged", VAULT, {"tags": {"environment": "dev"}}, About(tags=("environment", "team"))
    )
    assert words.startswith('tags: without "team"')
    assert not found("resources-are-tagged", VAULT, {"tags": UNKNOWN})
    assert not found("resources-are-tagged", "azure-native:network:Subnet", {})


# --- all of them


def test_an_api_version_in_a_type_makes_no_other_type() -> None:
    assert token("azure-native:keyvault/v20230701:Vault") == VAULT
    assert token("kubernetes:apps/v1:Deployment") == DEPLOYMENT


def test_every_rule_is_mandatory_in_prod() -> None:
    assert all(rule.levels["prod"].value == "mandatory" for rule in (*RULES, *STACK_RULES))
    assert all(set(rule.levels) == set(ENVIRONMENTS) for rule in (*RULES, *STACK_RULES))
