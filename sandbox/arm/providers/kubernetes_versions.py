"""The Kubernetes versions that the double's AKS offers."""

from sandbox.arm.errors import bad_request
from sandbox.arm.model import Answer, Call

_PATCHES = {"1.34": ("1.34.3", "1.34.4"), "1.35": ("1.35.1", "1.35.2"), "1.36": ("1.36.1", "1.36.3")}
"""Minor versions in support and their patches (AKS supported versions, 2026-11); the patches are assumed."""
DEFAULT = "1.35"


def check(version: str) -> None:
    """Refuses a version that is not offered. Raises ArmError 400."""
    minor = ".".join(version.split(".")[:2])
    if version != minor and version not in _PATCHES.get(minor, ()):
        minor = ""
    if minor not in _PATCHES:
        text = (
            f"Version {version} is not supported in this region. Please use [az aks get-versions] command to get the "
            "supported version list in this region. For more information, please check "
            "https://aka.ms/supported-version-list"
        )
        raise bad_request("K8sVersionNotSupported", text)


def patch_of(version: str) -> str:
    """The patch version that a minor one stands for: the newest."""
    return _PATCHES[version][-1] if version in _PATCHES else version


def offered(call: Call) -> Answer:
    """GET kubernetesVersions of a region."""
    del call
    return Answer(
        200,
        {
            "values": [
                {
                    "version": minor,
                    "isDefault": minor == DEFAULT,
                    "isPreview": False,
                    "capabilities": {"supportPlan": ["KubernetesOfficial", "AKSLongTermSupport"]},
                    "patchVersions": {
                        patch: {"upgrades": list(patches[number + 1 :])} for number, patch in enumerate(patches)
                    },
                }
                for minor, patches in _PATCHES.items()
            ]
        },
    )
