"""Pods and ReplicaSets as an API server shows them, of what the node runs. Nothing of it is stored."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sandbox.kube.container_run import ContainerRun
from sandbox.kube.first_objects import NODE_NAME
from sandbox.kube.kinds import Document
from sandbox.kube.pod_run import PodRun, template_hash
from sandbox.kube.process import Process
from sandbox.kube.watching import answers

_FORM = "%Y-%m-%dT%H:%M:%SZ"
_NO_CONTAINER = ("ContainerCreating", "")
_NOT_MADE = "FailedCreate"


@dataclass(frozen=True)
class View:
    """One pod of one owner. Replicas beyond the first are further names of the same processes."""

    run: PodRun
    owner: Document
    replica: int = 0

    @property
    def name(self) -> str:
        """The pod's name."""
        base, _, end = self.run.launch.name.rpartition("-")
        return f"{base}-{end if not self.replica else self.uid('name')[:5]}"

    @property
    def namespace(self) -> str:
        """The pod's namespace."""
        return self.run.launch.namespace

    @property
    def made(self) -> bool:
        """Whether it is there at all: what admission refuses is an event of its owner."""
        return not self.run.main.waiting.startswith(_NOT_MADE)

    def container(self, name: str) -> ContainerRun | None:
        """The container of a name, where it is run."""
        return next((one for one in [*self.run.runs, self.run.main] if one.name == name), None)

    def document(self) -> Document:
        """The Pod. Asks the readiness probes of what runs."""
        launch = self.run.launch
        mains = [self._status(one) for one in launch.spec["containers"]]
        inits = [self._status(one, init=True) for one in launch.spec.get("initContainers", [])]
        phase = self._phase()
        return {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": self.name,
                "generateName": f"{launch.name.rpartition('-')[0]}-",
                "namespace": launch.namespace,
                "uid": self.uid(),
                "resourceVersion": "1",
                "creationTimestamp": stamp(self.run.created),
                "labels": {**launch.labels, **self._labels()},
                "annotations": launch.template.get("metadata", {}).get("annotations", {}),
                "ownerReferences": [self.owner_reference()],
            },
            "spec": {**launch.spec, **({} if self._waits_for_a_node else {"nodeName": NODE_NAME})},
            "status": {
                "phase": phase,
                "conditions": self._conditions(phase, inits, mains),
                **({} if self._waits_for_a_node else self._on_node(inits, mains)),
            },
        }

    def replica_set(self) -> Document | None:
        """The ReplicaSet between a Deployment and its pods; None for a Job's pod."""
        if self.owner["kind"] != "Deployment":
            return None
        launch, metadata = self.run.launch, self.owner["metadata"]
        count = self.owner["spec"]["replicas"]
        return {
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "metadata": {
                "name": f"{metadata['name']}-{template_hash(launch.template)}",
                "namespace": launch.namespace,
                "uid": self._replica_set_uid(),
                "resourceVersion": "1",
                "creationTimestamp": stamp(self.run.created),
                "labels": {**launch.labels, **self._labels()},
                "ownerReferences": [_reference("apps/v1", "Deployment", metadata["name"], metadata["uid"])],
            },
            "spec": {"replicas": count, "selector": self.owner["spec"]["selector"], "template": launch.template},
            "status": {"replicas": count if self.made else 0},
        }

    @property
    def _waits_for_a_node(self) -> bool:
        return self.run.blocking.pending

    def _phase(self) -> str:
        if self.run.outcome is not None and self.owner["kind"] == "Job":
            return "Succeeded" if self.run.outcome else "Failed"
        return "Running" if any(one.starts for one in [self.run.main, *self.run.runs]) else "Pending"

    def _on_node(self, inits: list[Document], mains: list[Document]) -> Document:
        return {
            "hostIP": "127.0.0.1",
            "podIP": "127.0.0.1",
            "startTime": stamp(self.run.created),
            "containerStatuses": mains,
            **({"initContainerStatuses": inits} if inits else {}),
        }

    def _conditions(self, phase: str, inits: list[Document], mains: list[Document]) -> list[Document]:
        created, waits = stamp(self.run.created), self._waits_for_a_node
        ready = phase == "Running" and all(one["ready"] for one in mains)
        since = self._ready_since() if ready else created
        scheduled: Document = {"type": "PodScheduled", "status": "True", "lastTransitionTime": created}
        if waits:
            message = self.run.blocking.waiting.partition(": ")[2]
            scheduled |= {"status": "False", "reason": "Unschedulable", "message": message}
            return [scheduled]
        not_ready = [one["name"] for one in mains if not one["ready"]]
        why = {"reason": "ContainersNotReady", "message": f"containers with unready status: [{' '.join(not_ready)}]"}
        initialized = all(one["ready"] for one in inits)
        return [
            scheduled,
            {"type": "Initialized", "status": str(initialized), "lastTransitionTime": created},
            *(
                {"type": name, "status": str(ready), "lastTransitionTime": since, **({} if ready else why)}
                for name in ("ContainersReady", "Ready")
            ),
        ]

    def _ready_since(self) -> str:
        starts = [one.process.began for one in self.run.runs if one.process]
        return stamp(max(starts, default=self.run.created))

    def _status(self, container: Document, *, init: bool = False) -> Document:
        name, run = str(container["name"]), self.container(str(container["name"]))
        if run is None or name in self.run.not_run:
            run = None
        once = init and container.get("restartPolicy") != "Always"
        status: Document = {
            "name": name,
            "image": container.get("image", ""),
            "imageID": "",
            "restartCount": max(run.starts - 1, 0) if run else 0,
            "state": _state(run) if run else self._unplayed(once=once),
        }
        if run and run.previous and not run.over:
            status["lastState"] = {"terminated": _terminated(run.previous)}
        running = "running" in status["state"]
        ended_well = status["state"].get("terminated", {}).get("exitCode") == 0
        status["started"] = running
        status["ready"] = ended_well if once else running and (run is None or is_ready(run))
        return status

    def _unplayed(self, *, once: bool) -> Document:
        """Nobody plays it: shown as if it did its part."""
        if once or self._phase() == "Succeeded":
            return {"terminated": {"exitCode": 0, "reason": "Completed"}}
        if any(one.starts for one in self.run.runs):
            return {"running": {"startedAt": stamp(self.run.created)}}
        return {"waiting": {"reason": "PodInitializing"}}

    def _labels(self) -> dict[str, str]:
        if self.owner["kind"] == "Deployment":
            return {"pod-template-hash": template_hash(self.run.launch.template)}
        name, uid = self.owner["metadata"]["name"], self.owner["metadata"]["uid"]
        return {
            "batch.kubernetes.io/controller-uid": uid,
            "batch.kubernetes.io/job-name": name,
            "controller-uid": uid,
            "job-name": name,
        }

    def owner_reference(self) -> Document:
        """The ReplicaSet or Job that made the pod."""
        metadata = self.owner["metadata"]
        if self.owner["kind"] == "Deployment":
            name = f"{metadata['name']}-{template_hash(self.run.launch.template)}"
            return _reference("apps/v1", "ReplicaSet", name, self._replica_set_uid())
        return _reference("batch/v1", "Job", metadata["name"], metadata["uid"])

    def _replica_set_uid(self) -> str:
        return str(uuid.uuid5(uuid.UUID(self.owner["metadata"]["uid"]), template_hash(self.run.launch.template)))

    def uid(self, of: str = "uid") -> str:
        """An id of its own for each purpose."""
        if of == "uid" and not self.replica:
            return self.run.uid
        return str(uuid.uuid5(uuid.UUID(self.run.uid), f"{of}/{self.replica}"))


