"""Environment and arguments come out as a kubelet makes them."""

from typing import Any

import pytest

from sandbox.kube.pod import Pod, PodWaitingError, expand


def pod(**container: Any) -> Pod:
    template = {
        "metadata": {"labels": {"app": "speech"}},
        "spec": {"containers": [{"name": "c", **container}], "serviceAccountName": "reader"},
    }
    values = {"keys": {"ApiKey": "k", "Billing": "b"}}
    return Pod("speech-1", "default", template, values.get, {"settings": {"a": "1"}}.get)


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("ApiKey=$(KEY)", "ApiKey=k"),
        ("$(KEY)$(KEY)", "kk"),
        ("$(OTHER)", "$(OTHER)"),  # stays as it is, as the kubelet leaves it
        ("$$(KEY)", "$(KEY)"),
        ("$$$(KEY)", "$k"),
        ("100$ and $(", "100$ and $("),
    ],
)
def test_references_are_expanded_as_kubernetes_does(text: str, expanded: str) -> None:
    assert expand(text, {"KEY": "k"}) == expanded


def test_a_value_sees_only_the_variables_before_it() -> None:
    found = pod(env=[{"name": "A", "value": "$(B)"}, {"name": "B", "value": "b"}, {"name": "C", "value": "$(B)"}])
    assert found.environment() == {"A": "$(B)", "B": "b", "C": "b"}


def test_a_value_from_elsewhere_is_not_expanded() -> None:
    source = {"secretKeyRef": {"name": "keys", "key": "ApiKey"}}
    assert pod(env=[{"name": "A", "valueFrom": source}]).environment() == {"A": "k"}


def test_whole_secrets_and_maps_come_with_a_prefix() -> None:
    sources = [{"secretRef": {"name": "keys"}, "prefix": "S_"}, {"configMapRef": {"name": "settings"}}]
    assert pod(envFrom=sources).environment() == {"S_ApiKey": "k", "S_Billing": "b", "a": "1"}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("metadata.name", "speech-1"),
        ("metadata.namespace", "default"),
        ("metadata.labels['app']", "speech"),
        ("spec.serviceAccountName", "reader"),
        ("status.podIP", "127.0.0.1"),
    ],
)
def test_fields_of_the_pod(path: str, value: str) -> None:
    source = {"fieldRef": {"fieldPath": path}}
    assert pod(env=[{"name": "A", "valueFrom": source}]).environment() == {"A": value}


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ({"secretKeyRef": {"name": "none", "key": "a"}}, 'secret "none" not found'),
        ({"configMapKeyRef": {"name": "none", "key": "a"}}, 'configmap "none" not found'),
        ({"secretKeyRef": {"name": "keys", "key": "none"}}, "couldn't find key none in Secret default/keys"),
        ({"fieldRef": {"fieldPath": "status.phase"}}, "resolves no field status.phase"),
        ({"resourceFieldRef": {"resource": "limits.cpu"}}, "resolves no resourceFieldRef"),
    ],
)
def test_what_cannot_be_resolved_is_a_config_error(source: dict[str, Any], reason: str) -> None:
    with pytest.raises(PodWaitingError, match=r"^CreateContainerConfigError: ") as raised:
        pod(env=[{"name": "A", "valueFrom": source}]).environment()
    assert reason in str(raised.value)


def test_what_is_optional_may_be_missing() -> None:
    optional = {"secretKeyRef": {"name": "none", "key": "a", "optional": True}}
    whole = {"configMapRef": {"name": "none", "optional": True}}
    assert pod(env=[{"name": "A", "valueFrom": optional}], envFrom=[whole]).environment() == {}
