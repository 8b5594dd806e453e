"""Refuses to start a Speech container on a processor without AVX2, and says so."""

from speech.manifests.document import Document

_USER = 65532
_CHECK = (
    "grep -q -m1 -w avx2 /proc/cpuinfo || "
    "{ echo 'This node has no AVX2, which Speech containers need: choose another VM size.'; exit 1; }"
)


def avx2(image: str) -> Document:
    """An init container that fails, with a sentence in its log, where the processor lacks AVX2."""
    return {
        "name": "avx2",
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["sh", "-c", _CHECK],
        "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"cpu": "100m", "memory": "32Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
            "runAsNonRoot": True,
            "runAsUser": _USER,
            "runAsGroup": _USER,
        },
    }
