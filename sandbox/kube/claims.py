"""Claims of storage: what their class allows, and when they are bound. Pure."""

from collections.abc import Iterable

from sandbox.kube import errors, kinds
from sandbox.kube.kinds import Document
from sandbox.kube.quantities import quantity

WAITING = "WaitForFirstConsumer"
_CLAIM = kinds.named("PersistentVolumeClaim")
_DISK = "disk.csi.azure.com"
_CSI_MODES = {"ReadWriteMany": "MULTI_NODE_MULTI_WRITER", "ReadOnlyMany": "MULTI_NODE_READER_ONLY"}


def admit_claim(claim: Document, old: Document | None, classes: Iterable[Document]) -> None:
    """Names the default class where none is named. Raises ApiError 403 where a class lets no volume grow."""
    known = {one["metadata"]["name"]: one for one in classes}
    spec = claim["spec"]
    if old is None:
        default = next((name for name, one in known.items() if _is_default(one)), None)
        if "storageClassName" not in spec and default and not spec.get("volumeName"):
            spec["storageClassName"] = default
        return
    grows = quantity(asked(claim)) != quantity(asked(old))
    if grows and not known.get(spec.get("storageClassName", ""), {}).get("allowVolumeExpansion"):
        why = (
            "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support "
            "resize"
        )
        raise errors.forbidden(_CLAIM, claim["metadata"]["name"], why)


def asked(claim: Document) -> str:
    """The storage a claim asks for, a quantity."""
    return str(claim["spec"]["resources"]["requests"]["storage"])


def settled(claim: Document, classes: Iterable[Document], volumes: Iterable[Document], *, used: bool) -> Document:
    """The claim as the controllers leave it: bound, grown, or as it was. `used`: a pod wants to mount it."""
    if claim["status"].get("phase") != "Bound" and why_pending(claim, classes, volumes, used=used):
        return claim
    spec = {**claim["spec"]}
    spec.setdefault("volumeName", f"pvc-{claim['metadata']['uid']}")
    status = {"phase": "Bound", "accessModes": spec["accessModes"], "capacity": {"storage": asked(claim)}}
    return {**claim, "spec": spec, "status": status}


def why_pending(claim: Document, classes: Iterable[Document], volumes: Iterable[Document], *, used: bool) -> str:
    """Why an unbound claim stays unbound, reason first as `kubectl describe` shows it; empty where it need not."""
    spec, name = claim["spec"], claim["spec"].get("storageClassName", "")
    if volume := spec.get("volumeName"):
        found = any(one["metadata"]["name"] == volume for one in volumes)
        return "" if found else f'FailedBinding: volume "{volume}" not found'
    if not name:
        return "FailedBinding: no persistent volumes available for this claim and no storage class is set"
    found_class = next((one for one in classes if one["metadata"]["name"] == name), None)
    if found_class is None:
        return f'ProvisioningFailed: storageclass.storage.k8s.io "{name}" not found'
    if found_class.get("volumeBindingMode") == WAITING and not used:
        return f"{WAITING}: waiting for first consumer to be created before binding"
    shared = next((mode for mode in spec["accessModes"] if mode in _CSI_MODES), None)
    if found_class["provisioner"] == _DISK and shared and spec.get("volumeMode") != "Block":
        return (
            f'ProvisioningFailed: failed to provision volume with StorageClass "{name}": rpc error: '
            f"code = InvalidArgument desc = mountVolume is not supported for access mode: {_CSI_MODES[shared]}"
        )
    return ""


def _is_default(storage_class: Document) -> bool:
    annotations = storage_class["metadata"].get("annotations", {})
    return bool(annotations.get("storageclass.kubernetes.io/is-default-class") == "true")
