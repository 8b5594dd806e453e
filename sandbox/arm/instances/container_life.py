"""One container of a group: its processes, one after the other, and what Azure would tell of them."""

import time
from collections.abc import Callable

from sandbox.arm.instances.probes import Probe
from sandbox.arm.operations import timestamp
from sandbox.arm.store import Document
from sandbox.kube.process import Process

_LONGEST_PAUSE_SECONDS = 300.0
_MOST_EVENTS = 20
_KILLED = 137


class ContainerWaitingError(Exception):
    """Why a container does not start; it is tried again."""


class ContainerLife:
    """Starts a container, watches it and starts it again as the restart policy says.

    `start` raises ContainerWaitingError where that cannot be yet; `now` gives the time of the events.
    """

    def __init__(
        self,
        container: Document,
        restart: str,
        start: Callable[[], Process],
        now: Callable[[], float],
        pause_seconds: float,
    ) -> None:
        self.name, self._inside = str(container["name"]), container["properties"]
        self.process: Process | None = None
        self.over = False
        """Ended, and not to be started again."""
        self.exit_code: int | None = None
        self.restarts = 0
        self._restart, self._start, self._now, self._pause = restart, start, now, pause_seconds
        self._current: Document = {"state": "Waiting", "detailStatus": ""}
        self._previous: Document | None = None
        self._events: list[Document] = []
        self._probes: dict[str, Probe] = {}
        self._killed, self._next_start = False, 0.0

    @property
    def state(self) -> str:
        """Waiting, Running or Terminated."""
        return str(self._current["state"])

    @property
    def reason(self) -> str:
        """What Azure tells beside the state."""
        return str(self._current.get("detailStatus", ""))

    @property
    def ready(self) -> bool:
        """Whether it runs, and its readiness probe passes."""
        return self.state == "Running" and ("readinessProbe" not in self._probes or self._readiness.passing)

    @property
    def ports(self) -> dict[int, str]:
        """Where it listens on this machine, by the port in the container: what it listens on, not what it declares."""
        process = self.process
        if not process or not process.listens:
            return {}
        declared = [int(port["port"]) for port in self._inside.get("ports", [])]
        listening = [process.container_port] if process.container_port else declared[:1]
        return dict.fromkeys(listening, f"127.0.0.1:{process.port}")

    def follow(self) -> None:
        """Notes an end, starts what is to run, asks the probes."""
        if self.process and self.process.exit_status is not None:
            self._note_end(self.process, self.process.exit_status)
        if self.process:
            self._watch(self.process)
        elif not self.over and time.monotonic() >= self._next_start:
            self._begin()

    def stop(self) -> None:
        """Asks the process to end, for good."""
        self.over = True
        if self.process:
            self.process.stop()

    def view(self) -> Document:
        """The instance view."""
        told = {"restartCount": self.restarts, "currentState": self._current, "events": self._events}
        return {**told, "previousState": self._previous} if self._previous else told

    def _begin(self) -> None:
        try:
            self.process = self._start()
        except ContainerWaitingError as reason:
            self._wait(str(reason))
        except (LookupError, TypeError, ValueError, AttributeError, OSError) as error:
            self._wait(f"the sandbox cannot run this container: {type(error).__name__}: {error}")
        else:
            self.restarts += self._previous is not None
            self._current = {"state": "Running", "startTime": timestamp(self._now()), "detailStatus": ""}
            self._note("Started", "Started container")
            named = ("readinessProbe", "livenessProbe")
            self._probes = {name: Probe(self._inside[name]) for name in named if self._inside.get(name)}

    def _wait(self, reason: str) -> None:
        if self.reason != reason:
            self._note("Failed", reason, kind="Warning")
        self._current = {"state": "Waiting", "detailStatus": reason}

    def _watch(self, process: Process) -> None:
        for probe in self._probes.values():
            probe.follow(self.ports)
        liveness = self._probes.get("livenessProbe")
        if liveness and liveness.failing and not self._killed:
            self._killed = True
            self._note("Killing", "Killing container: its liveness probe failed", kind="Warning")
            process.stop()

    @property
    def _readiness(self) -> Probe:
        return self._probes["readinessProbe"]

    def _note_end(self, process: Process, status: int) -> None:
        code = _KILLED if self._killed else 128 - status if status < 0 else status
        self.process, self.exit_code, self._killed = None, code, False
        self._current = {
            "state": "Terminated",
            "startTime": self._current.get("startTime"),
            "exitCode": code,
            "finishTime": timestamp(self._now()),
            "detailStatus": "Completed" if code == 0 else "Error",
        }
        self._note(
            "Terminated", f"exit code {code}: {process.last_words}"[:500], kind="Normal" if not code else "Warning"
        )
        if self.over or self._restart == "Never" or (self._restart == "OnFailure" and code == 0):
            self.over = True
            return
        pause = min(self._pause * 2**self.restarts, _LONGEST_PAUSE_SECONDS)
        self._next_start = time.monotonic() + pause
        self._previous = self._current
        self._current = {
            "state": "Waiting",
            "detailStatus": f"CrashLoopBackOff: exit code {code}: {process.last_words}",
        }

    def _note(self, name: str, message: str, kind: str = "Normal") -> None:
        now = timestamp(self._now())
        event = {
            "count": 1,
            "firstTimestamp": now,
            "lastTimestamp": now,
            "name": name,
            "message": message,
            "type": kind,
        }
        self._events = [*self._events, event][-_MOST_EVENTS:]
