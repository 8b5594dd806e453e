"""What every Kubernetes document of a stack has in common."""

from typing import Any

Document = dict[str, Any]
"""A Kubernetes object with every value written out. Leaves may be outputs of resources: builders only place them."""

POOL_LABEL = "speech-containers/pool"
KEY_VERSION_ANNOTATION = "speech-containers/key-version"
MANAGED = {"app.kubernetes.io/part-of": "speech-containers", "app.kubernetes.io/managed-by": "pulumi"}


def labels(container: str, kind: str) -> dict[str, str]:
    """Labels of everything that belongs to one container of the stack file."""
    return {**selector(container), "app.kubernetes.io/component": kind, **MANAGED}


def selector(container: str) -> dict[str, str]:
    """Labels by which a container's pods are found. Never changed: a Deployment's selector is immutable."""
    return {"app.kubernetes.io/name": container}


def metadata(name: str, namespace: str, container: str, kind: str) -> Document:
    """Metadata of an object of one container."""
    return {"name": name, "namespace": namespace, "labels": labels(container, kind)}
