"""What outlives the pods of a container: claims, and where pods see them."""

from collections.abc import Iterable
from typing import Any

from speech.capacity.plan import ContainerPlan, Volume
from speech.manifests.document import Document, metadata
from speech.manifests.wiring import Wiring

AKS_STORAGE_CLASS = "azurefile-csi"
"""AKS's own class of volumes that many nodes may write (azure-files-csi, 2026-08-20).

Its files are open to every user (mode 0777), and no page tells the number of the Speech images' user; it is billed by
use, where premium shares begin at 100 GiB; and a model is read once by each pod that starts.
"""
POD_NAME = "POD_NAME"


def claims(plan: ContainerPlan, wiring: Wiring) -> list[Document]:
    """One claim a volume. All pods of a container share it, whatever their nodes."""
    return [_claim(volume, plan, wiring) for volume in plan.volumes]


def _claim(volume: Volume, plan: ContainerPlan, wiring: Wiring) -> Document:
    spec: Document = {
        "accessModes": ["ReadWriteMany"],
        "resources": {"requests": {"storage": f"{volume.size_gib}Gi"}},
    }
    if wiring.storage_class:
        spec["storageClassName"] = wiring.storage_class
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": metadata(volume.name, wiring.namespace, plan.name, plan.kind),
        "spec": spec,
    }


def in_pod(volumes: Iterable[Volume]) -> list[Document]:
    """A pod's `volumes`."""
    return [{"name": volume.role, "persistentVolumeClaim": {"claimName": volume.name}} for volume in volumes]


def mounts(volumes: Iterable[Volume]) -> list[Document]:
    """A container's `volumeMounts`: writable, since the vendor's pages ask for that even where models are only read."""
    return [_mount(volume) for volume in volumes]


def _mount(volume: Volume) -> Document:
    folder: dict[str, Any] = {"subPathExpr": f"$({POD_NAME})"} if volume.per_pod else {}
    return {"name": volume.role, "mountPath": volume.path, **folder}


def variables(volumes: Iterable[Volume]) -> list[Document]:
    """The variable that names each pod's own folder, where there are such folders."""
    name = {"name": POD_NAME, "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}
    return [name] if any(volume.per_pod for volume in volumes) else []
