"""One process of the control plane: started with its log, ended by its own id, never left behind."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_GRACE_SECONDS = 10.0
_PAUSE_SECONDS = 0.05
_PASSED_ON = ("HOME", "PATH", "TMPDIR")


class ControlPlaneError(Exception):
    """A part did not start or ended by itself. The text says which, and the end of its log."""


class Process:
    """A running part. On Linux the kernel ends it with the thread that started it, should that be killed."""

    def __init__(self, name: str, command: Sequence[str], log: Path, environment: Mapping[str, str]) -> None:
        self.name, self._log = name, log
        passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        with log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - a part of the control plane
                command,
                env=passed | dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - started before any thread of ours
            )

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def wait_for(self, ready: Callable[[], bool], deadline: float) -> None:
        """Until `ready`. Raises ControlPlaneError where the process ends before, or `deadline` (monotonic) passes."""
        while not ready():
            if (status := self._process.poll()) is not None:
                raise ControlPlaneError(
                    f"{self.name} ended with status {status}: {self._last_words()}\n  see: {self._log}"
                )
            if time.monotonic() > deadline:
                raise ControlPlaneError(f"{self.name} is not ready in time: {self._last_words()}\n  see: {self._log}")
            time.sleep(_PAUSE_SECONDS)

    def terminate(self) -> None:
        """Asks it to end."""
        self._process.terminate()

    def join(self) -> None:
        """Waits for the end, and forces it after ten seconds."""
        try:
            self._process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _last_words(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines()
        return next((line.strip()[:300] for line in reversed(lines) if line.strip()), "no word")


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
