"""The status of a pod as a kubelet writes it. Pure but for the clock."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from conformance.client import Document
from sandbox.kube.container_run import ContainerRun

_FORM = "%Y-%m-%dT%H:%M:%SZ"


def now() -> str:
    """The time as Kubernetes writes it."""
    return datetime.now(UTC).strftime(_FORM)


@dataclass
class Seen:
    """What a kubelet sees of a pod."""

    ip: str
    initialised: bool = False
    started: bool = False
    """Whether its container has passed its startup probe."""
    ready: bool = False
    began: str = field(default_factory=now)
    running_since: str = ""
    _changes: dict[str, tuple[bool, str]] = field(default_factory=dict)

    def status(self, pod: Document, run: ContainerRun) -> Document:
        """The pod's status. A condition keeps its time until it changes."""
        conditions = {
            "Initialized": self.initialised,
            "ContainersReady": self.ready,
            "Ready": self.ready,
            "PodReadyToStartContainers": True,
        }
        return {
            "phase": self._phase(run),
            "startTime": self.began,
            "podIP": self.ip,
            "podIPs": [{"ip": self.ip}],
            "conditions": [self._condition(name, met=met) for name, met in conditions.items()],
            "initContainerStatuses": [*self._before(pod["spec"].get("initContainers", ()))],
            "containerStatuses": [self._container(run)],
        }

    def _phase(self, run: ContainerRun) -> str:
        if run.over:
            return "Succeeded" if run.exit_status == 0 else "Failed"
        return "Running" if run.starts else "Pending"

    def _condition(self, name: str, *, met: bool) -> Document:
        before, since = self._changes.get(name, (not met, ""))
        if before is not met:
            since = now()
            self._changes[name] = met, since
        return {"type": name, "status": str(met), "lastTransitionTime": since}

    def _before(self, containers: Iterable[Document]) -> Iterable[Document]:
        over = {"exitCode": 0, "reason": "Completed", "startedAt": self.began, "finishedAt": self.began}
        for container in containers:
            state = {"terminated": over} if self.initialised else {"waiting": {"reason": "PodInitializing"}}
            yield {**_named(container), "ready": self.initialised, "restartCount": 0, "state": state}

    def _container(self, run: ContainerRun) -> Document:
        reason, _, words = (run.waiting or "ContainerCreating").partition(": ")
        state: Document = {"waiting": {"reason": reason, "message": words}}
        if run.over:
            state = {
                "terminated": {"exitCode": run.exit_status, "reason": "Completed" if not run.exit_status else "Error"}
            }
        elif run.process:
            state = {"running": {"startedAt": self.running_since}}
        restarts = max(run.starts - 1, 0)
        done = {"ready": self.ready, "started": self.started, "restartCount": restarts, "state": state}
        return {
            **_named(run.container),
            **done,
            **({"containerID": f"process://{run.process.pid}"} if run.process else {}),
        }


def _named(container: Document) -> Document:
    return {"name": container["name"], "image": container["image"], "imageID": ""}
