"""One local process that plays a container."""

import json
import os
import subprocess
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from sandbox.kube.kinds import Document

_PASSED_ON = ("HOME", "LANG", "LC_ALL", "PATH", "PYTHONPATH", "TMPDIR")
"""Variables a child gets from the server, which holds credentials in others."""


class Process:
    """A process that got its container on standard input and says on standard output where it listens.

    Nothing of the container stands in its argument list or its environment, which other processes can read. It ends
    with standard input, so it never outlives the server.
    """

    def __init__(self, command: Sequence[str], launch: Document, log: Path, changed: Callable[[], None]) -> None:
        self.port: int | None = None
        """Where it listens on 127.0.0.1; None until it does."""
        self.container_port: int | None = None
        """Where the container that it plays would listen, as far as it says so."""
        self.exit_status: int | None = None
        self.began = datetime.now(UTC)
        self.ended: datetime | None = None
        self._changed = changed
        self._log, self._log_from = log, log.stat().st_size if log.exists() else 0
        self._log_to: int | None = None
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        with log.open("ab") as errors:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=environment
            )
        threading.Thread(target=self._follow, args=[launch], daemon=True).start()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def listens(self) -> bool:
        """Whether it serves: it has said where, and has not ended."""
        return self.port is not None and self.exit_status is None

    @property
    def last_words(self) -> str:
        """The last line it logged."""
        lines = self._log.read_text(errors="replace").splitlines()
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    @property
    def said(self) -> str:
        """What it logged. Of a Deployment that rolls, two processes write to the same file: the other's words, too."""
        return self._log.read_bytes()[self._log_from : self._log_to].decode(errors="replace")

    def stop(self) -> None:
        """Asks it to end; running streams may end first."""
        self._process.terminate()

    def join(self, seconds: float) -> None:
        """Waits for the end, and forces it after that time."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _follow(self, launch: Document) -> None:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise AssertionError("both were asked for")
        try:
            stdin.write(json.dumps(launch).encode() + b"\n")
            stdin.flush()  # left open: its end would stop the process
            if first := stdout.readline():  # one that has nothing to serve ends without a word
                told = json.loads(first)
                self.container_port, self.port = told.get("container_port"), told["port"]
                self._changed()
                stdout.read()
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            self._process.terminate()  # it said something else than its port
        status = self._process.wait()
        self.ended, self._log_to = datetime.now(UTC), self._log.stat().st_size
        self.exit_status = status
        with suppress(OSError):  # it ended before it read its container
            stdin.close()
        stdout.close()
        self._changed()
