"""The control plane itself: it starts in time, side by side, works, and ends whole."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.client import Client, Document
from conformance.running import Running, control_plane

pytestmark = [pytest.mark.conformance, pytest.mark.usefixtures("control_plane_parts")]

_START_SECONDS = 20.0


def until(ready: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def node(name: str) -> Document:
    room = {"cpu": "4", "memory": "8Gi", "pods": "30"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name}},
        "status": {"capacity": room, "allocatable": room},
    }


def deployment(name: str, replicas: int, cpu: str) -> Document:
    container = {"name": "main", "image": "example.invalid/image:1", "resources": {"requests": {"cpu": cpu}}}
    labels = {"app": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    }


def test_two_control_planes_start_side_by_side_and_leave_no_process(tmp_path: Path) -> None:
    began = time.monotonic()
    with control_plane(tmp_path / "one") as one:
        started = time.monotonic() - began
        with control_plane(tmp_path / "two") as two:
            assert set(one.pids).isdisjoint(two.pids)
            assert all(map(alive, (*one.pids, *two.pids)))
            names = [
                "kube-system" for each in (one, two) if Client(each.kubeconfig).exists("/api/v1/namespaces/kube-system")
            ]
            assert len(names) == 2
    assert not any(map(alive, (*one.pids, *two.pids)))
    assert started < _START_SECONDS, f"started in {started:.1f} s"


def test_a_killed_owner_leaves_no_process(tmp_path: Path) -> None:
    words = (
        "import sys, time; from pathlib import Path; from conformance.running import control_plane\n"
        f"with control_plane(Path({str(tmp_path / 'plane')!r})) as plane:\n"
        "    print(*plane.pids, flush=True); time.sleep(300)"
    )
    owner = subprocess.Popen([sys.executable, "-c", words], stdout=subprocess.PIPE, text=True)
    assert owner.stdout
    pids = [int(word) for word in owner.stdout.readline().split()]
    assert len(pids) == 5
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    owner.stdout.close()
    until(lambda: not any(map(alive, pids)))


def test_its_files_are_readable_by_their_owner_only(plane: Running) -> None:
    files = [plane.folder / "plane", *(plane.folder / "plane").glob("*.kubeconfig"), plane.folder / "plane/tokens.csv"]
    assert {path.stat().st_mode & 0o077 for path in files} == {0}


def test_no_secret_stands_in_an_argument_list(plane: Running) -> None:
    tokens = [line.split(",")[0] for line in (plane.folder / "plane/tokens.csv").read_text().splitlines()]
    told = b"".join(Path(f"/proc/{pid}/cmdline").read_bytes() for pid in plane.pids)
    assert not [token for token in tokens if token.encode() in told]


def test_pods_are_scheduled_on_its_nodes_as_far_as_they_have_room(plane: Running) -> None:
    client = Client(plane.kubeconfig)
    for name in ("small-1", "small-2"):
        client.create("/api/v1/nodes", node(name))
    client.create("/apis/apps/v1/namespaces/default/deployments", deployment("three", 3, "3"))
    path = "/apis/apps/v1/namespaces/default/deployments/three"
    until(lambda: client.get(path)["status"].get("readyReplicas") == 2)
    pods = client.items("/api/v1/namespaces/default/pods?labelSelector=app%3Dthree")
    waiting = [pod for pod in pods if not pod["spec"].get("nodeName")]
    [reason] = [one["message"] for pod in waiting for one in pod["status"]["conditions"]]
    assert "2 Insufficient cpu" in reason
    client.delete(path)


def test_a_load_balancer_gets_an_address(plane: Running) -> None:
    client = Client(plane.kubeconfig)
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "balanced"},
        "spec": {"type": "LoadBalancer", "ports": [{"port": 443}], "selector": {"app": "three"}},
    }
    client.create("/api/v1/namespaces/default/services", service)
    path = "/api/v1/namespaces/default/services/balanced"
    until(lambda: bool(client.get(path)["status"]["loadBalancer"].get("ingress")))
    assert client.get(path)["status"]["loadBalancer"]["ingress"][0]["ip"].startswith("203.0.113.")
    client.delete(path)


def claim(name: str, storage_class: str) -> Document:
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": storage_class,
            "resources": {"requests": {"storage": "8Gi"}},
        },
    }


def test_a_claim_is_bound_as_its_class_says_and_its_volume_goes_with_it(plane: Running) -> None:
    client = Client(plane.kubeconfig)
    collection = "/api/v1/namespaces/default/persistentvolumeclaims"
    client.create(collection, claim("files", "azurefile-csi"))
    client.create(collection, claim("disk", "managed-csi"))
    until(lambda: client.get(f"{collection}/files")["status"]["phase"] == "Bound")
    assert client.get(f"{collection}/disk")["status"]["phase"] == "Pending", "it waits for its first consumer"
    for name in ("files", "disk"):
        client.delete(f"{collection}/{name}")
    until(lambda: client.items("/api/v1/persistentvolumes") == [])
