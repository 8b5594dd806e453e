"""Refuses to start a Speech container on a processor without AVX2, and says so."""

from speech.manifests.document import Document

_USER = 65532


def check(place: str, remedy: str) -> str:
    """A line of shell that fails with a sentence where the processor lacks AVX2. Neither text holds an apostrophe."""
    words = f"This {place} has no AVX2, which Speech containers need: {remedy}."
    return f"grep -q -m1 -w avx2 /proc/cpuinfo || {{ echo '{words}'; exit 1; }}"


def avx2(image: str) -> Document:
    """An init container that fails, with a sentence in its log, where the processor lacks AVX2."""
    return {
        "name": "avx2",
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["sh", "-c", check("node", "choose another VM size")],
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
