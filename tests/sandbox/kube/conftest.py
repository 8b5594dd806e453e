import base64
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from sandbox.kube.app import kubernetes_app
from sandbox.kube.store import Store
from tests.sandbox.kube.kube_doubles import CLUSTER, TOKEN, Azure
from tests.sandbox.kube.node_double import Sandbox, new_sandbox


@pytest.fixture
def azure() -> Azure:
    return Azure()


@pytest.fixture
def app(tmp_path: Path, azure: Azure) -> Iterator[Starlette]:
    store = Store(tmp_path / "kube.sqlite")
    outer = Starlette(routes=[Mount("/kubernetes/{cluster_uid}", app=kubernetes_app(store, azure.access))])
    outer.state.store = store
    yield outer
    store.close()


@pytest.fixture
def api(app: Starlette) -> TestClient:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return TestClient(app, base_url=f"https://127.0.0.1/kubernetes/{CLUSTER}", headers=headers)


@pytest.fixture
def kubeconfig(app: Starlette, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """The API on a loopback port over HTTPS, as a kubeconfig."""
    authority = trustme.CA()
    issued = tmp_path / "server.pem"
    issued.write_bytes(authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.bytes())
    server = uvicorn.Server(uvicorn.Config(app, port=0, ssl_certfile=issued, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    ca = base64.b64encode(authority.cert_pem.bytes()).decode()
    address = f"https://127.0.0.1:{port}/kubernetes/{CLUSTER}"
    yield {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "speech",
        "contexts": [{"name": "speech", "context": {"cluster": "speech", "user": "admin"}}],
        "clusters": [{"name": "speech", "cluster": {"server": address, "certificate-authority-data": ca}}],
        "users": [{"name": "admin", "user": {"token": TOKEN}}],
    }
    server.should_exit = server.force_exit = True  # clients keep their connections open
    thread.join(10)


@pytest.fixture
def sandbox(tmp_path: Path, azure: Azure) -> Iterator[Sandbox]:
    """A node that runs, its store, and an Azure beside it."""
    made = new_sandbox(tmp_path, azure)
    yield made
    made.node.stop()
    made.store.close()
