"""KEDA's objects, admitted by a real API server that has the published definitions."""

import time

import pytest

from conformance.client import Client, Document, RefusedError
from conformance.running import Running
from sandbox.kube import kinds
from speech.capacity.plan import Plan
from speech.manifests import autoscaling
from tests.manifests.made import planned, wired
from tests.settings.broken_scaling import CONTAINED, COUNTED, asked

pytestmark = pytest.mark.conformance

KNOWN = {kind.name: kind for kind in kinds.KEDA}
_SERVED_SECONDS = 30.0
_PAUSE_SECONDS = 0.2


@pytest.fixture(scope="module")
def client(plane: Running) -> Client:
    """Of a cluster with KEDA's definitions and the stack's namespace."""
    client = Client(plane.kubeconfig)
    meta = {"name": "speech"}
    client.create("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": meta})
    deadline = time.monotonic() + _SERVED_SECONDS
    for kind in kinds.KEDA:
        while not serves(client, kind):
            assert time.monotonic() < deadline, kind
            time.sleep(_PAUSE_SECONDS)
    return client


def serves(client: Client, kind: kinds.Kind) -> bool:
    """A definition is served a little after it is stored: at first not found, then with its storage not ready."""
    try:
        client.get(kind.path("speech"))
    except RefusedError as refusal:
        if refusal.status not in {404, 429}:
            raise
        return False
    return True


def admit(client: Client, document: Document) -> None:
    path = KNOWN[document["kind"]].path("speech", document["metadata"]["name"])
    client.patch(f"{path}?fieldValidation=Strict&fieldManager=pulumi&dryRun=All", document)


def of_keda(made: Plan) -> list[Document]:
    return list(autoscaling.documents(made.containers[0], wired(made)).values())


@pytest.mark.parametrize(
    "made",
    [
        planned(*COUNTED),
        planned(*CONTAINED, asked(authentication="bearer", secret="mine")),
        planned(*CONTAINED, asked(authentication="basic", secret="mine")),
        planned(*CONTAINED, asked(authentication="azure", client_id="11111111-1111-4111-8111-111111111111")),
    ],
    ids=["open", "by token", "by password", "by identity"],
)
def test_every_object_of_keda_is_admitted_strictly(client: Client, made: Plan) -> None:
    found = of_keda(made)
    assert "ScaledObject" in {each["kind"] for each in found}
    for document in found:
        admit(client, document)


def test_a_fallback_without_its_number_of_failures_is_refused(client: Client) -> None:
    [scaled] = of_keda(planned(*COUNTED))
    del scaled["spec"]["fallback"]["failureThreshold"]
    with pytest.raises(RefusedError, match="failureThreshold"):
        admit(client, scaled)


def test_a_field_that_no_definition_has_is_refused(client: Client) -> None:
    [scaled] = of_keda(planned(*COUNTED))
    scaled["spec"]["maxReplicas"] = 4
    with pytest.raises(RefusedError, match="maxReplicas"):
        admit(client, scaled)
