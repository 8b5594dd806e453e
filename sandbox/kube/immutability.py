"""What may not change once an object is there. Pure."""

from typing import Any

from sandbox.kube.kinds import Document, Kind
from sandbox.kube.quantities import quantity
from sandbox.kube.rules import Cause

_IMMUTABLE = {
    "Deployment": ("spec.selector",),
    "DaemonSet": ("spec.selector",),
    "StatefulSet": ("spec.selector", "spec.serviceName", "spec.volumeClaimTemplates"),
    "Job": ("spec.selector", "spec.template", "spec.completions"),
    "Secret": ("type",),
    "RoleBinding": ("roleRef",),
    "ClusterRoleBinding": ("roleRef",),
    "StorageClass": ("parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"),
    "PriorityClass": ("value", "preemptionPolicy"),
}
_SEALED = ("data", "binaryData", "immutable")
"""Fields of a Secret or ConfigMap that cannot change once `immutable` is true."""


def changed(kind: Kind, old: Document, new: Document) -> list[Cause]:
    """Each field that may not change and did."""
    if kind.name == "PersistentVolumeClaim":
        return _claim(old, new)
    found = [(path, "field is immutable") for path in _IMMUTABLE.get(kind.name, ()) if _at(old, path) != _at(new, path)]
    if old.get("immutable") and kind.name in {"Secret", "ConfigMap"}:
        sealed = "Forbidden: field is immutable when `immutable` is set"
        found += [(path, sealed) for path in _SEALED if _at(old, path) != _at(new, path)]
    return found


def _claim(old: Document, new: Document) -> list[Cause]:
    """A bound claim may ask for more, and for nothing else."""
    bound = old.get("status", {}).get("phase") == "Bound"
    if _fixed(old["spec"], bound=bound) != _fixed(new["spec"], bound=bound):
        free = "resources.requests and volumeAttributesClassName for bound claims"
        return [("spec", f"Forbidden: spec is immutable after creation except {free}")]
    if bound and _storage(new) < _storage(old):
        return [("spec.resources.requests.storage", "Forbidden: field can not be less than status.capacity")]
    return []


def _fixed(spec: Document, *, bound: bool) -> Document:
    free = {"resources", "volumeAttributesClassName"} if bound else set()
    return {key: value for key, value in spec.items() if key not in free}


def _storage(claim: Document) -> Any:  # noqa: ANN401 - a number, of a claim that was checked
    return quantity(claim["spec"]["resources"]["requests"]["storage"])


def _at(document: Document, path: str) -> Any:  # noqa: ANN401 - any JSON value
    value: Any = document
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value
