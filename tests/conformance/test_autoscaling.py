"""KEDA's objects: admitted by a real API server that has the published definitions, and put into the place of an
autoscaler by the real provider.
"""

import json
from pathlib import Path

import pytest

from conformance.client import Client, Document, RefusedError
from conformance.parts import PROVIDER_COMMAND
from conformance.running import Running
from sandbox.home import Home, prepare
from sandbox.kube import kinds
from sandbox.running import Server
from speech.capacity.plan import Plan
from speech.manifests import autoscaling
from tests.conformance.admitting import admit, serve
from tests.engine_harness import Project
from tests.manifests.made import planned, wired
from tests.settings.broken_scaling import CONTAINED, COUNTED, asked

pytestmark = pytest.mark.conformance

SCALERS = {
    "HorizontalPodAutoscaler": "/apis/autoscaling/v2/namespaces/speech/horizontalpodautoscalers",
    "ScaledObject": kinds.KEDA[0].path("speech"),
}
PROGRAM = """
    import json
    import pulumi
    from pathlib import Path
    from pulumi_kubernetes import Provider
    from components.documents import KubernetesObject

    config = pulumi.Config()
    provider = Provider("cluster", kubeconfig=config.require("kubeconfig"), cluster_identifier="one")
    document = json.loads(Path("document.json").read_text())
    KubernetesObject("autoscaler", document, pulumi.ResourceOptions(provider=provider))
"""
_SERVED_SECONDS = 30.0


@pytest.fixture(scope="module")
def client(plane: Running) -> Client:
    """Of a cluster with KEDA's definitions and the stack's namespace."""
    client = Client(plane.kubeconfig)
    serve(client, kinds.KEDA, _SERVED_SECONDS)
    return client


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


def test_the_real_provider_takes_one_scaler_away_before_the_other_comes(
    client: Client, plane: Running, built: dict[str, Path], tmp_path: Path
) -> None:
    home = Home(tmp_path / "home")
    prepare(home)
    home.bin.mkdir(exist_ok=True)
    (home.bin / PROVIDER_COMMAND).symlink_to(built[PROVIDER_COMMAND])
    server = Server(url="https://127.0.0.1:1", home=home, port=1, pid=0)
    project = Project(tmp_path / "project", server, {"kubeconfig": str(plane.kubeconfig)})
    (by_cpu, by_streams) = (
        autoscaling.documents(made.containers[0], wired(made)) for made in (planned(), planned(*COUNTED))
    )
    for document in (by_cpu["autoscaler"], by_streams["autoscaler"], by_cpu["autoscaler"]):
        project.folder.mkdir(exist_ok=True)
        (project.folder / "document.json").write_text(json.dumps(document))
        project.program(PROGRAM)
        project.up()
        assert {kind for kind, path in SCALERS.items() if client.items(path)} == {document["kind"]}
        assert project.up().changes == {}
    project.destroy()
    assert not any(client.items(path) for path in SCALERS.values())
