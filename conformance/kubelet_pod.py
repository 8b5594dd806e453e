"""One pod on its node, from its start to its end, in a thread of its own."""

import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from conformance.client import Client, Document, RefusedError
from conformance.kubelet_probes import Probes
from conformance.kubelet_status import Seen, now
from sandbox.kube.container_run import ContainerRun, Restart, Start
from sandbox.kube.images import is_played
from sandbox.kube.process import Process

ADDRESS = "conformance/address"
"""The annotation that says where a pod's container listens on this machine: its pod's address leads nowhere."""
_PAUSE_SECONDS = 0.1
_LOOK_SECONDS = 1.0
_LEAST_GRACE_SECONDS = 2.0
"""What a container gets between SIGTERM and SIGKILL even if its preStop has taken all (kubelet,
minimumGracePeriodInSeconds)."""
_FIRST_PAUSE_SECONDS = 10.0


class PodWorker:
    """Plays a pod's first container. `pod` is what the API said last; it may be set at any time."""

    def __init__(self, client: Client, pod: Document, ip: str, start: Start) -> None:
        self.pod = pod
        self._client = client
        self._gone = threading.Event()
        self._seen = Seen(ip)
        self._told: Document = {}
        spec = pod["spec"]
        restart: Restart = spec.get("restartPolicy", "Always")
        before: Restart = "Never" if restart == "Never" else "OnFailure"
        inits = spec.get("initContainers", ())
        for init in inits:
            if not is_played(init):
                self._say(f"init container {init['name']} is not run: it is taken to have succeeded")
        self._before = [ContainerRun(one, before, start, _FIRST_PAUSE_SECONDS) for one in inits if is_played(one)]
        self._main = ContainerRun(spec["containers"][0], restart, start, _FIRST_PAUSE_SECONDS)
        self._probed: Process | None = None
        self._probes = Probes(self._main.container)
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()

    def vanish(self) -> None:
        """The API knows the pod no more: what runs of it is killed."""
        self._gone.set()

    def join(self) -> None:
        """Waits until nothing of it runs."""
        self._thread.join()

    def _live(self) -> None:
        while not self._gone.wait(_PAUSE_SECONDS) and not self._leaving:
            self._tried(self._follow)
        if not self._gone.is_set():
            self._end()
        for run in (*self._before, self._main):
            if run.process:
                run.process.join(0)
        while not self._gone.is_set():
            self._tried(lambda: self._client.delete(self._path))
            self._gone.wait(_LOOK_SECONDS)

    @property
    def _leaving(self) -> bool:
        return "deletionTimestamp" in self.pod["metadata"]

    @property
    def _path(self) -> str:
        meta = self.pod["metadata"]
        return f"/api/v1/namespaces/{meta['namespace']}/pods/{meta['name']}"

    def _follow(self) -> None:
        waiting = next((run for run in self._before if not (run.over and run.exit_status == 0)), None)
        self._seen.initialised = waiting is None
        (waiting or self._main).follow()
        if waiting is None:
            self._follow_main(self._main.process)
        self._tell()

    def _follow_main(self, process: Process | None) -> None:
        if process is not self._probed:
            self._probed, self._probes = process, Probes(self._main.container)
            self._seen.running_since = now()
        if process and process.exit_status is None:
            address = f"127.0.0.1:{process.port or 0}"
            self._probes.follow(address)
            if process.listens and self.pod["metadata"].get("annotations", {}).get(ADDRESS) != address:
                self.pod = self._client.merge(self._path, {"metadata": {"annotations": {ADDRESS: address}}})
        running = process is not None and process.exit_status is None
        self._seen.started = running and self._probes.started
        self._seen.ready = running and self._probes.ready
        if process and running and (failed := self._probes.failed):
            self._restart(process, *failed)

    def _restart(self, process: Process, name: str, probe: Mapping[str, Any]) -> None:
        """As a deletion does it, hook and all; only the probe may have a shorter grace period."""
        self._say(f"its {name} probe failed: its container is started again")
        self._seen.ready = self._seen.started = False
        self._tell()
        pod_grace = self.pod["spec"]["terminationGracePeriodSeconds"]
        self._stop(process, probe.get("terminationGracePeriodSeconds", pod_grace))

    def _end(self) -> None:
        """The hook, then SIGTERM, then SIGKILL: all within the grace period that the deletion asked for."""
        process = self._main.process
        if process and process.exit_status is None:
            self._stop(process, None)

    def _stop(self, process: Process, grace: float | None) -> None:
        """`grace`: seconds; None: what the pod's deletion says at the time, which a second one may shorten."""
        began = time.monotonic()

        def left() -> float:
            whole = self.pod["metadata"].get("deletionGracePeriodSeconds", 0) if grace is None else grace
            return float(whole) - (time.monotonic() - began)

        self._hook(process, left)
        process.stop()
        deadline = time.monotonic() + max(left(), _LEAST_GRACE_SECONDS)
        while process.exit_status is None and time.monotonic() < deadline and not self._gone.wait(_PAUSE_SECONDS):
            continue
        process.join(0)

    def _hook(self, process: Process, left: Callable[[], float]) -> None:
        match self._main.container.get("lifecycle", {}).get("preStop", {}):
            case {"sleep": {"seconds": seconds}} | {"exec": {"command": ["sleep", seconds]}}:
                ends = time.monotonic() + float(seconds)
                while time.monotonic() < ends and left() > 0 and process.exit_status is None:
                    if self._gone.wait(_PAUSE_SECONDS):
                        return
            case hook if hook:
                self._say(f"its preStop is not run, and taken to have failed: {hook}")

    def _tell(self) -> None:
        status = self._seen.status(self.pod, self._main)
        uid = self.pod["metadata"]["uid"]
        if self._told != status:
            document = {"apiVersion": "v1", "kind": "Pod", "metadata": {"uid": uid}, "status": status}
            self._client.apply(f"{self._path}/status", document)
            self._told = status

    def _tried(self, work: Callable[[], object]) -> None:
        """Refusals are told: somebody was faster, or the next look meets it too."""
        try:
            work()
        except (RefusedError, httpx.HTTPError) as fault:
            self._say(str(fault))

    def _say(self, words: str) -> None:
        print(f"conformance: pod {self.pod['metadata']['name']}: {words}", file=sys.stderr)
