"""`speech verify --cluster` against a real control plane that knows nothing of the stack yet."""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from conformance.client import Client
from conformance.running import Running, control_plane
from speech.settings.target import AVX2_LABEL
from tests.conformance.aks import aks
from tests.stacks import stack_file

pytestmark = [pytest.mark.conformance, pytest.mark.timeout(300)]

SPEECH = Path(sys.executable).with_name("speech")
TWO_PODS = {"demand": {"concurrent_streams": 12, "base_streams": 6}}
CONTAINER = {"name": "transcribe-en", "kind": "speech-to-text", "locale": "en-US", "version": "5.1.0", **TWO_PODS}
NODES = "/api/v1/nodes"
_SECONDS = 90.0


def masked(line: str) -> str:
    """Without its numbers and its columns."""
    return re.sub(r"\d+(\.\d+)*", "N", " ".join(line.split()))


@dataclass
class Cluster:
    """A control plane of its own, and the command against it."""

    plane: Running
    client: Client
    folder: Path

    def node(self, name: str, cpu: str = "15", **labels: str) -> None:
        """A node that is ready; it waits for that."""
        status = {"allocatable": {"cpu": cpu, "memory": "56Gi", "pods": "110"}}
        status["capacity"] = status["allocatable"]
        labels = {"kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", "kubernetes.io/hostname": name, **labels}
        meta = {"name": name, "labels": labels}
        self.client.create(NODES, {"apiVersion": "v1", "kind": "Node", "metadata": meta, "status": status})
        deadline = time.monotonic() + _SECONDS
        while not self._open(name):
            assert time.monotonic() < deadline, self.client.get(f"{NODES}/{name}")
            time.sleep(0.2)

    def _open(self, name: str) -> bool:
        node = self.client.get(f"{NODES}/{name}")
        ready = any(one["type"] == "Ready" and one["status"] == "True" for one in node["status"].get("conditions", ()))
        return ready and not node["spec"].get("taints")

    def everything(self) -> dict[str, str]:
        """The version of every object that a verification could have touched."""
        paths = (
            "/api/v1/namespaces",
            "/api/v1/pods",
            "/api/v1/services",
            "/apis/apps/v1/deployments",
            "/api/v1/serviceaccounts",
        )
        return {
            f"{path} {one['metadata'].get('namespace')}/{one['metadata']['name']}": one["metadata"]["uid"]
            for path in paths
            for one in self.client.items(path)
        }

    def verify(self, *changes: tuple[str, object], target: dict[str, Any] | None = None) -> tuple[int, list[str]]:
        """Exit status, and the lines with numbers masked."""
        file = self.folder / "Pulumi.onprem.yaml"
        config = stack_file(
            ("speech:target", {"kind": "kubernetes", **(target or {})}), ("speech:containers", [CONTAINER]), *changes
        )
        with file.open("w") as opened:
            YAML().dump({"config": config}, opened)
        done = subprocess.run(
            [SPEECH, "verify", str(file), "--cluster"],
            cwd=self.folder,
            env={"PATH": str(self.folder), "HOME": str(self.folder), "KUBECONFIG": str(self.plane.kubeconfig)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode in {0, 1}, done.stderr
        return done.returncode, [masked(line) for line in done.stdout.splitlines() if line]


@pytest.fixture(scope="module")
def cluster(control_plane_parts: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:  # noqa: ARG001
    folder = tmp_path_factory.mktemp("verify")
    with control_plane(folder / "plane") as plane:
        client = Client(plane.kubeconfig)
        yield Cluster(plane, client, folder)
        client.close()


@pytest.fixture
def node(cluster: Cluster) -> Iterator[Callable[..., None]]:
    """Makes nodes that go with the test."""
    made: list[str] = []

    def make(name: str, **more: str) -> None:
        made.append(name)
        cluster.node(name, **more)

    yield make
    for name in made:
        cluster.client.delete(f"{NODES}/{name}")


def test_a_cluster_that_takes_the_stack_passes_and_is_left_as_it_was(
    cluster: Cluster, node: Callable[..., None]
) -> None:
    node("large", cpu="31", **{AVX2_LABEL: "true"})
    before = cluster.everything()
    code, lines = cluster.verify()
    assert lines == [
        "cluster namespace speech, not up yet",
        "pass api https://N:N answers",
        "pass version Kubernetes vN",
        "pass kinds all N kinds of the stack are served, in their versions",
        "pass documents all N pass a strict dry run, in default: speech comes with the first up",
        "warn security not asked: speech comes with the first up, held to the level that the stack sets",
        "pass nodes N of N ready nodes take pods of the stack and have AVXN, as their label says",
        "pass room min N pods find a place on the nodes that are there",
        "pass room max N pods find a place on the nodes that are there",
        "fail metrics pods' cores are not measured: autoscalers would stay at the least",
        "install metrics-server (AKS has it: kubectl -n kube-system get deployment metrics-server)",
        "onprem: N failed, N to look at, N passed",
    ]
    assert code == 1
    assert cluster.everything() == before


def test_a_stack_that_is_up_on_the_real_control_plane_is_taken_again_with_its_own_pods(
    built: dict[str, Path], tmp_path: Path
) -> None:
    with aks(tmp_path, built, "sandbox") as stack:
        stack.up()
        done = subprocess.run(
            [SPEECH, "verify", "sandbox", "--cluster"],
            cwd=stack.folder,
            env=stack.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    lines = [masked(line) for line in done.stdout.splitlines() if line]
    assert lines[0] == "cluster namespace speech, as it is up", done.stderr
    assert "pass documents all N pass a strict dry run" in lines
    assert "pass security pods of all N templates are admitted where they run" in lines
    assert [line for line in lines if line.startswith("pass room min")], lines
    assert [line for line in lines if line.startswith("pass room max")], lines
    assert [line for line in lines if line.startswith("fail")] == [
        "fail metrics pods' cores are not measured: autoscalers would stay at the least"
    ]


def test_pods_beyond_the_nodes_are_counted_by_container(cluster: Cluster, node: Callable[..., None]) -> None:
    node("small", cpu="8", **{AVX2_LABEL: "true"})
    _, lines = cluster.verify(("speech:containers[0].demand.concurrent_streams", 40))
    assert "pass room min N pods find a place on the nodes that are there" in lines
    [most] = [line for line in lines if line.startswith("fail room max")]
    assert most == (
        "fail room max N of N pods find no place: N of transcribe-en (N cpu N GiB; the freest node has N cpu N GiB)"
    )


def test_without_the_label_of_avx2_no_node_takes_a_pod_and_the_remedy_labels_one(
    cluster: Cluster, node: Callable[..., None]
) -> None:
    node("unlabelled")
    _, lines = cluster.verify()
    at = lines.index(
        "fail nodes no ready node has the label feature.node.kubernetes.io/cpu-cpuid.AVXN=true,"
        " which pods of transcribe-en ask for"
    )
    assert lines[at + 1].startswith("install Node Feature Discovery, or kubectl label node NAME")


def test_classes_that_the_cluster_has_not_are_named(cluster: Cluster) -> None:
    changes = [
        ("speech:network", {"exposure": "internal", "domain": "speech.contoso.example"}),
    ]
    _, lines = cluster.verify(*changes[:1], target={"ingress_class": "nginx"})
    at = lines.index("fail ingress there is no ingress class nginx")
    assert lines[at + 1] == "kubectl get ingressclass shows none: install its controller"


def test_kinds_of_gateways_that_are_not_served_are_named_with_what_installs_them(cluster: Cluster) -> None:
    gateway = {"class_name": "envoy", "tls": {"secret": "speech-tls"}}
    network = {"exposure": "internal", "domain": "speech.contoso.example", "gateway": gateway}
    path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    known = {one["spec"]["group"] for one in cluster.client.items(path)}
    _, lines = cluster.verify(("speech:network", network))
    kinds = next(line for line in lines if " kinds " in line)
    if "gateway.networking.k8s.io" in known:
        assert "fail gateway there is no gateway class envoy" in lines
    else:
        assert kinds.startswith("fail kinds not served: ")


def test_a_namespace_held_to_another_level_refuses_pods_and_says_why(cluster: Cluster) -> None:
    enforce = {"pod-security.kubernetes.io/enforce": "restricted"}
    meta = {"name": "speech", "labels": enforce}
    cluster.client.create("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": meta})
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "speech"}}
    cluster.client.create("/api/v1/namespaces/speech/serviceaccounts", account)
    try:
        _, lines = cluster.verify()
        [security] = [line for line in lines if line.startswith("fail security")]
        assert 'pods of transcribe-en: pods "transcribe-en-verify" is forbidden: violates PodSecurity' in security
        assert "the namespace's label pod-security.kubernetes.io/enforce: baseline is what the stack sets" in lines
    finally:
        cluster.client.delete("/api/v1/namespaces/speech")


def test_a_cluster_that_does_not_answer_is_one_line_with_a_remedy(cluster: Cluster, tmp_path: Path) -> None:
    text = cluster.plane.kubeconfig.read_text()
    gone = tmp_path / "kubeconfig"
    gone.write_text(re.sub(r"(https://127\.0\.0\.1):\d+", r"\1:9", text))
    elsewhere = Cluster(Running(gone, (), tmp_path), cluster.client, tmp_path)
    code, lines = elsewhere.verify()
    assert code == 1
    assert lines[1].startswith("fail api https://N:N does not answer")
