"""One Deployment at work: the process of its newest template, and the one before until the new one listens."""

import time
from collections.abc import Callable

from sandbox.kube.kinds import Document
from sandbox.kube.pod import PodWaitingError
from sandbox.kube.process import Process

_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 10.0, 300.0
"""Between starts of a container that ends: kubelet's back-off."""


class Workload:
    """The processes of one Deployment, and how they are."""

    def __init__(self) -> None:
        self._template: object = None
        self._new: Process | None = None
        self._old: Process | None = None
        self._waiting = ""
        self._ends = 0
        self._next_start = 0.0

    def follow(self, template: object, start: Callable[[], Process]) -> None:
        """Moves towards one process of this template; `start` raises PodWaitingError where that cannot be yet."""
        if template != self._template:
            self._roll_out(template)
        if self._new and self._new.exit_status is not None:
            self._note_end(self._new)
        if self._new is None and time.monotonic() >= self._next_start:
            try:
                self._new = start()
            except PodWaitingError as reason:
                self._waiting = str(reason)
            except (LookupError, TypeError, ValueError, AttributeError, OSError) as error:
                self._waiting = f"the sandbox cannot run this pod: {type(error).__name__}: {error}"
            else:
                self._waiting = ""
        if self._old and self._new and self._new.listens:
            self._old.stop()
            self._old = None

    def stop(self) -> None:
        """Asks every process to end."""
        for process in (self._new, self._old):
            if process:
                process.stop()

    def report(self) -> Document:
        """`address` and `pid` of the process that serves, `state` and `reason` of the newest template."""
        serving = next((one for one in (self._new, self._old) if one and one.listens), None)
        if self._new and self._new.listens:
            state, reason = "Running", ""
        elif self._ends and self._new is None:
            state, reason = "Failed", self._waiting
        else:
            state, reason = "Waiting", self._waiting or "ContainerCreating"
        return {
            "address": f"127.0.0.1:{serving.port}" if serving else None,
            "pid": serving.pid if serving else None,
            "state": state,
            "reason": reason,
        }

    def _roll_out(self, template: object) -> None:
        if self._new and self._new.listens:
            if self._old:
                self._old.stop()
            self._old = self._new
        elif self._new:
            self._new.stop()
        self._template, self._new, self._waiting = template, None, ""
        self._ends, self._next_start = 0, 0.0

    def _note_end(self, process: Process) -> None:
        pause = min(_FIRST_PAUSE_SECONDS * 2**self._ends, _LONGEST_PAUSE_SECONDS)
        self._ends += 1
        self._next_start = time.monotonic() + pause
        self._waiting = f"CrashLoopBackOff: exit status {process.exit_status}: {process.last_words}"
        self._new = None
