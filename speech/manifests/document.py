"""What every Kubernetes document of a stack has in common."""

from typing import Any

Document = dict[str, Any]
"""A Kubernetes object with every value written out. Leaves may be outputs of resources: builders only place them."""

POOL_LABEL = "speech-containers/pool"
EVICTABLE_ANNOTATION = "cluster-autoscaler.kubernetes.io/safe-to-evict"
KEY_VERSION_ANNOTATION = "speech-containers/key-version"
_CONTAINER_LABEL = "app.kubernetes.io/name"
MANAGED = {"app.kubernetes.io/part-of": "speech-containers", "app.kubernetes.io/managed-by": "pulumi"}


def labels(container: str, kind: str) -> dict[str, str]:
    """Labels of everything that belongs to one container of the stack file."""
    return {**selector(container), "app.kubernetes.io/component": kind, **MANAGED}


def selector(container: str) -> dict[str, str]:
    """Labels by which a container's pods are found. Never changed: a Deployment's selector is immutable."""
    return {_CONTAINER_LABEL: container}


def helper_labels(role: str, container: str, kind: str) -> dict[str, str]:
    """Labels of pods that help a container and serve none of its clients: no Service or autoscaler may find them."""
    return {**helper_selector(role, container), "app.kubernetes.io/component": kind, **MANAGED}


def helper_selector(role: str, container: str) -> dict[str, str]:
    """Labels by which those pods are found."""
    return {f"speech-containers/{role}-of": container}


def container_of(document: Document) -> str | None:
    """The container of the stack file that a document belongs to; None where it belongs to all of them."""
    found: str | None = document["metadata"]["labels"].get(_CONTAINER_LABEL)
    return found


def metadata(name: str, namespace: str, container: str, kind: str) -> Document:
    """Metadata of an object of one container."""
    return {"name": name, "namespace": namespace, "labels": labels(container, kind)}
