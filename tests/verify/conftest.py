"""A stack on a Docker host, whose containers are doubles, and the command as a user runs it."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.sandbox.container.conftest import billing_server  # noqa: F401  # a fixture
from tests.sandbox.container.container_doubles import REGISTRY, BillingServer, run_container
from tests.stacks import stack_file

SPEECH = Path(sys.executable).with_name("speech")
IMAGES = {
    "transcribe-en": "speech-to-text:5.1.0-amd64-en-us",
    "read-en": "neural-text-to-speech:3.11.0-amd64-en-us-arianeural",
    "which-language": "language-detection:1.18.0-amd64-preview",
    "fast": "fast-transcription:en-gpu-1.0.0-preview",
    "custom-med": "custom-speech-to-text:5.1.0-amd64",
    "read-old": "text-to-speech:1.3.0-amd64-en-us-jessarus-preview",
}
TRANSCRIBE = {
    "name": "transcribe-en",
    "kind": "speech-to-text",
    "locale": "en-US",
    "version": "5.1.0",
    "demand": {"concurrent_streams": 5},
}
READ = {
    "name": "read-en",
    "kind": "neural-text-to-speech",
    "locale": "en-US",
    "voice": "AriaNeural",
    "version": "3.11.0",
    "demand": {"concurrent_streams": 4},
}
WHICH = {
    "name": "which-language",
    "kind": "language-identification",
    "version": "1.18.0",
    "pair_with": "transcribe-en",
    "demand": {"concurrent_streams": 4},
}
_SECONDS = 120


@dataclass(frozen=True)
class Said:
    """What the command printed."""

    code: int
    out: str
    err: str

    @property
    def words(self) -> list[str]:
        """Its lines with numbers and spaces masked."""
        lines = (re.sub(r"\d+(\.\d+)?", "N", " ".join(line.split())) for line in self.out.splitlines())
        return [line for line in lines if line]

    def of(self, check: str) -> list[str]:
        """What it said of a check, with its remedy under it."""
        found: list[str] = []
        lines = self.out.splitlines()
        for at, line in enumerate(lines):
            if re.match(rf"(pass|warn|fail)  {re.escape(check)} ", line):
                found += [" ".join(one.split()) for one in (line, *(lines[at + 1 : at + 2]))]
        return found

    @property
    def document(self) -> Any:
        """Of --json."""
        return json.loads(self.out)


@dataclass
class Verify:
    """Runs `speech verify`."""

    folder: Path
    config: dict[str, Any] = field(default_factory=dict)

    def __call__(self, *arguments: str, **environment: str) -> Said:
        with self._start(*arguments, **environment) as process:
            out, err = _ended(process)
        return Said(process.returncode, out, err)

    def interrupted(self, *arguments: str) -> int:
        """Ends it by SIGINT once it says that it waits; its exit status."""
        with self._start(*arguments) as process:
            assert process.stderr
            assert "waits: " in process.stderr.readline()
            process.send_signal(signal.SIGINT)
            _ended(process)
        return process.returncode

    def _start(self, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
        file = self.folder / "Pulumi.dev.yaml"
        with file.open("w") as opened:
            YAML().dump({"config": self.config}, opened)
        # No engine: --address says where everything is.
        kept = {"PATH": str(self.folder), "HOME": str(self.folder), "COLUMNS": "80"}
        return subprocess.Popen(
            [SPEECH, "verify", str(file), *arguments],
            cwd=self.folder,
            env=kept | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def _ended(process: "subprocess.Popen[str]") -> tuple[str, str]:
    try:
        return process.communicate(timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        raise


@pytest.fixture
def verify(tmp_path: Path) -> Verify:
    """Of a Docker host with one container, until a test says otherwise."""
    return Verify(tmp_path, stack_file(("speech:target", {"kind": "docker"}), ("speech:containers", [TRANSCRIBE])))


Double = Callable[..., str]


@pytest.fixture
def double(tmp_path: Path, billing_server: BillingServer) -> Iterator[Double]:  # noqa: F811  # the fixture
    """Starts a container and gives its address; ended by its own pid."""
    with ExitStack() as held:

        def start(name: str = "transcribe-en", **launch: Any) -> str:
            image = f"{REGISTRY}/{IMAGES[name]}"
            return held.enter_context(run_container(tmp_path, **billing_server.launch(image=image, **launch))).address

        yield start
