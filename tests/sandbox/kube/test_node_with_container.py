"""The node and the container double, as they run together in the sandbox."""

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.kube import kinds
from sandbox.kube.launching import Containers
from sandbox.kube.node import Node
from sandbox.kube.store import Store
from tests.sandbox.kube.kube_doubles import CLUSTER, Azure, deployment

SECRET = {"metadata": {"name": "keys"}, "stringData": {"ApiKey": "planted-key"}}


def no_vault(**_: str) -> str:
    raise AssertionError("no vault is mounted")


class Running:
    """A node that runs real doubles."""

    def __init__(self, folder: Path, azure: Azure) -> None:
        self.folder = folder
        self.store = Store(folder / "kube.sqlite")
        self.store.open_cluster(CLUSTER)
        containers = Containers("", folder / "ca.pem", folder, folder / "volumes", loading_seconds=0)
        self.node = Node(self.store, azure.access, no_vault, containers)
        self.node.start()

    def create(self, kind: str, body: dict[str, Any]) -> None:
        self.store.create(CLUSTER, kinds.named(kind), "default", body)

    def until(self, name: str, state: str) -> dict[str, Any]:
        deadline = time.monotonic() + 60
        while True:
            rows = [row for row in self.node.workloads() if name in (row["deployment"], row["job"])]
            if rows and rows[0]["state"] == state:
                return rows[0]
            assert time.monotonic() < deadline, rows
            time.sleep(0.05)


@pytest.fixture
def running(tmp_path: Path, azure: Azure) -> Iterator[Running]:
    made = Running(tmp_path, azure)
    yield made
    made.node.stop()
    made.store.close()


def test_a_deployed_speech_container_answers(running: Running) -> None:
    running.create("Secret", SECRET)
    running.create("Deployment", deployment())
    address = running.until("transcribe", "Running")["address"]
    assert httpx.get(f"http://{address}/", timeout=10).status_code == 200
    running.node.stop()
    files = [path for path in running.folder.rglob("*") if path.is_file()]
    assert not [path for path in files if b"planted-key" in path.read_bytes()]


def test_a_container_finds_the_cache_by_the_name_of_its_service(running: Running) -> None:
    cache = deployment("cache")
    container = {"name": "cache", "image": "valkey/valkey:8.1-alpine", "command": ["valkey-server", "--save", ""]}
    cache["spec"]["template"]["spec"]["containers"] = [container]
    service = {"metadata": {"name": "cache"}, "spec": {"selector": {"app": "cache"}, "ports": [{"port": 6379}]}}
    running.create("Service", service)
    running.create("Deployment", cache)
    running.create("Secret", SECRET)
    running.create("Deployment", deployment())
    running.until("cache", "Running")
    running.until("transcribe", "Running")
    deadline = time.monotonic() + 20
    tables: list[dict[str, str]] = []
    while not tables or not all("localhost:5000" in table or "localhost:6379" in table for table in tables):
        assert time.monotonic() < deadline, tables
        files = list((running.folder / "volumes" / "pods").glob("*/names.json"))
        tables = [json.loads(file.read_text()) for file in files] if len(files) == 2 else []
        time.sleep(0.01)
    leads = {table["cache.default.svc.cluster.local:6379"] for table in tables}
    assert len(leads) == 1
    host, _, port = leads.pop().rpartition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(b"PING\r\n")
        assert connection.recv(16) == b"+PONG\r\n"


def test_a_download_whose_container_goes_on_serving_is_done_once_it_is_ready(running: Running) -> None:
    pod = deployment()["spec"]["template"]["spec"]
    sidecar = {**pod["containers"][0], "name": "download", "restartPolicy": "Always"}
    watch = {
        "name": "watch",
        "image": "busybox:1.37",
        "command": ["sh", "-c", "until wget -q localhost:5000/ready; do :; done"],
    }
    template = {"spec": {"restartPolicy": "Never", "initContainers": [sidecar], "containers": [watch]}}
    running.create("Secret", SECRET)
    running.create("Job", {"metadata": {"name": "fetch"}, "spec": {"template": template, "activeDeadlineSeconds": 60}})
    row = running.until("fetch", "Complete")
    assert row["reason"] == "watch not run, taken: download answered /ready with 200"


@pytest.mark.parametrize(
    ("image", "said"),
    [
        ("busybox:1.37", "The sandbox plays no container of image"),
        ("mcr.microsoft.com/azure-cognitive-services/diagnostic", "exit status 1"),
    ],
)
def test_a_job_that_cannot_do_its_work_fails_with_its_last_words(running: Running, image: str, said: str) -> None:
    template = {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": image}]}}
    running.create("Job", {"metadata": {"name": "test"}, "spec": {"template": template, "backoffLimit": 0}})
    row = running.until("test", "Failed")
    assert row["reason"].startswith(
        "BackoffLimitExceeded: Job has reached the specified backoff limit; c: exit status 1: "
    )
    assert said in row["reason"]
