"""Every document, read by the Kubernetes client's own models."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from kubernetes import client

from speech.capacity.plan import Plan, Volume
from speech.manifests import cluster, jobs, keys
from speech.manifests.document import Document
from tests.manifests.made import ACCESS, exposed, planned, wired

MODELS = {
    "Namespace": "V1Namespace",
    "Secret": "V1Secret",
    "ServiceAccount": "V1ServiceAccount",
    "Deployment": "V1Deployment",
    "Service": "V1Service",
    "HorizontalPodAutoscaler": "V2HorizontalPodAutoscaler",
    "PodDisruptionBudget": "V1PodDisruptionBudget",
    "NetworkPolicy": "V1NetworkPolicy",
    "Ingress": "V1Ingress",
    "Job": "V1Job",
    "PersistentVolumeClaim": "V1PersistentVolumeClaim",
}
C = "speech:containers[0]"
CIDRS = {"cidrs": ["203.0.113.0/24"]}
CUSTOM = {
    "name": "custom-med",
    "kind": "custom-speech-to-text",
    "version": "5.1.0",
    "model": {"id": "1f2e", "display": {"locale": "en-US", "types": ["FullDisplay"]}},
    "demand": {"concurrent_streams": 1},
    "options": {
        "diarization": {},
        "output": {},
        "fluentd": {"host": "fluentd.logging.svc"},
        "proxy": {"url": "http://proxy:8888"},
        "logging": {"disk": {}},
    },
}


def everything() -> Plan:
    """A model, a cache, an output volume, GPUs."""
    made = exposed("internal", (C, CUSTOM), domain="speech.contoso.example")
    return replace(made, containers=tuple(replace(container, gpus=1) for container in made.containers))


def by_license() -> Plan:
    """A disconnected custom container: two accounts, a licence."""
    made = planned((C, {**CUSTOM, "options": {}}))
    licence = Volume("license", "custom-med-license-51", 1, "/license", per_pod=False)
    (container,) = made.containers
    return replace(made, disconnected=True, containers=(replace(container, volumes=(*container.volumes, licence)),))


PLANS: dict[str, Callable[[], Plan]] = {
    "in the cluster": planned,
    "internal": lambda: exposed("internal", clients=CIDRS),
    "public": lambda: exposed("public", clients=CIDRS),
    "private": lambda: planned(("speech:account.private_endpoint", True), ("speech:account.public_access", False)),
    "with everything": everything,
    "by licence": by_license,
    "by number": lambda: planned((f"{C}.run_as_user", 65532), (f"{C}.scaling.by", "fixed")),
}


def documents(made: Plan) -> list[Document]:
    wiring = replace(wired(made), storage_class="fast", ingress_class="nginx")
    return [
        *(each for each in cluster.documents(made, wiring, ACCESS) if each["kind"] != "SecretProviderClass"),
        keys.secret(wiring.namespace, "speech-key1-0123abcd", {keys.SECRET_KEY: keys.encoded("key")}),
        keys.pull_secret(wiring.namespace, keys.encoded(keys.docker_config("registry", "user", "word"))),
        jobs.diagnosis(made.containers[0], wiring),
    ]


@pytest.mark.parametrize("name", PLANS)
def test_a_document_survives_the_kubernetes_models_without_loss(name: str) -> None:
    api: Any = client.ApiClient()
    for document in documents(PLANS[name]()):
        read = api.deserialize(json.dumps(document), MODELS[document["kind"]], "application/json")
        assert api.sanitize_for_serialization(read) == document


@pytest.mark.parametrize("name", PLANS)
def test_no_two_documents_of_a_kind_have_the_same_name(name: str) -> None:
    found = [(document["kind"], document["metadata"]["name"]) for document in documents(PLANS[name]())]
    assert len(found) == len(set(found))


@pytest.mark.parametrize("name", PLANS)
def test_every_document_of_the_namespace_says_who_manages_it(name: str) -> None:
    for document in documents(PLANS[name]()):
        assert document["metadata"]["labels"]["app.kubernetes.io/part-of"] == "speech-containers"
        if document["kind"] != "Namespace":
            assert document["metadata"]["namespace"] == "speech"


def test_what_is_fetched_comes_before_what_serves_and_the_namespace_before_all() -> None:
    made = by_license()
    kinds = [document["kind"] for document in cluster.documents(made, replace(wired(made), disconnected=True))]
    assert kinds[0] == "Namespace"
    assert kinds.index("PersistentVolumeClaim") < kinds.index("Job")
    assert kinds.count("Job") == 3, "a model, its display models, a licence"
    assert len(kinds) - kinds[::-1].index("Job") <= kinds.index("Deployment")
