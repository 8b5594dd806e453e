"""A cluster of the sandbox takes the objects of a gateway, and refuses a field that no definition has."""

from typing import Any

import pytest
from starlette.testclient import TestClient

ROUTES = "apis/gateway.networking.k8s.io/v1/namespaces/default/httproutes"
GATEWAYS = "apis/gateway.networking.k8s.io/v1/namespaces/default/gateways"
STRICT = {"fieldValidation": "Strict"}


def route(**rule: object) -> dict[str, Any]:
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": "a"},
        "spec": {"hostnames": ["a.speech.contoso.example"], "rules": [rule]},
    }


def test_a_route_is_stored_as_it_is(api: TestClient) -> None:
    document = route(timeouts={"request": "0s"})
    assert api.post(ROUTES, json=document, params=STRICT).status_code == 201
    assert api.get(f"{ROUTES}/a").json()["spec"] == document["spec"]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"timeout": {"request": "0s"}}, 'unknown field "spec.rules[0].timeout"'),
        ({"timeouts": {"request": 0}}, "spec.rules[0].timeouts.request"),
    ],
)
def test_what_no_definition_has_is_refused(api: TestClient, rule: dict[str, Any], words: str) -> None:
    answer = api.post(ROUTES, json=route(**rule), params=STRICT)
    assert answer.status_code in {400, 422}
    assert words in answer.json()["message"]


def test_a_gateway_has_a_class_and_listeners(api: TestClient) -> None:
    empty = {**route(), "kind": "Gateway", "spec": {"gatewayClassName": "envoy"}}
    answer = api.post(GATEWAYS, json=empty, params=STRICT)
    assert (answer.status_code, "spec.listeners: Required value" in answer.json()["message"]) == (422, True)
