"""A cluster of the sandbox takes the objects of a gateway, and refuses a field that no definition has."""

from typing import Any

import pytest
from starlette.testclient import TestClient

ROUTES = "apis/gateway.networking.k8s.io/v1/namespaces/default/httproutes"
GATEWAYS = "apis/gateway.networking.k8s.io/v1/namespaces/default/gateways"
STRICT = {"fieldValidation": "Strict"}


RELEASE = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "sh.helm.release.v1.eg.v1"},
    "type": "helm.sh/release.v1",
    "data": {"release": "e30="},
}


@pytest.fixture
def installed(api: TestClient) -> TestClient:
    """The API of a cluster of Azure in which Helm has installed the gateway's controller."""
    assert api.post("api/v1/namespaces/default/secrets", json=RELEASE).status_code == 201
    return api


def test_a_cluster_of_azure_knows_no_gateway_before_one_is_installed(api: TestClient) -> None:
    assert api.post(ROUTES, json=route()).status_code == 404


def route(**rule: object) -> dict[str, Any]:
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": "a"},
        "spec": {"hostnames": ["a.speech.contoso.example"], "rules": [rule]},
    }


def test_a_route_is_stored_as_it_is(installed: TestClient) -> None:
    document = route(timeouts={"request": "0s"})
    assert installed.post(ROUTES, json=document, params=STRICT).status_code == 201
    assert installed.get(f"{ROUTES}/a").json()["spec"] == document["spec"]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"timeout": {"request": "0s"}}, 'unknown field "spec.rules[0].timeout"'),
        ({"timeouts": {"request": 0}}, "spec.rules[0].timeouts.request"),
    ],
)
def test_what_no_definition_has_is_refused(installed: TestClient, rule: dict[str, Any], words: str) -> None:
    answer = installed.post(ROUTES, json=route(**rule), params=STRICT)
    assert answer.status_code in {400, 422}
    assert words in answer.json()["message"]


def test_a_gateway_has_a_class_and_listeners(installed: TestClient) -> None:
    empty = {**route(), "kind": "Gateway", "spec": {"gatewayClassName": "envoy"}}
    answer = installed.post(GATEWAYS, json=empty, params=STRICT)
    assert (answer.status_code, "spec.listeners: Required value" in answer.json()["message"]) == (422, True)
