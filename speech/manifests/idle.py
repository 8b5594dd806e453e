"""Pods that do nothing: they hold a place on a node, or a volume."""

from collections.abc import Mapping
from typing import Any

from speech.manifests.document import Document

_SIZE = {"cpu": "10m", "memory": "16Mi"}
_USER = 65535
"""Of the image of Kubernetes, and as good as any."""


def spec(image: str, pull_secret: str | None, size: Mapping[str, Any] = _SIZE) -> Document:
    """The part of such a pod's spec that is the same everywhere; it goes at once when it is told to."""
    container = {
        "name": "idle",
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "resources": {"requests": dict(size), "limits": dict(size)},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
    }
    found: Document = {
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": 0,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": _USER,
            "runAsGroup": _USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [container],
    }
    return {**found, "imagePullSecrets": [{"name": pull_secret}]} if pull_secret else found
