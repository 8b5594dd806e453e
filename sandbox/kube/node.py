"""The one node of the sandbox, and what controllers would do around it: binds claims, runs Deployments and Jobs."""

import json
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial

from sandbox.kube import claims, errors, kinds, names
from sandbox.kube.access import Access, ClusterAccess, VaultSecret
from sandbox.kube.job_run import JobRun, is_over, seconds_to_live
from sandbox.kube.kinds import Document, Kind
from sandbox.kube.launching import GRACE_SECONDS, Containers, Launcher, write_names
from sandbox.kube.pod_run import Launch, PodRun, template_hash
from sandbox.kube.scheduling import claim_names
from sandbox.kube.store import Store
from sandbox.kube.workload import Workload

_DEPLOYMENT, _JOB, _SERVICE = kinds.named("Deployment"), kinds.named("Job"), kinds.named("Service")
_CLAIM, _VOLUME = kinds.named("PersistentVolumeClaim"), kinds.named("PersistentVolume")
_STORAGE_CLASS = kinds.named("StorageClass")
_RESYNC_SECONDS = 5.0
"""How often the node looks at what is not in the store: a role that was missing, a cluster that is gone."""
_SHORTEST_WAIT_SECONDS = 0.02

Place = tuple[str, Kind, str, str, str]
"""Cluster uid, kind, namespace, name and uid of a Deployment or Job; a Deployment's template changes, it stays."""


