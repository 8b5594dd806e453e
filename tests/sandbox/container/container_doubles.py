"""What the tests of the container double share: time and billing under a test's hand, frames, processes."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

KEY = "planted-key-8e1f0c"
ARGS = ["Eula=accept", "Billing=https://contoso-speech.cognitiveservices.azure.com/", f"ApiKey={KEY}"]
REGISTRY = "mcr.microsoft.com/azure-cognitive-services/speechservices"
SPEECH_TO_TEXT = f"{REGISTRY}/speech-to-text:5.1.0-amd64-en-us"


class TimeUpError(Exception):
    """The clock has come to its end."""


class FakeClock:
    """Time stands until `sleep`; past `until`, sleep raises; without `until` it never returns."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 21, 8, tzinfo=UTC)
        self.until: datetime | None = None

    def now(self) -> datetime:
        return self.time

    def pass_by(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        if self.until is None:
            await asyncio.Event().wait()
        elif self.time + timedelta(seconds=seconds) > self.until:
            raise TimeUpError
        self.pass_by(seconds)


@dataclass
class FakeBilling:
    """Answers with `status`; keeps every body."""

    status: str | Callable[[], str] = "Valid"
    bodies: list[dict[str, Any]] = field(default_factory=list)

    async def submit(self, body: dict[str, Any]) -> str:
        self.bodies.append(body)
        return self.status if isinstance(self.status, str) else self.status()


def client_text(path: str, request_id: str, body: dict[str, Any]) -> str:
    """A text frame as the Speech SDK sends it."""
    head = f"X-Timestamp:2026-11-21T09:16:37.467Z\r\nPath:{path}\r\nX-RequestId:{request_id}\r\n"
    return f"{head}Content-Type:application/json\r\n\r\n{json.dumps(body)}"


def client_audio(request_id: str, audio: bytes) -> bytes:
    """A binary frame as the Speech SDK sends it."""
    head = f"Path:audio\r\nX-RequestId:{request_id}\r\nX-StreamId:1\r\n".encode()
    return len(head).to_bytes(2, "big") + head + audio


def service_message(text: str) -> tuple[str, dict[str, Any]]:
    """Path and body of a text frame from the service."""
    head, _, body = text.partition("\r\n\r\n")
    path = next(line.partition(":")[2] for line in head.split("\r\n") if line.startswith("Path:"))
    return path, json.loads(body)


@dataclass
class RunningContainer:
    process: subprocess.Popen[str]
    port: int
    errors: Path

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"


@contextmanager
def run_container(tmp_path: Path, **launch: Any) -> Iterator[RunningContainer]:
    """A container double in a process of its own, ended by its own id."""
    errors = tmp_path / f"container-{len(list(tmp_path.iterdir()))}.log"
    document = {"image": SPEECH_TO_TEXT, "args": ARGS, "env": {}, "port": 0} | launch
    with errors.open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox.container"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        process.stdin.write(json.dumps(document) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        assert line, errors.read_text()
        yield RunningContainer(process, json.loads(line)["port"], errors)
    finally:
        process.terminate()
        process.wait(10)
        process.stdin.close()
        process.stdout.close()


@dataclass
class BillingServer:
    address: str
    ca: str
    requests: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    documents: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    """{path: (status, document)}, beside reports of usage."""

    def launch(self, **more: Any) -> dict[str, Any]:
        """The part of a launch that leads here."""
        return {"hosts": {"metering": self.address}, "ca": self.ca} | more
