"""`speech render kubernetes` against what the components hand to the engine."""

import json
from copy import deepcopy
from typing import Any

import pytest

from operations import cluster_documents
from speech.capacity.planner import plan
from speech.manifests import cluster
from speech.manifests.document import Document
from speech.settings.parse import parse
from tests.components.deployed import clear, deployed
from tests.stacks import stack_file

DEMAND = {"demand": {"concurrent_streams": 2}}
CONTAINERS = [
    {
        "name": "transcribe-en",
        "kind": "speech-to-text",
        "locale": "en-US",
        "version": "5.1.0",
        "options": {
            "diarization": {},
            "sentiment": {"host": "https://language.contoso.example/text/analytics/v3.0/sentiment"},
        },
        **DEMAND,
    },
    {
        "name": "custom-med",
        "kind": "custom-speech-to-text",
        "version": "5.1.0",
        "model": {"id": "1f2e", "display": {"locale": "en-US", "types": ["FullDisplay"]}},
        **DEMAND,
    },
    {"name": "check", "kind": "diagnostic"},
]
SECRETS = {
    "speech:containers[0].options.sentiment.key": "planted-sentiment",
    "speech:registry.password": "planted-word",
}
GATEWAY = {"class_name": "envoy", "tls": {"secret": "speech-tls"}}
TARGETS: dict[str, dict[str, Any]] = {
    "aks": {"kind": "aks"},
    "kubernetes": {"kind": "kubernetes", "namespace": "voices", "storage_class": "nfs", "ingress_class": "nginx"},
}


def changes(target: str) -> list[tuple[str, object]]:
    gateway = GATEWAY if target == "aks" else None
    return [
        ("speech:target", TARGETS[target]),
        ("speech:containers", CONTAINERS),
        ("speech:network", {"domain": "speech.contoso.example", "exposure": "internal", "gateway": gateway}),
        ("speech:registry", {"server": "registry.contoso.example", "username": "puller"}),
    ]


def by_name(documents: list[Document]) -> dict[tuple[str, str], Document]:
    return {(each["kind"], each["metadata"]["name"]): each for each in json.loads(json.dumps(documents))}


@pytest.mark.parametrize("target", TARGETS)
def test_what_is_rendered_is_what_the_engine_makes_but_for_secrets(target: str) -> None:
    recording = deployed(*changes(target), secrets=SECRETS)
    made = [
        {key: value for key, value in clear(each.inputs).items() if key != "status"}
        for each in recording.made
        if each.token.startswith("kubernetes:")
    ]
    stack = parse(stack_file(*deepcopy(changes(target)), *((path, {"secure": "v1:x:y"}) for path in SECRETS))).stack
    planned, outputs = plan(stack, "test"), recording.outputs
    known = {"billing": outputs["endpoint"], **clear(outputs["references"])}
    wired = cluster_documents.wiring_of(stack, planned, known)
    rendered = by_name(cluster.documents(planned, wired, cluster_documents.access_of(stack, wired, known)))
    deployed_ones = {key: each for key, each in by_name(made).items() if key[0] != "Secret"}
    assert set(rendered) == set(deployed_ones)
    assert {key: each for key, each in rendered.items() if each != deployed_ones[key]} == {}


def test_the_references_of_a_stack_hold_no_key() -> None:
    recording = deployed(*changes("aks"), secrets=SECRETS)
    told = str(clear(recording.outputs["references"]))
    assert "planted" not in told
    assert "transcribe-en-options-" in told
