"""A fleet of small stacks in a sandbox of its own, and the command that a user would give."""

import json
import os
import re
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx
from ruamel.yaml import YAML

from bench.memory import family
from sandbox.home import Home
from sandbox.project import copy
from sandbox.running import Server
from tests.engine_harness import Project
from tests.stacks import stack_file

_SECONDS = 240
_PAUSE_SECONDS = 0.05
_TOOK = re.compile(r" +(?:\d+\.\d s|\d+ s|\d+:\d\d)(?= |$)", re.MULTILINE)


@dataclass(frozen=True)
class Said:
    """What one command said, and its exit status."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """What --json printed."""
        return dict(json.loads(self.out))

    @property
    def text(self) -> str:
        """All of it, for a test that fails."""
        return f"exit status {self.code}\n{self.out}\n{self.err}"

    def words(self) -> str:
        """Standard output with a word in the place of each run's name and of each time, and columns two apart."""
        found = _TOOK.sub("  TIME", re.sub(r"\d{8}-\d{6}(-\d+)?", "RUN", self.out))
        return re.sub(r"(?<=\S)  +", "  ", found)


class SandboxFleet(Project):
    """A project of the repository's program with stack files of its own, and no stack yet."""

    def __init__(self, home: Home, server: Server, stacks: Mapping[str, Sequence[tuple[str, object]]]) -> None:
        super().__init__(home.root / "project", server)
        copy(home, "sandbox")
        (self.folder / "Pulumi.sandbox.yaml").unlink()
        for name, changes in stacks.items():
            self.write(name, *changes)

    def write(self, name: str, *changes: tuple[str, object]) -> None:
        """A stack file: an account and its keys for a Docker host, the least that a stack can be."""
        least = (
            ("speech:target", {"kind": "docker"}),
            ("speech:account", {"custom_domain": f"contoso-speech-{name}"}),
            ("speech:containers[0].demand", {"concurrent_streams": 4, "hours_a_month": 100}),
        )
        content = {"config": stack_file(*least, *changes)}
        file = self.folder / f"Pulumi.{name}.yaml"
        salt = YAML(typ="safe").load(file).get("encryptionsalt") if file.exists() else None
        YAML(typ="safe").dump(content | ({"encryptionsalt": salt} if salt else {}), file)

    def ask(self, path: str, method: str = "GET", document: object = None) -> Any:
        """What the sandbox's server says of itself, and does when it is told to."""
        trust = ssl.create_default_context(cafile=self.server.home.ca_pem)
        url = f"{self.server.url}/sandbox/{path}"
        answer = httpx.request(method, url, json=document, verify=trust, trust_env=False)
        return answer.raise_for_status().json()

    def resources(self) -> dict[str, int]:
        """How many resources each stack of the backend has."""
        listed = json.loads(self.pulumi("stack", "ls", "--json").out)
        return {each["name"]: each.get("resourceCount", 0) for each in listed}

    def secrets(self, stack: str) -> list[str]:
        """The keys of a stack's account, in clear."""
        told = self.pulumi("stack", "output", "keys", "--json", "--show-secrets", "--stack", stack).out
        return list(json.loads(told).values())

    def speech(self, *words: str) -> Said:
        """`speech fleet ...` to its end, with no terminal."""
        process = self.begin(*words)
        try:
            out, err = process.communicate(timeout=_SECONDS)
        except subprocess.TimeoutExpired:
            end(process)
            raise
        return Said(process.returncode, out, err)

    def begin(self, *words: str) -> "subprocess.Popen[str]":
        """`speech fleet ...`, left to the caller, in a process group of its own."""
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "speech.cli", "fleet", *words],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def requests(self, pattern: str) -> list[Mapping[str, Any]]:
        """The requests of the double's journal of which method and path match."""
        return [
            one for one in self.ask("journal") if re.search(pattern, f"{one['method']} {one['path']}", re.IGNORECASE)
        ]

    def waits_for(self, pattern: str, process: "subprocess.Popen[str]", seconds: float = 120.0) -> None:
        """Until such a request of the command has come. Fails the test when it ends first, or none comes."""
        deadline = time.monotonic() + seconds
        while not self.requests(pattern):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline, f"no request {pattern}"
            time.sleep(_PAUSE_SECONDS)


def end(process: "subprocess.Popen[str]") -> None:
    """Ends a command that hangs, with the engines that it has started, and nothing else."""
    for pid in family(process.pid):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()
