"""Where container groups run: keeps the processes of every group as Resource Manager's store says."""

import logging
import shutil
import threading
from copy import deepcopy

from sandbox.arm import group_states
from sandbox.arm.instance_quota import GROUP_TYPE
from sandbox.arm.instances.group_run import GroupRun
from sandbox.arm.instances.launching import GRACE_SECONDS, Launcher, Ways, own_folder, sweep_shares
from sandbox.arm.store import Document, Resource, Store
from sandbox.kube.process import Process

_log = logging.getLogger(__name__)
_RESYNC_SECONDS, _TICK_SECONDS = 5.0, 0.5
"""How often it looks by itself, without groups and with some: probes and new starts are due in time."""


class Host:
    """Runs the containers of all groups. Works in a thread of its own between `start` and `stop`."""

    def __init__(self, store: Store, ways: Ways) -> None:
        self._store, self._ways = store, ways
        self._runs: dict[str, tuple[GroupRun, Launcher]] = {}
        self._leaving: dict[str, list[Process]] = {}
        self._lock = threading.Lock()
        self._changed = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name="container groups", daemon=True)

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
            for key in list(self._runs):
                self._end(key)
        for process in (one for leaving in self._leaving.values() for one in leaving):
            process.join(GRACE_SECONDS + 2)

    def wake(self) -> None:
        """Has the host look again."""
        self._changed.set()

    def workloads(self) -> list[Document]:
        """A row for each container of each group; none for a run that a changed group has made stale."""
        groups = {group.key: group for group in self._store.of_type(GROUP_TYPE)}
        with self._lock:
            runs = [run for key, (run, _) in self._runs.items() if key in groups and run.key == _key(groups[key])]
            return [row for run in runs for row in run.rows()]

    def _work(self) -> None:
        while not self._stopping:
            self._changed.wait(_TICK_SECONDS if self._runs or self._leaving else _RESYNC_SECONDS)
            self._changed.clear()
            try:
                with self._lock:
                    self._reconcile()
            except Exception:  # noqa: BLE001 - logged whole; other groups go on
                _log.exception("The container groups could not be looked after; the next look is in a moment.")

    def _reconcile(self) -> None:
        groups = {group.key: group for group in self._store.of_type(GROUP_TYPE)}
        for key in list(self._runs):
            run = self._runs[key][0]
            if key not in groups or not _is_wanted(groups[key]) or run.key != _key(groups[key]):
                self._end(key)
        living = {key: [one for one in each if one.exit_status is None] for key, each in self._leaving.items()}
        self._leaving = {key: each for key, each in living.items() if each}
        for key, group in groups.items():
            if _is_wanted(group) and key not in self._runs and key not in self._leaving:
                self._runs[key] = self._begin(group)
        for run, _ in self._runs.values():
            run.follow()
        self._tell(groups)
        sweep_shares(self._store, self._ways)
        self._sweep_groups(groups)

    def _begin(self, group: Resource) -> tuple[GroupRun, Launcher]:
        whole = deepcopy(group)
        whole.document["properties"] = whole.hidden["specification"]
        launcher = Launcher(self._store, self._ways, whole, self.wake)
        for each in (*whole.properties["containers"], *whole.properties["initContainers"]):
            launcher.log(each["name"]).unlink(missing_ok=True)
        return GroupRun(whole, launcher.start, self._store.now, self._ways.pause_seconds), launcher

    def _end(self, key: str) -> None:
        """A group that starts anew waits until its old processes are gone: they may share a volume."""
        run, launcher = self._runs.pop(key)
        run.stop()
        self._leaving[key] = run.processes
        launcher.clear()

    def _tell(self, groups: dict[str, Resource]) -> None:
        """Names first, so that no container is told to run that cannot find the others."""
        outside = {f"{host}:{port}": address for run, _ in self._runs.values() for host, port, address in _shown(run)}
        for key, (run, launcher) in self._runs.items():
            own = {f"{host}:{port}": at for port, at in run.ports.items() for host in ("localhost", "127.0.0.1")}
            launcher.write_names(outside | own)
            logs = {name: str(launcher.log(name)) for name in run.view()["containers"]}
            with self._store.transaction():
                if self._store.resource(key):
                    group_states.tell(self._store, groups[key], {**run.view(), "logs": logs})

    def _sweep_groups(self, groups: dict[str, Resource]) -> None:
        known = {own_folder(self._ways, group).name for group in groups.values()}
        for folder in self._ways.groups.glob("*"):
            if folder.name not in known:
                shutil.rmtree(folder, ignore_errors=True)


def _key(group: Resource) -> tuple[str, int]:
    return str(group.hidden["uid"]), int(group.hidden["generation"])


def _is_wanted(group: Resource) -> bool:
    return not group.hidden["stopped"] and group.properties["provisioningState"] not in {"Deleting", "Failed"}


def _shown(run: GroupRun) -> list[tuple[str, int, str]]:
    """(host, port, local address) of what others can reach in the group."""
    address = run.group.properties.get("ipAddress") or {}
    hosts = [host for host in (address.get("ip"), address.get("fqdn")) if host]
    ports = {int(port["port"]) for port in address.get("ports", [])}
    return [(host, port, at) for port, at in run.ports.items() if port in ports for host in hosts]
