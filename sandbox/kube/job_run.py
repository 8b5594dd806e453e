"""One Job at work: a pod until it succeeds, with the limits and the words of the Job controller of Kubernetes 1.34."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from sandbox.kube.container_run import NEVER
from sandbox.kube.kinds import Document
from sandbox.kube.pod_run import PodRun

_LONGEST_PAUSE_SECONDS = 360.0
_DEFAULT_BACKOFF_LIMIT = 6
_FORM = "%Y-%m-%dT%H:%M:%SZ"


class JobRun:
    """The pods of one Job, one after the other, and how they went."""

    def __init__(
        self, new_pod: Callable[[], PodRun], retire: Callable[[PodRun], None], first_pause_seconds: float
    ) -> None:
        self._new_pod, self._retire, self._first_pause = new_pod, retire, first_pause_seconds
        self._pod: PodRun | None = None
        self.last: PodRun | None = None
        """The pod that ended last, of which only its words are left."""
        self._began: datetime | None = None
        self._resting, self._next_pod = False, 0.0
        self._limit_at = NEVER
        self._said = ""

    @property
    def pods(self) -> list[PodRun]:
        """The pod that runs, if any."""
        return [self._pod] if self._pod else []

    @property
    def due(self) -> float:
        """When it has to be looked at again, of the monotonic clock."""
        next_pod = self._next_pod if self._resting else NEVER
        return min(self._limit_at, next_pod, *(pod.due for pod in self.pods))

    def follow(self, job: Document) -> Document:
        """Moves the Job on; the Job with its new status."""
        status, spec = {**job.get("status", {})}, job["spec"]
        if is_over(job):
            self.stop()
        elif spec.get("suspend"):
            self.stop()
            self._began = None
            status.pop("startTime", None)
            if not status.get("conditions"):
                status["conditions"] = [_condition("Suspended", "JobSuspended", "Job suspended")]
        else:
            self._work(spec, status)
        return {**job, "status": status}

    def stop(self) -> None:
        """Gives the pod up."""
        if self._pod:
            self._retire(self._pod)
            self.last = self._pod
        self._pod, self._limit_at, self._resting = None, NEVER, False

    def report(self, job: Document) -> Document:
        """`address` and `pid` of the main process, `state` and `reason` of the Job."""
        process = self._pod.main.process if self._pod else None
        state, reason = self._state(job)
        return {
            "address": f"127.0.0.1:{process.port}" if process and process.listens else None,
            "pid": process.pid if process else None,
            "state": state,
            "reason": reason,
        }

    def _work(self, spec: Document, status: Document) -> None:
        now = datetime.now(UTC)
        status.pop("conditions", None)
        if "startTime" not in status:
            self._began = now
            status["startTime"] = now.strftime(_FORM)
        if "activeDeadlineSeconds" in spec:
            began = self._began or datetime.strptime(status["startTime"], _FORM).replace(tzinfo=UTC)
            left = spec["activeDeadlineSeconds"] - (now - began).total_seconds()
            self._limit_at = time.monotonic() + left
            if left <= 0:
                self._fail(status, "DeadlineExceeded", "Job was active longer than specified deadline")
                return
        if self._pod is None and time.monotonic() >= self._next_pod:
            self._pod, self._resting = self._new_pod(), False
        if self._pod:
            self._pod.follow()
            status["active"] = 1
            self._judge(self._pod, spec, status)

    def _judge(self, pod: PodRun, spec: Document, status: Document) -> None:
        limit = spec.get("backoffLimit", _DEFAULT_BACKOFF_LIMIT)
        # With OnFailure the starts inside of the pod count, those of sidecars among them.
        again = spec["template"]["spec"]["restartPolicy"] == "OnFailure" and pod.restarts
        if pod.outcome:
            self._said = f"{', '.join(pod.not_run)} not run, taken: {pod.taken_because}" if pod.taken_because else ""
            self.stop()
            status.pop("active")
            status["succeeded"] = status.get("succeeded", 0) + 1
            if status["succeeded"] >= spec.get("completions", 1):
                _finish(status, ("SuccessCriteriaMet", "Complete"), "CompletionsReached",
                        "Reached expected number of succeeded pods")  # fmt: skip
                status["completionTime"] = datetime.now(UTC).strftime(_FORM)
        elif pod.outcome is False and status.get("failed", 0) < limit:
            self._said = _words(pod)
            self.stop()
            status.pop("active")
            status["failed"] = status.get("failed", 0) + 1
            pause = min(self._first_pause * 2 ** (status["failed"] - 1), _LONGEST_PAUSE_SECONDS)
            self._resting, self._next_pod = True, time.monotonic() + pause
        elif pod.outcome is False or (again and again >= max(limit, 1)):
            self._fail(status, "BackoffLimitExceeded", "Job has reached the specified backoff limit")

    def _fail(self, status: Document, reason: str, message: str) -> None:
        if self._pod:
            self._said = _words(self._pod)
            status["failed"] = status.get("failed", 0) + 1
        self.stop()
        status.pop("active", None)
        _finish(status, ("FailureTarget", "Failed"), reason, message)

    def _state(self, job: Document) -> tuple[str, str]:
        for condition in job.get("status", {}).get("conditions", []):
            match condition["type"]:
                case "Complete":
                    return "Complete", self._said
                case "Failed":
                    told = f"{condition['reason']}: {condition['message']}"
                    return "Failed", f"{told}; {self._said}" if self._said else told
                case "Suspended":
                    return "Suspended", ""
        if self._pod is None:
            return "Waiting", self._said
        state, reason = self._pod.condition
        return ("Waiting" if state == "Failed" else state), reason  # the Job itself has not failed yet


def is_over(job: Document) -> bool:
    """Whether the Job is complete or has failed."""
    return any(one["type"] in {"Complete", "Failed"} for one in job.get("status", {}).get("conditions", []))


def seconds_to_live(job: Document) -> float:
    """How long a Job that is over stays, where its `ttlSecondsAfterFinished` limits that."""
    ttl = job["spec"].get("ttlSecondsAfterFinished")
    ends = [one["lastTransitionTime"] for one in job.get("status", {}).get("conditions", [])]
    if ttl is None or not is_over(job):
        return NEVER
    ended = datetime.strptime(max(ends), _FORM).replace(tzinfo=UTC)
    return float(ttl) - (datetime.now(UTC) - ended).total_seconds()


def _words(pod: PodRun) -> str:
    """What the container that held the pod up had to say."""
    if pod.late:
        return "DeadlineExceeded: Pod was active on the node longer than the specified deadline"
    run = pod.blocking
    return f"{run.name}: {run.waiting}" if run.waiting else ""


def _finish(status: Document, types: tuple[str, ...], reason: str, message: str) -> None:
    status["conditions"] = [_condition(one, reason, message) for one in types]


def _condition(type_name: str, reason: str, message: str) -> Document:
    now = datetime.now(UTC).strftime(_FORM)
    return {
        "type": type_name,
        "status": "True",
        "reason": reason,
        "message": message,
        "lastProbeTime": now,
        "lastTransitionTime": now,
    }
