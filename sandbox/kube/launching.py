"""How the node starts a container: what it may see of its cluster, worked out into the document of a process."""

import json
import sys
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sandbox.home import write_private
from sandbox.kube import errors, kinds
from sandbox.kube.access import VaultSecret, in_azure
from sandbox.kube.images import is_played
from sandbox.kube.kinds import Document, Kind
from sandbox.kube.pod import Pod, PodWaitingError, Values, decoded
from sandbox.kube.pod_run import Kubelet, Launch, PodRun
from sandbox.kube.process import Process
from sandbox.kube.scheduling import claim_names, schedule
from sandbox.kube.store import Store
from sandbox.kube.vault import synced_secrets
from sandbox.kube.volumes import Folders, mounts

GRACE_SECONDS = 5.0
_SECRET, _CONFIG_MAP = kinds.named("Secret"), kinds.named("ConfigMap")
_CLAIM, _NODE = kinds.named("PersistentVolumeClaim"), kinds.named("Node")
_ACCOUNT, _PRIORITY = kinds.named("ServiceAccount"), kinds.named("PriorityClass")


@dataclass(frozen=True)
class Containers:
    """How container doubles are run."""

    metering: str
    """The address, `127.0.0.1:PORT`, to which they report usage."""
    ca: Path
    """The certificate of the authority they trust."""
    logs: Path
    """The folder of their logs."""
    volumes: Path
    """The folder of their volumes."""
    loading_seconds: float = 1.0
    first_pause_seconds: float = 10.0
    """Before the second new start of a container or Job that ends; then twice as long each time."""
    command: Sequence[str] = (sys.executable, "-m", "sandbox.container")


class Launcher:
    """Makes pods of launches, and knows every process that it started."""

    def __init__(
        self, store: Store, vault_secret: VaultSecret, containers: Containers, changed: Callable[[], None]
    ) -> None:
        self.folders = Folders(containers.volumes)
        self.processes: list[Process] = []
        self._store, self._vault_secret = store, vault_secret
        self._containers, self._changed = containers, changed

    def pod(self, launch: Launch) -> PodRun:
        """The pod, not started yet. Its name is the launch's with a random end."""
        own = self.folders.new_pod()
        launch = replace(launch, name=f"{launch.name}-{uuid.uuid4().hex[:5]}")

        def start(container: Document) -> Process:
            return self._start(launch, container, own)

        def volumes(container: Document) -> list[Path]:
            mounted = {mount["name"] for mount in container.get("volumeMounts", [])}
            used = {"volumes": [volume for volume in launch.spec.get("volumes", []) if volume["name"] in mounted]}
            found = [self._claim_folder(launch, name) for name in claim_names(used)]
            return [folder for folder in found if folder]

        kubelet = Kubelet(start, is_played, self._containers.first_pause_seconds, volumes)
        return PodRun(launch, kubelet, own)

    def warnings(self, launch: Launch) -> list[str]:
        """What a kubelet would complain about and go on."""
        asked = [one["name"] for one in launch.spec.get("imagePullSecrets", [])]
        missing = [name for name in asked if not self._read(launch, _SECRET, name)]
        told = (
            f"FailedToRetrieveImagePullSecret: Unable to retrieve some image pull secrets ({', '.join(missing)}); "
            "attempting to pull the image may not succeed."
        )
        return [told] if missing else []

    def _start(self, launch: Launch, container: Document, own: Path) -> Process:
        synced: dict[str, dict[str, str]] = {}

        def secret(wanted: str) -> Values | None:
            stored = self._read(launch, _SECRET, wanted)
            return decoded(stored) if stored else synced.get(wanted)

        def config_map(wanted: str) -> Values | None:
            stored = self._read(launch, _CONFIG_MAP, wanted)
            return stored.get("data", {}) if stored else None

        pod = Pod(launch.name, launch.namespace, launch.template, secret, config_map, container)
        self._admit(launch, pod)
        synced |= self._mount_vaults(launch, pod)
        environment = pod.environment()
        document = {
            "image": container.get("image", ""),
            "args": pod.args(environment),
            "env": environment,
            "port": 0,
            "hosts": {"metering": self._containers.metering},
            "ca": str(self._containers.ca),
            "cluster": launch.cluster.uid if in_azure(launch.cluster) else "",
            "volumes": mounts(pod, environment, own, lambda name: self._claim_folder(launch, name)),
            "names": str(names_file(own)),
            "loading_seconds": self._containers.loading_seconds,
            "grace_seconds": GRACE_SECONDS,
        }
        main = container["name"] == launch.spec["containers"][0]["name"]
        log = launch.log if main else f"{launch.log}.{container['name']}"
        process = Process(self._containers.command, document, self._containers.logs / f"{log}.log", self._changed)
        self.processes = [one for one in self.processes if one.exit_status is None] + [process]
        return process

    def _admit(self, launch: Launch, pod: Pod) -> None:
        """Raises PodWaitingError where the pod would not even be made, or finds no node."""
        if pod.service_account != "default" and not self._read(launch, _ACCOUNT, pod.service_account):
            raise PodWaitingError(f'FailedCreate: serviceaccount "{pod.service_account}" not found')
        priority = pod.spec.get("priorityClassName")
        if priority and not self._read(launch, _PRIORITY, priority):
            raise PodWaitingError(
                f'FailedCreate: pods "{pod.name}" is forbidden: no PriorityClass with name {priority} was found'
            )
        claims = {one["metadata"]["name"]: one for one in self._objects(launch, _CLAIM, launch.namespace)}
        schedule(pod.spec, self._objects(launch, _NODE, ""), claims)

    def _mount_vaults(self, launch: Launch, pod: Pod) -> dict[str, dict[str, str]]:
        """The Secrets that mounting makes. They stay in memory: a vault's secret is written to no file."""
        subject = f"system:serviceaccount:{pod.namespace}:{pod.service_account}"
        made: dict[str, dict[str, str]] = {}
        for volume, name in pod.secret_provider_classes():
            found = self._read(launch, kinds.SECRETS_STORE[0], name)
            if found is None:
                place = f"{pod.namespace}/{name}"
                raise PodWaitingError(
                    f'FailedMount: failed to get secretproviderclass {place} of volume "{volume}": not found'
                )
            made |= synced_secrets(found, volume, subject, launch.cluster, self._vault_secret)
        return made

    def _claim_folder(self, launch: Launch, name: str) -> Path | None:
        claim = self._read(launch, _CLAIM, name)
        return self.folders.claim(launch.cluster.uid, claim) if claim else None

    def _objects(self, launch: Launch, kind: Kind, namespace: str) -> list[Document]:
        return self._store.objects(launch.cluster.uid, kind, namespace)

    def _read(self, launch: Launch, kind: Kind, name: str) -> Document | None:
        try:
            return self._store.get(launch.cluster.uid, kind, launch.namespace if kind.namespaced else "", name)
        except errors.ApiError:
            return None


def names_file(own: Path) -> Path:
    """The table of names of the pod whose folder this is."""
    return own / "names.json"


def write_names(own: Path, table: dict[str, str]) -> None:
    """Keeps a pod's table of names up to date, in one step each time."""
    file, text = names_file(own), json.dumps(table, sort_keys=True).encode()
    if not file.exists() or file.read_bytes() != text:
        write_private(file, text)
