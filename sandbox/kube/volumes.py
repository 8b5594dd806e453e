"""Volumes as folders on this machine: a claim keeps its folder, a pod's own go with it."""

import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from sandbox.kube.kinds import Document
from sandbox.kube.pod import Pod, PodWaitingError, Values, expand


class Folders:
    """The folders of one sandbox. `claims/<cluster>/<namespace>/<claim>` is the first place to look for a file."""

    def __init__(self, root: Path) -> None:
        self._claims, self._pods = root / "claims", root / "pods"
        shutil.rmtree(self._pods, ignore_errors=True)  # of a server that was killed
        for folder in (self._claims, self._pods):
            folder.mkdir(parents=True, exist_ok=True)

    def claim(self, cluster: str, claim: Document) -> Path:
        """The folder of a claim: another claim of the same name finds it empty."""
        metadata = claim["metadata"]
        place = self.place(cluster, metadata["namespace"], metadata["name"])
        owner = place.with_name(f".{metadata['name']}.uid")
        if place.exists() and owner.exists() and owner.read_text() != metadata["uid"]:
            shutil.rmtree(place)
        place.mkdir(parents=True, exist_ok=True)
        owner.write_text(metadata["uid"])
        return place

    def sweep(self, wanted: set[Path]) -> None:
        """Removes the folders of claims that are gone."""
        for place in self._claims.glob("*/*/[!.]*"):
            if place not in wanted:
                shutil.rmtree(place, ignore_errors=True)
                place.with_name(f".{place.name}.uid").unlink(missing_ok=True)

    def place(self, cluster: str, namespace: str, name: str) -> Path:
        """Where the folder of such a claim is, or would be."""
        return self._claims / cluster / namespace / name

    def new_pod(self) -> Path:
        """A folder for one pod, readable by its owner only."""
        return Path(tempfile.mkdtemp(dir=self._pods))


def mounts(
    pod: Pod, environment: Mapping[str, str], own: Path, claim_folder: Callable[[str], Path | None]
) -> dict[str, str]:
    """{mount path: local folder} of the pod's started container. Raises PodWaitingError.

    Volumes that hold secrets, and those of the machine, are not laid down.
    """
    volumes = {volume["name"]: volume for volume in pod.spec.get("volumes", [])}
    found = {}
    for mount in pod.container.get("volumeMounts", []):
        folder = _folder(volumes[mount["name"]], own, pod.config_map, claim_folder)
        if folder is None:
            continue
        inside = folder / _sub_path(mount, environment)
        if not inside.exists():
            inside.mkdir(parents=True)
        found[mount["mountPath"]] = str(inside)
    return found


def _folder(
    volume: Document,
    own: Path,
    config_map: Callable[[str], Values | None],
    claim_folder: Callable[[str], Path | None],
) -> Path | None:
    match volume:
        case {"persistentVolumeClaim": {"claimName": name}}:
            return claim_folder(name)
        case {"emptyDir": _}:
            folder = own / "volumes" / str(volume["name"])
            folder.mkdir(parents=True, exist_ok=True)
            return folder
        case {"configMap": source}:
            return _laid_down(volume["name"], source, own, config_map)
    return None


def _laid_down(name: str, source: Document, own: Path, config_map: Callable[[str], Values | None]) -> Path:
    values = config_map(source["name"])
    if values is None and not source.get("optional"):
        raise PodWaitingError(
            f'FailedMount: MountVolume.SetUp failed for volume "{name}" : configmap "{source["name"]}" not found'
        )
    folder = own / "volumes" / name
    folder.mkdir(parents=True, exist_ok=True)
    paths = {item["key"]: item["path"] for item in source.get("items", [])}
    for key, value in (values or {}).items():
        if not paths or key in paths:
            file = folder / paths.get(key, key)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(value)
    return folder


def _sub_path(mount: Document, environment: Mapping[str, str]) -> str:
    if "subPathExpr" not in mount:
        return str(mount.get("subPath", ""))
    path = expand(mount["subPathExpr"], environment)
    if "$(" in path or ".." in path.split("/") or path.startswith("/"):
        raise PodWaitingError(
            f'CreateContainerConfigError: failed to expand subPath for volumeMount "{mount["name"]}": {path}'
        )
    return path
