"""What a container of a group is started with: variables, words, folders for its volumes, the names it can see."""

import base64
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sandbox.arm import shares
from sandbox.arm.instances.container_life import ContainerWaitingError
from sandbox.arm.providers import group_sources
from sandbox.arm.store import Document, Resource, Store
from sandbox.home import write_private
from sandbox.kube.process import Process

GRACE_SECONDS = 5.0
_MEMORY = Path("/dev/shm")  # noqa: S108 - where a secret volume lies in Azure, too: in memory
_NAMES = "names.json"


@dataclass(frozen=True)
class Ways:
    """How container doubles are run, and where their things lie."""

    metering: str
    """The address, `127.0.0.1:PORT`, of billing."""
    ca: Path
    """The certificate of the authority they trust."""
    logs: Path
    shares: Path
    """The folder of all file shares."""
    groups: Path
    """The folder of what lives as long as a group: its empty directories, its table of names."""
    loading_seconds: float = 1.0
    pause_seconds: float = 10.0
    """Before a container that ended starts again; then twice as long each time."""
    command: Sequence[str] = (sys.executable, "-m", "sandbox.container")


class Launcher:
    """Starts the containers of one generation of a group, and clears up after them."""

    def __init__(self, store: Store, ways: Ways, group: Resource, changed: Callable[[], None]) -> None:
        self._store, self._ways, self._group, self._changed = store, ways, group, changed
        self._own = own_folder(ways, group) / str(group.hidden["generation"])
        shutil.rmtree(self._own, ignore_errors=True)
        self._own.mkdir(parents=True)
        self._secrets: Path | None = None

    def start(self, container: Document) -> Process:
        """The container's process. Raises ContainerWaitingError."""
        inside = container["properties"]
        launch = {
            "image": inside["image"],
            "args": list(inside.get("command") or [])[1:],
            "env": {each["name"]: _value(each) for each in inside["environmentVariables"]},
            "port": 0,
            "hosts": {"metering": self._ways.metering},
            "ca": str(self._ways.ca),
            "cluster": self._group.hidden["uid"],
            "volumes": {each["mountPath"]: str(self._folder(each["name"])) for each in inside["volumeMounts"]},
            "names": str(self._own / _NAMES),
            "loading_seconds": self._ways.loading_seconds,
            "grace_seconds": GRACE_SECONDS,
        }
        return Process(self._ways.command, launch, self.log(container["name"]), self._changed)

    def log(self, container: str) -> Path:
        """The container's log."""
        parts = (self._group.id.split("/")[4], self._group.name, container, str(self._group.hidden["uid"]))
        return self._ways.logs / f"{'.'.join(parts)}.log"

    def write_names(self, table: dict[str, str]) -> None:
        """Keeps the table of names up to date, in one step each time."""
        file, text = self._own / _NAMES, json.dumps(table, sort_keys=True).encode()
        if not file.exists() or file.read_bytes() != text:
            write_private(file, text)

    def clear(self) -> None:
        """Drops what does not outlive the containers."""
        shutil.rmtree(self._own, ignore_errors=True)
        if self._secrets:
            shutil.rmtree(self._secrets, ignore_errors=True)

    def _folder(self, name: str) -> Path:
        volume = next(each for each in self._group.properties["volumes"] if each["name"] == name)
        why = group_sources.unmountable(self._store, self._group, volume)
        if why:
            raise ContainerWaitingError(f"FailedMountAzureFileVolume: {why}")
        if share := volume.get("azureFile"):
            return share_folder(self._ways, str(share["storageAccountName"]), str(share["shareName"]))
        if volume.get("secret") is not None:
            return self._secret_folder(volume)
        folder = self._own / "volumes" / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _secret_folder(self, volume: Document) -> Path:
        """Its files are in clear, so they lie in memory, as in Azure, and not in the sandbox's home."""
        if not self._secrets:
            self._secrets = Path(tempfile.mkdtemp(prefix="speech-sandbox-", dir=_MEMORY if _MEMORY.is_dir() else None))
        folder = self._secrets / str(volume["name"])
        folder.mkdir(exist_ok=True)
        for file, encoded in volume["secret"].items():
            with os.fdopen(os.open(folder / PurePosixPath(file).name, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as sink:
                sink.write(base64.b64decode(encoded))
        return folder


def _value(variable: Document) -> str:
    return str(variable.get("secureValue") or variable.get("value") or "")


def own_folder(ways: Ways, group: Resource) -> Path:
    """The folder of a group."""
    return ways.groups / str(group.hidden["uid"])


def share_folder(ways: Ways, account: str, share: str) -> Path:
    """The folder that is a file share."""
    folder = ways.shares / account.lower() / share
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def sweep_shares(store: Store, ways: Ways) -> None:
    """Drops the folders of shares that are no more."""
    for folder in ways.shares.glob("*/*"):
        account = shares.account_named(store, folder.parent.name)
        if not account or not store.resource(f"{account.id}/fileServices/default/shares/{folder.name}"):
            shutil.rmtree(folder, ignore_errors=True)
