"""Kubernetes objects as the plugin sees them: normalised, pruned, merged, and told apart. Pure."""

import base64
from typing import Any

from pulumi.runtime.proto import DiffResponse, PropertyDiff

from sandbox.kube.kinds import Document
from sandbox.plugins.changes import Path, differences, text, unknowns
from sandbox.plugins.serving import UNKNOWN

AUTONAMED = "pulumi.com/autonamed"
_OF_THE_SERVER = {"creationTimestamp", "deletionTimestamp", "generation", "managedFields", "resourceVersion", "uid"}
_REPLACING = {
    "DaemonSet": ("spec.selector",),
    "Deployment": ("spec.selector",),
    "Job": ("spec.completions", "spec.parallelism", "spec.selector", "spec.template"),
    "PersistentVolumeClaim": ("spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"),
    "Secret": ("type",),
    "Service": ("spec.clusterIP",),
    "StatefulSet": ("spec.podManagementPolicy", "spec.selector", "spec.serviceName", "spec.volumeClaimTemplates"),
    "StorageClass": ("parameters", "provisioner"),
}
"""What the real provider replaces an object for, of the kinds a stack may use (its diff.go)."""


def known(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """The value without what is not known or null."""
    if isinstance(value, dict):
        return {key: known(member) for key, member in value.items() if member is not UNKNOWN and member is not None}
    return [known(item) for item in value if item is not UNKNOWN] if isinstance(value, list) else value


def normalised(document: Document) -> Document:
    """Inputs in the form the server keeps: no nulls, none of its own fields, the texts of a Secret as data."""
    result = {key: value for key, value in document.items() if value is not None}
    if isinstance(metadata := result.get("metadata"), dict):
        kept = metadata.keys() - _OF_THE_SERVER
        result["metadata"] = {key: value for key, value in metadata.items() if key in kept and value is not None}
    if result.get("kind") == "Secret" and "stringData" in result and not any(unknowns(result)):
        texts = result.pop("stringData")
        encoded = {key: base64.b64encode(str(text).encode()).decode() for key, text in texts.items()}
        result["data"] = {**result.get("data", {}), **encoded}
    return result


def pruned(live: Any, shape: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Of the live object what the inputs spoke of: the server's own additions are no change."""
    if isinstance(live, dict) and isinstance(shape, dict):
        return {key: pruned(value, shape[key]) for key, value in live.items() if key in shape}
    if isinstance(live, list) and isinstance(shape, list) and len(live) == len(shape):
        return [pruned(item, other) for item, other in zip(live, shape, strict=True)]
    return live


def merged(live: Any, old: Any, new: Any) -> Any:  # noqa: ANN401 - any JSON value
    """The live object with the new inputs over it, without what only the old ones had."""
    if not isinstance(live, dict) or not isinstance(new, dict):
        return new
    before = old if isinstance(old, dict) else {}
    left = {key: value for key, value in live.items() if key not in before}
    return {**left, **{key: merged(live.get(key), before.get(key), value) for key, value in new.items()}}


def diff(live: Document, old: Document, new: Document, mutable: set[str], unready: str = "") -> DiffResponse:
    """The answer to Diff: what is live of the old inputs, against the new ones.

    `mutable` has the kinds, of Secret and ConfigMap, whose data may change in place. `unready` is the annotation for
    which the object is replaced although nothing changed.
    """
    before, after = pruned(live, normalised(old)), normalised(new)
    place = {field: live["metadata"].get(field) for field in ("name", "namespace")}
    for side in (before, after):  # the default namespace need not be in the inputs
        given = side.get("metadata")
        side["metadata"] = {**place, **given} if isinstance(given, dict) else place
    replacing = {"metadata.name", "metadata.namespace", *_REPLACING.get(after["kind"], ())}
    if after["kind"] in {"Secret", "ConfigMap"} - mutable or after.get("immutable"):
        replacing |= {"data", "stringData", "binaryData"}
    kinds = {
        text(path): f"{kind}_REPLACE" if _replaces(path, replacing) else kind
        for path, kind in differences(before, after)
    }
    replaces = [path for path, kind in kinds.items() if kind.endswith("_REPLACE")]
    replaces += [f'.metadata.annotations["{unready}"]'] if unready else []
    stays = all(before["metadata"][field] == after["metadata"][field] for field in ("name", "namespace"))
    return DiffResponse(
        changes=DiffResponse.DIFF_SOME if kinds or replaces else DiffResponse.DIFF_NONE,
        replaces=replaces,
        # Two objects of one name cannot be; an auto-named one gets a new name.
        deleteBeforeReplace=bool(replaces) and stays and not is_autonamed(after),
        hasDetailedDiff=True,
        detailedDiff={path: PropertyDiff(kind=PropertyDiff.Kind.Value(kind)) for path, kind in kinds.items()},
    )


def is_autonamed(document: Document) -> bool:
    """Whether the plugin gave the object its name."""
    annotations = (document.get("metadata") or {}).get("annotations") or {}
    return isinstance(annotations, dict) and annotations.get(AUTONAMED) == "true"


def _replaces(path: Path, patterns: set[str]) -> bool:
    """Whether the change is at, below or above a path that replaces."""
    return any(all(map(str.__eq__, map(str, path), pattern.split("."))) for pattern in patterns)
