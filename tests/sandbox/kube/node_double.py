"""A node with a small process in the place of a container, and hands on both."""

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.kube import kinds
from sandbox.kube.launching import Containers
from sandbox.kube.node import Node
from sandbox.kube.store import Store
from tests.sandbox.kube.kube_doubles import CLUSTER, Azure

# Writes what it was given to a file of its own, then does what its variables say: WRITES (mount path:file:text), ENDS
# (with that text and status 1), EXITS (with that status), READY (that status at its port); else it says a port and stays.
PLAYER = """
import json, os, pathlib, sys
launch = json.loads(sys.stdin.readline())
asked = launch["env"]
given = pathlib.Path(sys.argv[1], f"{os.getpid()}.part")
given.write_text(json.dumps({**launch, "environ": dict(os.environ)}))
given.replace(given.with_suffix(".json"))
if "WRITES" in asked:
    mount, file, text = asked["WRITES"].split(":")
    pathlib.Path(launch["volumes"][mount], file).write_text(text)
if "ENDS" in asked:
    sys.exit("it would not start")
if "EXITS" in asked:
    print("it is done", file=sys.stderr)
    sys.exit(int(asked["EXITS"]))
if "READY" in asked:
    import http.server, threading
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(int(asked["READY"]) if self.path == "/ready" else 404)
            self.end_headers()
    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"port": server.server_address[1], "container_port": 5000}), flush=True)
else:
    print(json.dumps({"port": 40000 + os.getpid() % 10000}), flush=True)
sys.stdin.read()
"""


@dataclass
class Vault:
    """A vault that gives one secret to one identity, and remembers who asked."""

    refused: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)

    def __call__(self, **asked: str) -> str:
        self.asked.append(asked)
        if self.refused:
            raise RuntimeError(self.refused)
        return "key-of-the-vault"


@dataclass
class Sandbox:
    store: Store
    node: Node
    vault: Vault
    azure: Azure
    folder: Path

    def create(self, kind: str, body: dict[str, Any]) -> None:
        found = next(one for one in (*kinds.BUILT_IN, *kinds.SECRETS_STORE) if one.name == kind)
        self.store.create(CLUSTER, found, "default" if found.namespaced else "", body)

    def replace(self, body: dict[str, Any]) -> None:
        self.store.replace(CLUSTER, kinds.named("Deployment"), "default", body["metadata"]["name"], body)

    def only_row(self) -> dict[str, Any]:
        rows = self.node.workloads()
        return (
            rows[0] if len(rows) == 1 else {"state": f"{len(rows)} rows", "reason": "", "pid": None, "containers": []}
        )

    def until(self, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        deadline = time.monotonic() + 20
        while not holds(row := self.only_row()):
            assert time.monotonic() < deadline, row
            time.sleep(0.01)
        return row

    def object(self, kind: str, name: str) -> dict[str, Any]:
        return self.store.get(CLUSTER, kinds.named(kind), "default", name)

    def launches(self) -> list[dict[str, Any]]:
        """What the processes were given, oldest first."""
        files = sorted(self.folder.glob("*.json"), key=lambda file: file.stat().st_mtime_ns)
        return [json.loads(file.read_text()) for file in files]

    def running(self) -> dict[str, Any]:
        return self.until(lambda row: row["state"] == "Running")

    def launch(self, pid: int) -> dict[str, Any]:
        given: dict[str, Any] = json.loads((self.folder / f"{pid}.json").read_text())
        return given


def ended(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def wait_for(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def new_sandbox(folder: Path, azure: Azure, first_pause_seconds: float = 10.0) -> Sandbox:
    player = folder / "player.py"
    player.write_text(PLAYER)
    store = Store(folder / "kube.sqlite")
    store.open_cluster(CLUSTER)
    vault = Vault()
    command = (sys.executable, "-S", str(player), str(folder))
    containers = Containers(
        "127.0.0.1:1", folder / "ca.pem", folder, folder / "volumes", 1.0, first_pause_seconds, command
    )
    node = Node(store, azure.access, vault, containers)
    node.start()
    return Sandbox(store, node, vault, azure, folder)


def keys(value: str = "one") -> dict[str, Any]:
    return {"metadata": {"name": "keys"}, "stringData": {"ApiKey": value}}
