"""A cluster of the sandbox takes KEDA's objects where its add-on is on, and refuses a field that no definition has."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.sandbox.kube.kube_doubles import CLUSTER, Azure

SCALED = "apis/keda.sh/v1alpha1/namespaces/default/scaledobjects"


def scaled(**more: object) -> dict[str, Any]:
    trigger = {"type": "prometheus", "metadata": {"serverAddress": "http://a", "query": "b", "threshold": "5.3"}}
    spec = {"scaleTargetRef": {"name": "a"}, "triggers": [trigger], **more}
    return {"apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject", "metadata": {"name": "a"}, "spec": spec}


def test_an_object_of_keda_is_stored_as_it_is(api: TestClient) -> None:
    document = scaled(minReplicaCount=2, fallback={"failureThreshold": 20, "replicas": 4})
    assert api.post(SCALED, json=document).status_code == 201
    assert api.get(f"{SCALED}/a").json()["spec"] == document["spec"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"maxReplicas": 4}, 'unknown field "spec.maxReplicas"'),
        ({"minReplicaCount": "2"}, "spec.minReplicaCount"),
        ({"triggers": [{"type": "prometheus", "metadata": {"threshold": 5}}]}, "spec.triggers[0].metadata.threshold"),
    ],
)
def test_what_no_definition_has_is_refused(api: TestClient, more: dict[str, object], words: str) -> None:
    answer = api.post(SCALED, json=scaled(**more))
    assert answer.status_code in {400, 422}
    assert words in answer.json()["message"]


def test_a_cluster_without_the_add_on_knows_no_keda(api: TestClient, azure: Azure) -> None:
    azure.clusters[CLUSTER].keda = False
    assert api.post(SCALED, json=scaled()).status_code == 404
