"""The kubelet of all nodes, for pods of Speech containers: it runs the sandbox's double of each as a process.

kwok keeps all other pods. Without this, it has these too.
"""

import itertools
import sys
from functools import partial
from pathlib import Path

import httpx

from conformance.client import Client, Document, RefusedError
from conformance.kubelet_pod import PodWorker
from sandbox.kube.pod import Pod, Values, decoded
from sandbox.kube.process import Process

PLAYED = "app.kubernetes.io/name"
"""Pods with this label have this kubelet."""
_COMMAND = (sys.executable, "-m", "sandbox.container")


class Kubelet:
    """Finds the pods that are bound to nodes, and gives each a worker. Logs of containers go into a folder."""

    def __init__(self, client: Client, logs: Path) -> None:
        self._client, self._logs = client, logs
        self._workers: dict[str, PodWorker] = {}
        self._addresses = (f"10.244.{block}.{host}" for block in itertools.count(128) for host in range(1, 255))
        logs.mkdir(parents=True, exist_ok=True)

    def step(self) -> None:
        """Starts what is new, tells workers what the API says of their pods, and lets go what is gone."""
        found = self._client.items(f"/api/v1/pods?labelSelector={PLAYED}")
        pods = {pod["metadata"]["uid"]: pod for pod in found if pod["spec"].get("nodeName")}
        for uid, pod in pods.items():
            if uid in self._workers:
                self._workers[uid].pod = pod
            else:
                self._workers[uid] = PodWorker(self._client, pod, next(self._addresses), partial(self._start, pod))
        for uid in self._workers.keys() - pods.keys():
            self._workers.pop(uid).vanish()

    def close(self) -> None:
        """Kills what runs."""
        for worker in self._workers.values():
            worker.vanish()
        for worker in self._workers.values():
            worker.join()

    def _start(self, pod: Document, container: Document) -> Process:
        """Raises PodWaitingError where a Secret or ConfigMap is missing."""
        meta = pod["metadata"]
        seen = Pod(
            meta["name"], meta["namespace"], pod, partial(self._secret, pod), partial(self._values, pod), container
        )
        environment = seen.environment()
        document = {
            "image": container["image"],
            "args": seen.args(environment),
            "env": environment,
            # No source says that a real one lets streams end when it is told to stop.
            "grace_seconds": 0,
        }
        return Process(_COMMAND, document, self._logs / f"{meta['name']}.{container['name']}.log", lambda: None)

    def _secret(self, pod: Document, name: str) -> Values | None:
        found = self._read(pod, "secrets", name)
        return decoded(found) if found else None

    def _values(self, pod: Document, name: str) -> Values | None:
        found = self._read(pod, "configmaps", name)
        return found.get("data", {}) if found else None

    def _read(self, pod: Document, plural: str, name: str) -> Document | None:
        try:
            return self._client.get(f"/api/v1/namespaces/{pod['metadata']['namespace']}/{plural}/{name}")
        except RefusedError as refusal:
            if refusal.status != httpx.codes.NOT_FOUND:
                raise
        return None
