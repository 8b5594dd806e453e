"""How each kind of host is got ready, and where a container answers on it."""

import json
import ssl
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
from ruamel.yaml import YAML

from sandbox.docker.engine import clear, install
from sandbox.home import Home
from sandbox.running import start, stop
from speech.settings.target import AVX2_LABEL
from tests.matrix.cells import Cell
from tests.walk.stack import Stack

_SECONDS = 120
_ENDING_SECONDS, _LISTENING_SECONDS, _PAUSE_SECONDS = 60.0, 60.0, 0.2


class Place:
    """A sandbox of its own with the stack of one cell in it, not yet up."""

    def __init__(self, root: Path, cell: Cell) -> None:
        self.cell, self._home = cell, Home(root / "home")
        self.stack = Stack(self._home, start(self._home))
        file = cell.stack_file()
        secrets = _taken_out(file)
        self.write(file)
        # Azure grants groups of more than 4 cores or 16 GB when they are asked for.
        self.stack.ask("settings", "PUT", {"big_container_groups": True})
        if cell.host == "kubernetes":
            secrets["speech:target.kubeconfig"] = self._cluster()
        for path, value in secrets.items():
            self.stack.pulumi("config", "set", "--secret", "--path", path, value)

    def write(self, config: Mapping[str, Any]) -> None:
        """Make this the stack file's configuration, its encryption kept."""
        yaml = YAML()
        document = yaml.load(self.stack.file.read_text())
        document["config"] = dict(config)
        with self.stack.file.open("w") as opened:
            yaml.dump(document, opened)

    def set(self, path: str, value: str) -> None:
        """Change one setting."""
        self.stack.pulumi("config", "set", "--path", path, value)

    def end(self) -> None:
        """Leave nothing running."""
        if self.cell.host == "docker":
            clear(self._home)
        stop(self._home)

    def start_script(self) -> str:
        """Docker: what `speech render` writes, carried out in the place of what ran before; what it said."""
        for row in self.containers():
            subprocess.run([str(install(self._home) / "docker"), "rm", "-f", row["name"]], check=True, timeout=_SECONDS)
        folder = self._home.root / "rendered"
        environment = {**self.stack.environment, "PATH": f"{install(self._home)}:{self.stack.environment['PATH']}"}
        speech = str(Path(sys.executable).parent / "speech")
        words = [speech, "render", "docker", str(self.stack.file), "--out", str(folder)]
        said = []
        for command in (words, [str(folder / "run.sh")]):
            done = subprocess.run(
                command, cwd=self.stack.folder, env=environment, capture_output=True, text=True,
                timeout=_SECONDS, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stdout + done.stderr
            said.append(done.stdout + done.stderr)
        return "\n".join(said)

    def containers(self) -> list[dict[str, Any]]:
        """Docker: what runs, as the sandbox's docker tells."""
        command = [str(install(self._home) / "docker"), "ps"]
        told = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=True).stdout
        return [json.loads(line) for line in told.splitlines() if line]

    def ended_well(self, said: str) -> bool:
        """Whether a container that runs once has done so. On Docker people start it: `said` names the line."""
        if self.cell.host == "docker":
            return "# By hand: one" in (self._home.root / "rendered" / "run.sh").read_text() and bool(said)
        deadline = time.monotonic() + _ENDING_SECONDS
        while not (ended := self._ended()) and time.monotonic() < deadline:
            time.sleep(_PAUSE_SECONDS)
        return ended

    def _ended(self) -> bool:
        """A Job says Complete; the container of a group that it is terminated, and with which result."""
        rows = self.stack.workloads()
        return len(rows) == 1 and (rows[0]["state"] == "Complete" or rows[0]["reason"] == "Completed")

    def addresses(self) -> list[str]:
        """Where the container listens on this machine, one for each replica that the host tells apart.

        A host that has just been told of it may still be starting it: Azure, too, says so before a group runs.
        """
        deadline = time.monotonic() + _LISTENING_SECONDS
        while not (found := self._listening()) and time.monotonic() < deadline:
            time.sleep(_PAUSE_SECONDS)
        return found

    def _listening(self) -> list[str]:
        """Their addresses once every replica has one; none before."""
        if self.cell.host == "docker":
            return [row["address"] for row in self.containers() if row["name"] == "one"]
        rows = [row for row in self.stack.workloads() if row.get("container") in {"speech", "one"}]
        return [row["address"] for row in rows] if all(row.get("address") for row in rows) else []

    def _cluster(self) -> str:
        trust = ssl.create_default_context(cafile=self._home.ca_pem)
        url = f"{self.stack.server.url}/sandbox/clusters"
        asked = {"name": "factory", "labels": {AVX2_LABEL: "true"}}
        answer = httpx.post(url, json=asked, verify=trust, trust_env=False)
        answer.raise_for_status()
        return answer.text


def _taken_out(file: dict[str, Any]) -> dict[str, str]:
    """Passwords, which the engine encrypts."""
    registry = file.get("speech:registry", {})
    return {"speech:registry.password": registry.pop("password")} if "password" in registry else {}