def _state(run: ContainerRun) -> Document:
    if run.process:
        return {"running": {"startedAt": stamp(run.process.began)}}
    if run.over and run.previous:
        return {"terminated": _terminated(run.previous)}
    reason, _, message = run.waiting.partition(": ")
    if reason == "CrashLoopBackOff":
        return {"waiting": {"reason": reason, "message": f"back-off restarting failed container={run.name}"}}
    if reason.startswith("CreateContainer"):
        return {"waiting": {"reason": reason, "message": message}}
    reason, message = _NO_CONTAINER
    return {"waiting": {"reason": reason}}


def _terminated(process: Process) -> Document:
    ended = process.ended or process.began
    return {
        "exitCode": process.exit_status or 0,
        "reason": "Error" if process.exit_status else "Completed",
        "startedAt": stamp(process.began),
        "finishedAt": stamp(ended),
    }


def is_ready(run: ContainerRun) -> bool:
    """Whether it listens and its readiness probe, or else its startup probe, succeeds: asked now."""
    if run.process is None or not run.process.listens or run.process.port is None:
        return False
    probe: Document = run.container.get("readinessProbe") or run.container.get("startupProbe") or {}
    return "httpGet" not in probe or answers(run.process.port, probe["httpGet"].get("path", "/"))


def _reference(api_version: str, kind: str, name: str, uid: str) -> Document:
    return {
        "apiVersion": api_version,
        "kind": kind,
        "name": name,
        "uid": uid,
        "controller": True,
        "blockOwnerDeletion": True,
    }


def stamp(moment: datetime) -> str:
    """A time as the API writes it."""
    return moment.strftime(_FORM)
