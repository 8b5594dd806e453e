"""One pod at work: init containers in their order, native sidecars beside them, then the main container."""

import hashlib
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sandbox.kube.access import ClusterAccess
from sandbox.kube.container_run import NEVER, ContainerRun, Start
from sandbox.kube.kinds import Document
from sandbox.kube.watching import Watching


@dataclass(frozen=True)
class Launch:
    """A pod as its owner wants it."""

    cluster: ClusterAccess
    namespace: str
    name: str
    """Of the pod."""
    log: str
    """How the log of its main container is called, without `.log`."""
    template: Document

    @property
    def spec(self) -> Document:
        """The pod's spec."""
        spec: Document = self.template["spec"]
        return spec

    @property
    def labels(self) -> Document:
        """The pod's labels."""
        labels: Document = self.template.get("metadata", {}).get("labels", {})
        return labels


@dataclass(frozen=True)
class Kubelet:
    """What a pod needs of its node."""

    start: Start
    is_played: Callable[[Document], bool]
    first_pause_seconds: float
    volumes: Callable[[Document], list[Path]]
    """The folders of the claims that a container mounts."""


class PodRun:
    """The containers of one pod that are played. Of `containers` that is one: the first that is, or just the first."""

    def __init__(self, launch: Launch, kubelet: Kubelet, folder: Path) -> None:
        self.launch, self.folder = launch, folder
        """`folder`: its own, which goes with it."""
        self.uid, self.created = str(uuid.uuid4()), datetime.now(UTC)
        spec = launch.spec
        restart = spec.get("restartPolicy", "Always")
        inits = spec.get("initContainers", [])
        main = next((one for one in spec["containers"] if kubelet.is_played(one)), spec["containers"][0])
        played = [one for one in inits if kubelet.is_played(one)]
        pause = kubelet.first_pause_seconds
        self._ends_once = restart != "Always"
        self._before = [
            ContainerRun(
                one,
                "Always" if _is_sidecar(one) else "Never" if restart == "Never" else "OnFailure",
                kubelet.start,
                pause,
            )
            for one in played
        ]
        self.main = ContainerRun(main, restart, kubelet.start, pause)
        sidecar = next((run for run in self._before if _is_sidecar(run.container)), None)
        is_script = self._ends_once and not kubelet.is_played(main)
        self._watching = Watching(sidecar, kubelet.volumes) if sidecar and is_script else None
        left_out = [one for one in inits if one not in played]
        left_out += [one for one in spec["containers"] if one is not main or self._watching]
        self.not_run = [str(one["name"]) for one in left_out]
        """The containers that nobody plays, by name."""
        self._seconds: float | None = spec.get("activeDeadlineSeconds")
        self._ends_at = NEVER

    @property
    def runs(self) -> list[ContainerRun]:
        """The containers that are run, the main one last."""
        return [*self._before] if self._watching else [*self._before, self.main]

    @property
    def listens(self) -> bool:
        """Whether the main container serves."""
        return self.main.listens

    @property
    def outcome(self) -> bool | None:
        """Whether the pod succeeded; None while it is not over."""
        if any(run.over and run.exit_status for run in self._before) or self.late:
            return False
        if self._watching:
            return self._watching.verdict
        return self.main.exit_status == 0 if self.main.over else None

    @property
    def taken_because(self) -> str:
        """Why the main container, which is not run, is taken to have succeeded."""
        return self._watching.because if self._watching else ""

    @property
    def late(self) -> bool:
        """Whether it ran longer than its own deadline."""
        return time.monotonic() >= self._ends_at

    @property
    def restarts(self) -> int:
        """How often its containers were started again."""
        return sum(max(run.starts - 1, 0) for run in self.runs)

    @property
    def blocking(self) -> ContainerRun:
        """The container that the pod waits for: the first that does not run, else the main one."""
        return next((run for run in self.runs if run.waiting and not (run.over and not run.exit_status)), self.runs[-1])

    @property
    def condition(self) -> tuple[str, str]:
        """Running, Pending (no node), Failed (pausing before a new start) or Waiting; and the reason."""
        blocking = self.blocking
        whose = "" if blocking is self.main or not blocking.waiting else f"{blocking.name}: "
        reason = whose + blocking.waiting
        working = self.runs[-1]
        if working.listens or (self._ends_once and working.process):
            return "Running", reason
        if blocking.pending:
            return "Pending", reason
        if blocking.ends and blocking.process is None:
            return "Failed", reason
        return "Waiting", reason or "ContainerCreating"

    @property
    def ended(self) -> bool:
        """Whether no process of it is left."""
        return all(run.process is None or run.process.exit_status is not None for run in self.runs)

    @property
    def due(self) -> float:
        """When it has to be looked at again, of the monotonic clock."""
        watching = self._watching.due if self._watching else NEVER
        return min([watching, self._ends_at, *(run.due for run in self.runs)])

    def follow(self) -> None:
        """Moves each container as far as those before it allow."""
        self._move()
        if self._seconds is not None and self._ends_at == NEVER and any(run.starts for run in self.runs):
            self._ends_at = time.monotonic() + self._seconds

    def stop(self) -> None:
        """Asks every process to end, the main one first."""
        for run in reversed(self.runs):
            run.stop()

    def _move(self) -> None:
        for run in self._before:
            run.follow()
            if _is_sidecar(run.container):
                if not run.starts:
                    return
            elif not run.over or run.exit_status:
                return
        if self._watching:
            self._watching.look()
        else:
            self.main.follow()


def _is_sidecar(container: Document) -> bool:
    return bool(container.get("restartPolicy") == "Always")


def template_hash(template: Document) -> str:
    """Tells templates apart in the names of ReplicaSets and their pods."""
    return hashlib.sha256(json.dumps(template, sort_keys=True).encode()).hexdigest()[:10]
