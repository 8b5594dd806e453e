"""Events of what the node runs, as scheduler, kubelet and controllers would note them: few, and those that matter."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

from sandbox.kube.container_run import ContainerRun
from sandbox.kube.first_objects import NODE_NAME
from sandbox.kube.kinds import Document
from sandbox.kube.pod_documents import View, is_ready, stamp


def events(view: View) -> Iterator[Document]:
    """The events of one pod, or of what cannot make it."""
    created = view.run.created
    if not view.made:
        reason, _, message = view.run.main.waiting.partition(": ")
        yield _event(view, "Warning", reason, message, created, component="replicaset-controller")
        return
    for run in view.run.runs:
        yield from _warnings(view, run)
        if process := run.process or run.previous:
            told = f"Container started: {run.name}"
            yield _event(view, "Normal", "Started", told, process.began, count=run.starts, container=run.name)


def _warnings(view: View, run: ContainerRun) -> Iterator[Document]:
    created, ended = view.run.created, run.previous.ended if run.previous else None
    reason, _, message = run.waiting.partition(": ")
    if run.pending:
        yield _event(view, "Warning", reason, message, created, component="default-scheduler")
    elif reason == "CrashLoopBackOff":
        told = f"Back-off restarting failed container {run.name} in pod {view.name}_{view.namespace}"
        yield _event(view, "Warning", "BackOff", told, ended or created, count=run.ends, container=run.name)
    elif run.waiting and not run.over:
        noted = "Failed" if reason.startswith("CreateContainer") else reason
        yield _event(view, "Warning", noted, message, created, container=run.name)
    elif run.listens and not is_ready(run):
        yield _event(view, "Warning", "Unhealthy", "Readiness probe failed", datetime.now(UTC), container=run.name)


def _event(  # noqa: PLR0913  # an event has many parts
    view: View,
    kind: str,
    reason: str,
    message: str,
    last: datetime,
    *,
    count: int = 1,
    container: str = "",
    component: str = "kubelet",
) -> Document:
    about = {"apiVersion": "v1", "kind": "Pod", "name": view.name, "uid": view.uid()}
    if not view.made:
        about = {key: view.owner_reference()[key] for key in about}
    uid = view.uid(f"{reason}/{container}")
    first = stamp(view.run.created)
    metadata = {
        "name": f"{about['name']}.{uuid.UUID(uid).hex[:16]}",
        "namespace": view.namespace,
        "uid": uid,
        "resourceVersion": "1",
        "creationTimestamp": first,
    }
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": metadata,
        "involvedObject": {
            **about,
            "namespace": view.namespace,
            **({"fieldPath": f"spec.containers{{{container}}}"} if container else {}),
        },
        "reason": reason,
        "message": message or reason,
        "type": kind,
        "count": max(count, 1),
        "firstTimestamp": first,
        "lastTimestamp": stamp(last),
        "source": {"component": component, **({"host": NODE_NAME} if component == "kubelet" else {})},
    }
