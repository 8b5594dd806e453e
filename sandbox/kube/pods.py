"""What the API serves of the node's pods, beside the objects of the store: lists, logs, deletion."""

import itertools
from collections.abc import Mapping
from typing import Protocol

from sandbox.kube import errors, kinds
from sandbox.kube.kinds import Document, Kind
from sandbox.kube.pod_documents import View
from sandbox.kube.pod_events import events
from sandbox.kube.pod_run import PodRun
from sandbox.kube.store import Store

POD, REPLICA_SET = kinds.named("Pod"), kinds.named("ReplicaSet")
DERIVED = (POD, REPLICA_SET, kinds.EVENT)
"""Kinds that are shown and never stored."""


class Runs(Protocol):
    """What runs the pods: the node."""

    def pods(self, cluster: str) -> list[tuple[Kind, str, str, list[PodRun]]]:
        """By the kind, namespace and name of the owner."""

    def renew(self, pod: PodRun) -> bool:
        """Has another pod come in the place of this one; False where nobody would make another."""


class NoRuns:
    """A cluster in which nothing runs."""

    def pods(self, cluster: str) -> list[tuple[Kind, str, str, list[PodRun]]]:  # noqa: ARG002  as above
        """None."""
        return []

    def renew(self, pod: PodRun) -> bool:  # noqa: ARG002  as above
        """Never."""
        return False


class Pods:
    """The pods of every cluster as documents."""

    def __init__(self, store: Store, runs: Runs) -> None:
        self._store, self._runs = store, runs

    def objects(self, cluster: str, kind: Kind, namespace: str) -> list[Document]:
        """The Pods, ReplicaSets or Events of a namespace, or of all."""
        views = [view for view in self._views(cluster) if namespace in ("", view.namespace)]
        if kind == POD:
            return [view.document() for view in views if view.made]
        if kind == REPLICA_SET:
            return [made for view in views if not view.replica and (made := view.replica_set())]
        return [event for view in views for event in events(view)]

    def get(self, cluster: str, kind: Kind, namespace: str, name: str) -> Document:
        """One of them. Raises ApiError 404."""
        found = self.objects(cluster, kind, namespace)
        wanted = next((one for one in found if one["metadata"]["name"] == name), None)
        if wanted is None:
            raise errors.not_found(kind, name)
        return wanted

    def view(self, cluster: str, namespace: str, name: str) -> View:
        """A pod. Raises ApiError 404."""
        for view in self._views(cluster):
            if view.made and (view.namespace, view.name) == (namespace, name):
                return view
        raise errors.not_found(POD, name)

    def delete(self, cluster: str, namespace: str, name: str) -> Document:
        """The pod that goes; its Deployment makes another one. Raises ApiError."""
        view = self.view(cluster, namespace, name)
        gone = view.document()
        if not self._runs.renew(view.run):
            raise errors.ApiError(405, "MethodNotAllowed", "the sandbox deletes pods of Deployments only")
        return gone

    def log(self, cluster: str, namespace: str, name: str, asked: Mapping[str, str]) -> str:
        """What a container of the pod logged, in this start or the one before. Raises ApiError."""
        if refused := {"follow", "sinceSeconds", "sinceTime", "timestamps"} & {
            one for one in asked if asked[one] not in {"", "false"}
        }:
            raise errors.bad_request(f"the sandbox gives logs without {', '.join(sorted(refused))}")
        view = self.view(cluster, namespace, name)
        wanted = asked.get("container") or view.run.main.name
        run = view.container(wanted)
        if run is None:
            raise errors.bad_request(f"container {wanted} is not valid for pod {name}, or nobody plays it here")
        previous = asked.get("previous") == "true"
        process = run.previous if previous else run.process or run.previous
        if process is None:
            which = "previous terminated container" if previous else "container"
            why = "not found" if previous else f"is waiting to start: {run.waiting or 'ContainerCreating'}"
            raise errors.bad_request(f'{which} "{wanted}" in pod "{name}" {why}')
        lines = process.said.splitlines(keepends=True)
        return "".join(lines[-int(asked["tailLines"]) :] if asked.get("tailLines", "0") != "0" else lines)

    def _views(self, cluster: str) -> list[View]:
        found: list[View] = []
        for kind, namespace, name, runs in self._runs.pods(cluster):
            try:
                owner = {"kind": kind.name, **self._store.get(cluster, kind, namespace, name)}
            except errors.ApiError:  # gone meanwhile
                continue
            count = owner["spec"]["replicas"] if kind.name == "Deployment" else 1
            found += [View(run, owner, replica) for run, replica in itertools.product(runs, range(count))]
        return found
