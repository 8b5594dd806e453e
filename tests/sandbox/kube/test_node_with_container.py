"""The node and the container double, as they run together in the sandbox."""

import time
from pathlib import Path

import httpx

from sandbox.kube import kinds
from sandbox.kube.launching import Containers
from sandbox.kube.node import Node
from sandbox.kube.store import Store
from tests.sandbox.kube.kube_doubles import CLUSTER, Azure, deployment


def no_vault(**_: str) -> str:
    raise AssertionError("no vault is mounted")


def test_a_deployed_speech_container_answers(tmp_path: Path, azure: Azure) -> None:
    store = Store(tmp_path / "kube.sqlite")
    store.open_cluster(CLUSTER)
    secret = {"metadata": {"name": "keys"}, "stringData": {"ApiKey": "planted-key"}}
    store.create(CLUSTER, kinds.named("Secret"), "default", secret)
    store.create(CLUSTER, kinds.named("Deployment"), "default", deployment())
    containers = Containers("", tmp_path / "ca.pem", tmp_path, tmp_path / "volumes", loading_seconds=0)
    node = Node(store, azure.access, no_vault, containers)
    node.start()
    try:
        deadline = time.monotonic() + 60
        while not (address := [row["address"] for row in node.workloads() if row["address"]]):
            assert time.monotonic() < deadline, node.workloads()
            time.sleep(0.05)
        assert httpx.get(f"http://{address[0]}/", timeout=10).status_code == 200
    finally:
        node.stop()
        store.close()
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"planted-key" in path.read_bytes()]
