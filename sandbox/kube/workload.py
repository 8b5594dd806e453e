"""One Deployment at work: the pod of its newest template, and the one before until the new one listens."""

from collections.abc import Callable

from sandbox.kube.container_run import NEVER
from sandbox.kube.kinds import Document
from sandbox.kube.pod_run import PodRun


class Workload:
    """The pods of one Deployment, and how they are."""

    def __init__(self, retire: Callable[[PodRun], None]) -> None:
        self._retire = retire
        self._template: object = None
        self._new: PodRun | None = None
        self._old: PodRun | None = None

    @property
    def pods(self) -> list[PodRun]:
        """The newest first."""
        return [pod for pod in (self._new, self._old) if pod]

    @property
    def due(self) -> float:
        """When it has to be looked at again, of the monotonic clock."""
        return min((pod.due for pod in self.pods), default=NEVER)

    def follow(self, template: object, new_pod: Callable[[], PodRun]) -> None:
        """Moves towards one pod of this template."""
        if template != self._template:
            self._roll_out(template)
        if self._new is None:
            self._new = new_pod()
        self._new.follow()
        if self._old and self._new.listens:
            self._retire(self._old)
            self._old = None
        elif self._old:
            self._old.follow()

    def stop(self) -> None:
        """Gives every pod up."""
        for pod in self.pods:
            self._retire(pod)
        self._new = self._old = None

    def renew(self, pod: PodRun) -> None:
        """Gives one pod up, in whose place another one comes."""
        self._retire(pod)
        self._new = None if pod is self._new else self._new
        self._old = None if pod is self._old else self._old

    def report(self) -> Document:
        """`address` and `pid` of the process that serves, `state` and `reason` of the newest template."""
        serving = next((pod.main.process for pod in self.pods if pod.listens), None)
        state, reason = self._new.condition if self._new else ("Waiting", "")
        return {
            "address": f"127.0.0.1:{serving.port}" if serving else None,
            "pid": serving.pid if serving else None,
            "state": state,
            "reason": reason,
        }

    def _roll_out(self, template: object) -> None:
        if self._new and self._new.listens:
            if self._old:
                self._retire(self._old)
            self._old = self._new
        elif self._new:
            self._retire(self._new)
        self._template, self._new = template, None
