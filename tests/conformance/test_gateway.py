"""The objects of a gateway, admitted by a real API server that has the published definitions and their rules."""

import pytest

from conformance import definitions
from conformance.client import Client, Document, RefusedError
from conformance.first_objects import define
from conformance.running import Running
from sandbox.kube import kinds
from sandbox.progress import Progress
from speech.capacity.plan import Plan
from speech.manifests.cluster import documents
from tests.conformance.admitting import admit, serve
from tests.manifests.made import wired
from tests.manifests.test_gateway import ISTIO, JWT, TLS, VOICE, C, behind

pytestmark = pytest.mark.conformance

OF_GATEWAY = {(kind.api_version, kind.name) for kind in kinds.GATEWAY}
SPEAKING = {**VOICE, "version": "3.11.0", "demand": {"concurrent_streams": 2}}
_SERVED_SECONDS = 120.0


@pytest.fixture(scope="module")
def client(plane: Running) -> Client:
    """Of a cluster with the definitions of gateways and the stack's namespace."""
    client = Client(plane.kubeconfig)
    define(client, definitions.of_gateways(definitions.ensure(Progress())))
    serve(client, kinds.GATEWAY, _SERVED_SECONDS)
    return client


def of_gateway(made: Plan) -> list[Document]:
    return [each for each in documents(made, wired(made)) if (each["apiVersion"], each["kind"]) in OF_GATEWAY]


@pytest.mark.parametrize(
    "made",
    [
        behind(),
        behind({"class_name": "envoy"}),
        behind({"class_name": "envoy", "install": "envoy"}),
        behind(jwt=JWT),
        behind(api_keys={"secret": "speech-callers"}, certificate_authority="speech-callers-ca"),
        behind(TLS, (C, SPEAKING)),
        behind(ISTIO),
    ],
    ids=["ranges", "in clear", "installed", "tokens", "keys and certificates", "without streams", "of another class"],
)
def test_every_object_of_a_gateway_is_admitted_strictly(client: Client, made: Plan) -> None:
    found = of_gateway(made)
    assert {"Gateway", "HTTPRoute"} <= {each["kind"] for each in found}
    for document in found:
        admit(client, document)


def test_a_field_that_no_definition_has_is_refused(client: Client) -> None:
    route = next(each for each in of_gateway(behind()) if each["kind"] == "HTTPRoute")
    route["spec"]["rules"][0]["timeout"] = {"request": "0s"}
    with pytest.raises(RefusedError, match="timeout"):
        admit(client, route)
