"""The one node of the sandbox: runs a local process of the container double for each Deployment."""

import json
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sandbox.kube import errors, kinds
from sandbox.kube.access import Access, ClusterAccess, VaultSecret
from sandbox.kube.kinds import Document
from sandbox.kube.pod import Pod, PodWaitingError, Values, decoded
from sandbox.kube.process import Process
from sandbox.kube.store import Store
from sandbox.kube.vault import synced_secrets
from sandbox.kube.workload import Workload

_DEPLOYMENT, _SERVICE = kinds.named("Deployment"), kinds.named("Service")
_SECRET, _CONFIG_MAP = kinds.named("Secret"), kinds.named("ConfigMap")
_RESYNC_SECONDS = 5.0
"""How often the node looks at what is not in the store: a role that was missing, a cluster that is gone."""
_GRACE_SECONDS = 5.0


@dataclass(frozen=True)
class Containers:
    """How container doubles are run."""

    metering: str
    """The address, `127.0.0.1:PORT`, to which they report usage."""
    ca: Path
    """The certificate of the authority they trust."""
    logs: Path
    """The folder of their logs."""
    loading_seconds: float = 1.0
    command: Sequence[str] = (sys.executable, "-m", "sandbox.container")


Place = tuple[str, str, str]
"""Cluster uid, namespace, name of a Deployment."""


class Node:
    """Keeps one process running for each Deployment, whatever its replica count, as its template says.

    Works in a thread of its own between `start` and `stop`.
    """

    def __init__(self, store: Store, access: Access, vault_secret: VaultSecret, containers: Containers) -> None:
        self._store, self._access, self._vault_secret = store, access, vault_secret
        self._containers = containers
        self._processes: list[Process] = []
        self._workloads: dict[Place, Workload] = {}
        self._lock = threading.Lock()
        self._changed = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="node", daemon=True)
        store.subscribe(self.wake)

    def start(self) -> None:
        """Begins with what the store already holds."""
        self._changed.set()
        self._thread.start()

    def stop(self) -> None:
        """Ends every process and waits for that."""
        self._stopping = True
        self._changed.set()
        self._thread.join()
        with self._lock:
            self._workloads.clear()
        for process in self._processes:
            process.stop()
        for process in self._processes:
            process.join(_GRACE_SECONDS + 2)

    def wake(self) -> None:
        """Has the node look again: something changed that it cannot see, a role or a vault."""
        self._changed.set()

    def workloads(self) -> list[Document]:
        """What `GET /sandbox/workloads` answers: a row for each Deployment with replicas."""
        with self._lock:
            reports = {place: workload.report() for place, workload in self._workloads.items()}
        rows = []
        for (uid, namespace, name), report in reports.items():
            cluster = self._access(uid)
            with suppress(errors.ApiError):
                template = self._store.get(uid, _DEPLOYMENT, namespace, name)["spec"]["template"]
                left_out = [container["name"] for container in template["spec"].get("initContainers", [])]
                notes = [report["reason"], f"init containers not run: {', '.join(left_out)}" if left_out else ""]
                rows.append(
                    {
                        "cluster": cluster.arm_id if cluster else None,
                        "namespace": namespace,
                        "deployment": name,
                        "service": self._service(uid, namespace, template),
                        "container": template["spec"]["containers"][0]["name"],
                        **report,
                        "reason": "; ".join(note for note in notes if note),
                    }
                )
        return rows

    def _run(self) -> None:
        while not self._stopping:
            self._changed.wait(_RESYNC_SECONDS)
            self._changed.clear()
            with self._lock:
                self._reconcile()

    def _reconcile(self) -> None:
        wanted: dict[Place, tuple[ClusterAccess, Document]] = {}
        for uid in self._store.clusters():
            cluster = self._access(uid)
            if cluster is None:
                self._store.forget(uid)
                continue
            for deployment in self._store.objects(uid, _DEPLOYMENT):
                metadata = deployment["metadata"]
                if deployment["spec"]["replicas"] > 0:
                    wanted[uid, metadata["namespace"], metadata["name"]] = cluster, deployment
        for place in self._workloads.keys() - wanted.keys():
            self._workloads.pop(place).stop()
        for place, (cluster, deployment) in wanted.items():
            template = (deployment["metadata"]["uid"], json.dumps(deployment["spec"]["template"], sort_keys=True))
            workload = self._workloads.setdefault(place, Workload())
            workload.follow(template, partial(self._start_pod, cluster, deployment))

    def _start_pod(self, cluster: ClusterAccess, deployment: Document) -> Process:
        metadata = deployment["metadata"]
        namespace, name = metadata["namespace"], metadata["name"]
        synced: dict[str, dict[str, str]] = {}

        def secret(wanted: str) -> Values | None:
            stored = self._read(cluster, _SECRET, namespace, wanted)
            return decoded(stored) if stored else synced.get(wanted)

        def config_map(wanted: str) -> Values | None:
            stored = self._read(cluster, _CONFIG_MAP, namespace, wanted)
            return stored.get("data", {}) if stored else None

        pod = Pod(f"{name}-{metadata['generation']}", namespace, deployment["spec"]["template"], secret, config_map)
        synced |= self._mount(cluster, pod)
        environment = pod.environment()
        launch = {
            "image": pod.container.get("image", ""),
            "args": pod.args(environment),
            "env": environment,
            "port": 0,
            "hosts": {"metering": self._containers.metering},
            "ca": str(self._containers.ca),
            "cluster": cluster.uid,
            "loading_seconds": self._containers.loading_seconds,
            "grace_seconds": _GRACE_SECONDS,
        }
        log = self._containers.logs / f"{namespace}.{name}.{cluster.uid}.log"
        process = Process(self._containers.command, launch, log, self.wake)
        self._processes = [one for one in self._processes if one.exit_status is None] + [process]
        return process

    def _mount(self, cluster: ClusterAccess, pod: Pod) -> dict[str, dict[str, str]]:
        """The Secrets that mounting makes. They stay in memory: a vault's secret is written to no file."""
        account = kinds.named("ServiceAccount")
        if pod.service_account != "default" and not self._read(cluster, account, pod.namespace, pod.service_account):
            raise PodWaitingError(f'FailedCreate: serviceaccount "{pod.service_account}" not found')
        subject = f"system:serviceaccount:{pod.namespace}:{pod.service_account}"
        made: dict[str, dict[str, str]] = {}
        for volume, name in pod.secret_provider_classes():
            found = self._read(cluster, kinds.SECRETS_STORE[0], pod.namespace, name)
            if found is None:
                place = f"{pod.namespace}/{name}"
                raise PodWaitingError(
                    f'FailedMount: failed to get secretproviderclass {place} of volume "{volume}": not found'
                )
            made |= synced_secrets(found, volume, subject, cluster, self._vault_secret)
        return made

    def _read(self, cluster: ClusterAccess, kind: kinds.Kind, namespace: str, name: str) -> Document | None:
        try:
            return self._store.get(cluster.uid, kind, namespace, name)
        except errors.ApiError:
            return None

    def _service(self, uid: str, namespace: str, template: Document) -> str | None:
        labels = template.get("metadata", {}).get("labels", {})
        for service in self._store.objects(uid, _SERVICE, namespace):
            selector = service["spec"].get("selector")
            if selector and selector.items() <= labels.items():
                return str(service["metadata"]["name"])
        return None
