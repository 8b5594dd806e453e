"""Refuses to start a Speech container on a processor without AVX2, and says so."""

from speech.manifests.document import Document

NOBODY = 65532
"""The user of scripts of the stack's own."""


def check(place: str, remedy: str) -> str:
    """A line of shell that fails with a sentence where the processor lacks AVX2. Neither text holds an apostrophe."""
    words = f"This {place} has no AVX2, which Speech containers need: {remedy}."
    return f"grep -q -m1 -w avx2 /proc/cpuinfo || {{ echo '{words}'; exit 1; }}"


def avx2(image: str) -> Document:
    """An init container that fails, with a sentence in its log, where the processor lacks AVX2."""
    return script("avx2", image, check("node", "choose another VM size"))


def script(name: str, image: str, text: str, user: int = NOBODY) -> Document:
    """A small container of the stack's own that runs a script and holds no privilege."""
    return {
        "name": name,
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["sh", "-c", text],
        "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"cpu": "100m", "memory": "32Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
            "runAsNonRoot": True,
            "runAsUser": user,
            "runAsGroup": user,
        },
    }
