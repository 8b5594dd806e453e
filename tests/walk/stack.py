"""The repository's own program and stack file, under the engine's test harness."""

import io
import ssl
import time
from pathlib import Path
from typing import Any

import httpx

from sandbox.home import Home
from sandbox.project import copy
from sandbox.running import Server
from sandbox.verify import Target, verify
from tests.engine_harness import Project

NAME = "sandbox"
_STARTING_SECONDS = 30.0
_PAUSE_SECONDS = 0.1


class Stack(Project):
    """A stack of this repository. `file` is a copy of its stack file, which a test may change between runs."""

    def __init__(self, home: Home, server: Server, name: str = NAME) -> None:
        super().__init__(home.root / "project", server)
        self.home = home
        copy(home, name)
        self.file = self.folder / f"Pulumi.{name}.yaml"
        self.pulumi("stack", "init", name)

    def change(self, old: str, new: str) -> None:
        """Edit the copy of the stack file."""
        text = self.file.read_text()
        assert old in text
        self.file.write_text(text.replace(old, new))

    def containers(self, text: str) -> None:
        """Put these in the place of the stack file's containers, which are its last words."""
        head, key, _ = self.file.read_text().partition("  speech:containers:\n")
        self.file.write_text(f"{head}{key}{text}")

    def ask(self, path: str, method: str = "GET", document: object = None) -> Any:
        """What the sandbox's server says of itself, and does when it is told to."""
        trust = ssl.create_default_context(cafile=self.home.ca_pem)
        url = f"{self.server.url}/sandbox/{path}"
        answer = httpx.request(method, url, json=document, verify=trust, trust_env=False)
        answer.raise_for_status()
        return answer.json()

    def secret(self, path: str, value: str) -> None:
        """Put a value into the stack file, encrypted."""
        self.pulumi("config", "set", "--path", "--secret", path, value)

    def cluster(self, name: str, labels: dict[str, str]) -> dict[str, Any]:
        """A cluster outside of Azure, made or found again: its kubeconfig."""
        found: dict[str, Any] = self.ask("clusters", "POST", {"name": name, "labels": labels})
        return found

    def workloads(self) -> list[dict[str, Any]]:
        """The node's workloads, once none of them is still starting. Fails the test after half a minute."""
        deadline = time.monotonic() + _STARTING_SECONDS
        found: list[dict[str, Any]] = self.ask("workloads")
        while any(one["state"] == "Waiting" for one in found):
            assert time.monotonic() < deadline, found
            time.sleep(_PAUSE_SECONDS)
            found = self.ask("workloads")
        return found

    def serves(self, deployment: str, kind: str, status: str | None = "Valid") -> str:
        """The address where a Deployment's container has shown its pages and answered a client's call."""
        (address,) = (one["address"] for one in self.workloads() if one["deployment"] == deployment)
        said = io.StringIO()
        assert verify([Target(deployment, kind, address, status)], said), said.getvalue()
        return str(address)

    def files(self) -> list[Path]:
        """Everything that lies in the home, the double's own store apart."""
        store = self.home.arm_store.name
        return [path for path in self.home.root.rglob("*") if path.is_file() and not path.name.startswith(store)]