class Node:
    """Keeps one pod running for each Deployment, whatever its replica count, and for each Job that is not over.

    Works in a thread of its own between `start` and `stop`.
    """

    def __init__(self, store: Store, access: Access, vault_secret: VaultSecret, containers: Containers) -> None:
        self._store, self._access, self._containers = store, access, containers
        self._launcher = Launcher(store, vault_secret, containers, self.wake)
        self._runs: dict[Place, Workload | JobRun] = {}
        self._ending: list[PodRun] = []
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
        pods = [pod for run in self._runs.values() for pod in run.pods] + self._ending
        with self._lock:
            self._runs.clear()
        for process in self._launcher.processes:
            process.stop()
        for process in self._launcher.processes:
            process.join(GRACE_SECONDS + 2)
        for pod in pods:
            shutil.rmtree(pod.folder, ignore_errors=True)

    def wake(self) -> None:
        """Has the node look again: something changed that it cannot see, a role or a vault."""
        self._changed.set()

    def workloads(self) -> list[Document]:
        """What `GET /sandbox/workloads` answers: a row for each Deployment with replicas, and for each Job."""
        with self._lock:
            return [row for place, run in self._runs.items() for row in self._rows(place, run)]

    def pods(self, cluster: str) -> list[tuple[Kind, str, str, list[PodRun]]]:
        """The pods of a cluster by the kind, namespace and name of their owner; of a Job also the one that ended."""
        with self._lock:
            found = [(place, run) for place, run in self._runs.items() if place[0] == cluster]
            return [
                (kind, namespace, name, run.pods or [run.last] if isinstance(run, JobRun) and run.last else run.pods)
                for (_, kind, namespace, name, _), run in found
            ]

    def renew(self, pod: PodRun) -> bool:
        """Has another pod come in the place of this one; False where it is not a Deployment's."""
        with self._lock:
            run = next((run for run in self._runs.values() if pod in run.pods), None)
            if isinstance(run, Workload):
                run.renew(pod)
        self.wake()
        return isinstance(run, Workload)

    def _run(self) -> None:
        due = time.monotonic()
        while not self._stopping:
            pause = min(max(due - time.monotonic(), _SHORTEST_WAIT_SECONDS), _RESYNC_SECONDS)
            self._changed.wait(pause)
            self._changed.clear()
            with self._lock:
                self._reconcile()
                due = min((run.due for run in self._runs.values()), default=float("inf"))

    def _reconcile(self) -> None:
        wanted: dict[Place, tuple[ClusterAccess, Document]] = {}
        for uid in self._store.clusters():
            cluster = self._access(uid)
            if cluster is None:
                self._store.forget(uid)
                continue
            owners = list(self._owners(uid))
            self._bind(uid, [owner for _, owner in owners])
            for kind, owner in owners:
                metadata = owner["metadata"]
                wanted[uid, kind, metadata["namespace"], metadata["name"], metadata["uid"]] = cluster, owner
        for place in self._runs.keys() - wanted.keys():
            self._runs.pop(place).stop()
        self._bury()
        for place, (cluster, owner) in wanted.items():
            self._follow(place, cluster, owner)
        self._write_names()
        self._sweep()

    def _owners(self, uid: str) -> Iterator[tuple[Kind, Document]]:
        """The objects of a cluster that have pods, and the Jobs that had some."""
        for deployment in self._store.objects(uid, _DEPLOYMENT):
            if deployment["spec"]["replicas"] > 0:
                yield _DEPLOYMENT, deployment
        for job in self._store.objects(uid, _JOB):
            if seconds_to_live(job) > 0:
                yield _JOB, job
            else:
                with suppress(errors.ApiError):  # somebody else was faster
                    self._store.delete(uid, _JOB, job["metadata"]["namespace"], job["metadata"]["name"])

    def _bind(self, uid: str, owners: list[Document]) -> None:
        """What the volume controllers do for the claims of a cluster."""
        found = self._store.objects(uid, _CLAIM)
        if not found:
            return
        classes, volumes = self._store.objects(uid, _STORAGE_CLASS), self._store.objects(uid, _VOLUME)
        working = [owner for owner in owners if not is_over(owner)]
        used = {
            (owner["metadata"]["namespace"], name)
            for owner in working
            for name in claim_names(owner["spec"]["template"]["spec"])
        }
        for claim in found:
            place = (claim["metadata"]["namespace"], claim["metadata"]["name"])
            self._store.keep(uid, _CLAIM, claims.settled(claim, classes, volumes, used=place in used))

    def _follow(self, place: Place, cluster: ClusterAccess, owner: Document) -> None:
        uid, kind, namespace, name, owner_uid = place
        template = owner["spec"]["template"]
        log = f"{namespace}.{name}.{uid}" if kind == _DEPLOYMENT else f"{namespace}.{name}.job.{uid}"
        made_by = f"{name}-{template_hash(template)}" if kind == _DEPLOYMENT else name
        launch = Launch(cluster, namespace, made_by, log, template)
        new_pod = partial(self._launcher.pod, launch)
        run = self._runs.get(place)
        if run is None and any(pod.launch.log == log for pod in self._ending):
            return  # of one that was deleted and made again, the first has to end first
        if kind == _DEPLOYMENT:
            run = run or Workload(self._retire)
            if isinstance(run, Workload):
                run.follow((owner_uid, json.dumps(template, sort_keys=True)), new_pod)
        else:
            run = run or JobRun(new_pod, self._retire, self._containers.first_pause_seconds)
            if isinstance(run, JobRun):
                self._store.keep(uid, _JOB, run.follow(owner))
        self._runs[place] = run

    def _retire(self, pod: PodRun) -> None:
        pod.stop()
        self._ending.append(pod)

    def _bury(self) -> None:
        for pod in [pod for pod in self._ending if pod.ended]:
            self._ending.remove(pod)
            shutil.rmtree(pod.folder, ignore_errors=True)

    def _write_names(self) -> None:
        """Brings the table of every pod up to date."""
        running: dict[str, list[tuple[PodRun, names.Serving]]] = {}
        for place, run in self._runs.items():
            for pod in run.pods:
                listening = [(one.container, one.process) for one in pod.runs if one.process and one.listens]
                serving = names.serving(pod.launch.namespace, pod.launch.labels, listening)
                running.setdefault(place[0], []).append((pod, serving))
        for uid, pods in running.items():
            services = self._store.objects(uid, _SERVICE)
            for pod, own in pods:
                write_names(pod.folder, names.table(own, services, [serving for _, serving in pods]))

    def _sweep(self) -> None:
        """Removes the folders of claims that are gone, and that no pod has open any more."""
        folders = self._launcher.folders
        wanted = {
            folders.place(uid, claim["metadata"]["namespace"], claim["metadata"]["name"])
            for uid in self._store.clusters()
            for claim in self._store.objects(uid, _CLAIM)
        }
        for pod in [*self._ending, *(pod for run in self._runs.values() for pod in run.pods)]:
            launch = pod.launch
            wanted |= {folders.place(launch.cluster.uid, launch.namespace, name) for name in claim_names(launch.spec)}
        folders.sweep(wanted)

    def _rows(self, place: Place, run: Workload | JobRun) -> Iterator[Document]:
        uid, kind, namespace, name, _ = place
        cluster = self._access(uid)
        with suppress(errors.ApiError):
            owner = self._store.get(uid, kind, namespace, name)
            template = owner["spec"]["template"]
            report = run.report(owner) if isinstance(run, JobRun) else run.report()
            left_out = run.pods[0].not_run if run.pods else []
            notes = [report["reason"], f"not run: {', '.join(left_out)}" if left_out else ""]
            yield {
                "cluster": cluster.arm_id if cluster else None,
                "namespace": namespace,
                "deployment": name if kind == _DEPLOYMENT else None,
                "job": name if kind == _JOB else None,
                "service": self._service(uid, namespace, template),
                "container": run.pods[0].main.name if run.pods else template["spec"]["containers"][0]["name"],
                **report,
                "reason": "; ".join(note for note in notes if note),
                "containers": [one.report() for one in run.pods[0].runs] if run.pods else [],
                "events": self._events(uid, run.pods),
            }

    def _events(self, uid: str, pods: list[PodRun]) -> list[str]:
        """What `kubectl get events` would list as warnings about a pod and its claims."""
        if not pods:
            return []
        launch = pods[0].launch
        classes, volumes = self._store.objects(uid, _STORAGE_CLASS), self._store.objects(uid, _VOLUME)
        found = self._launcher.warnings(launch)
        for claim in self._store.objects(uid, _CLAIM, launch.namespace):
            if claim["metadata"]["name"] in claim_names(launch.spec) and claim["status"].get("phase") != "Bound":
                found.append(claims.why_pending(claim, classes, volumes, used=True))
        return [one for one in found if one]

    def _service(self, uid: str, namespace: str, template: Document) -> str | None:
        labels = template.get("metadata", {}).get("labels", {})
        for service in self._store.objects(uid, _SERVICE, namespace):
            selector = service["spec"].get("selector")
            if selector and selector.items() <= labels.items():
                return str(service["metadata"]["name"])
        return None
