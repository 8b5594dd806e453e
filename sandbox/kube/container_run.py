"""One container of a pod at work: its process, started again as a kubelet does."""

import time
from collections.abc import Callable
from typing import Literal

from sandbox.kube.kinds import Document
from sandbox.kube.pod import PodPendingError, PodWaitingError
from sandbox.kube.process import Process

Restart = Literal["Always", "OnFailure", "Never"]
Start = Callable[[Document], Process]
"""Starts the process of a container. Raises PodWaitingError where that cannot be yet."""

LONGEST_PAUSE_SECONDS = 300.0
NEVER = float("inf")


class ContainerRun:
    """The processes of one container, one after the other."""

    def __init__(self, container: Document, restart: Restart, start: Start, first_pause_seconds: float) -> None:
        self.container = container
        self.process: Process | None = None
        self.previous: Process | None = None
        """The last process that ended."""
        self.starts = 0
        self.ends = 0
        self.exit_status: int | None = None
        """Of the last process that ended."""
        self.over = False
        """Ended, and not to be started again."""
        self.waiting = ""
        """Why no process runs, reason first."""
        self.pending = False
        """Whether what it waits for is a node."""
        self.on_end: Callable[[], None] = lambda: None
        """Called when a process has ended, before the next one starts."""
        self._restart, self._start, self._first_pause = restart, start, first_pause_seconds
        self._resting, self._next_start = False, 0.0

    @property
    def name(self) -> str:
        """The container's name."""
        return str(self.container["name"])

    @property
    def listens(self) -> bool:
        """Whether its process serves."""
        return self.process is not None and self.process.listens

    @property
    def due(self) -> float:
        """When it has to be looked at again, of the monotonic clock."""
        return self._next_start if self._resting else NEVER

    def follow(self) -> None:
        """Notes an end; starts a process where one is wanted."""
        if self.process and self.process.exit_status is not None:
            self._note_end(self.process)
        if self.process or self.over or time.monotonic() < self._next_start:
            return
        self._resting = False
        try:
            self.process = self._start(self.container)
        except PodWaitingError as reason:
            self.waiting, self.pending = str(reason), isinstance(reason, PodPendingError)
        except (LookupError, TypeError, ValueError, AttributeError, OSError) as error:
            self.waiting, self.pending = f"the sandbox cannot run this pod: {type(error).__name__}: {error}", False
        else:
            self.starts += 1
            self.waiting, self.pending = "", False

    def stop(self) -> None:
        """Asks the process to end."""
        if self.process:
            self.process.stop()

    def report(self) -> Document:
        """`name`, `address`, `pid`, `state`, `restarts`."""
        if self.over:
            state = "Completed" if self.exit_status == 0 else "Error"
        else:
            state = "Running" if self.listens else "Waiting"
        process = self.process
        return {
            "name": self.name,
            "address": f"127.0.0.1:{process.port}" if process and process.listens else None,
            "pid": process.pid if process else None,
            "state": state,
            "restarts": max(self.starts - 1, 0),
        }

    def _note_end(self, process: Process) -> None:
        self.process, self.previous, self.exit_status = None, process, process.exit_status
        self.ends += 1
        self.over = self._restart == "Never" or (self._restart == "OnFailure" and process.exit_status == 0)
        # The first start after an end is at once, then the pauses grow (kubernetes.io, "Pod lifecycle").
        pause = min(self._first_pause * 2 ** (self.ends - 2), LONGEST_PAUSE_SECONDS) if self.ends > 1 else 0.0
        self._resting, self._next_start = not self.over, time.monotonic() + pause
        said = f"exit status {process.exit_status}: {process.last_words}"
        self.waiting = said if self.over else f"CrashLoopBackOff: {said}"
        self.on_end()
