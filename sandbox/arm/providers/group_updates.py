"""What an update of a container group may change, and what is never read back."""

from copy import deepcopy
from typing import Any

from sandbox.arm.errors import bad_request
from sandbox.arm.model import dig
from sandbox.arm.store import Document, Resource

_FIXED = ("osType", "restartPolicy", "sku", "priority", "subnetIds", "dnsConfig", "diagnostics", "volumes")
_FIXED_OF_A_CONTAINER = ("resources", "ports", "volumeMounts", "securityContext")
_SECRETS = {
    "imageRegistryCredentials": ("password",),
    "volumes": ("azureFile.storageAccountKey",),
}


def check(wanted: Resource, existing: Resource) -> None:
    """Raises ArmError for a change that needs a new group. `wanted` is completed, `existing` as it was saved."""
    before, after = existing.properties, wanted.properties
    changed = [name for name in _FIXED if _plain(name, before) != _plain(name, after)]
    changed += [f"ipAddress.{name}" for name in ("type", "ports") if _address(before, name) != _address(after, name)]
    if existing.document.get("zones") != wanted.document.get("zones"):
        changed.append("zones")
    old, new = ({each["name"]: each["properties"] for each in side["containers"]} for side in (before, after))
    if list(old) != list(new):
        changed.append("containers")
    changed += [
        f"containers.{name}.{part}"
        for name, inside in new.items()
        for part in _FIXED_OF_A_CONTAINER
        if name in old and old[name].get(part) != inside.get(part)
    ]
    if changed:
        # Code: assumed. Text: MicrosoftDocs/azure-docs 38067; what it leaves out is in brackets.
        raise bad_request(
            "InvalidContainerGroupUpdate",
            f"The updates on container group '{wanted.name}' are invalid. If you are going to update the os type, "
            "restart policy, network profile, CPU, memory or GPU resources for a container group, you must delete it "
            f"first and then create a new one. ({', '.join(changed)})",
        )


def needs_restart(wanted: Document, existing: Document) -> bool:
    """Whether two whole specifications differ in what the containers see."""
    seen = ("containers", "initContainers", "volumes", "imageRegistryCredentials", "ipAddress")
    return any(_without_ip(wanted.get(name)) != _without_ip(existing.get(name)) for name in seen)


def shown(specification: Document) -> Document:
    """The specification without what is write-only."""
    properties = deepcopy(specification)
    for container in (*properties["containers"], *properties["initContainers"]):
        for variable in container["properties"]["environmentVariables"]:
            variable.pop("secureValue", None)
    for name, paths in _SECRETS.items():
        for each in properties.get(name) or []:
            for path in paths:
                _cut(each, path.split("."))
    for volume in properties.get("volumes") or []:
        if volume.get("secret") is not None:
            volume["secret"] = {}
    _cut(properties, ["diagnostics", "logAnalytics", "workspaceKey"])
    return properties


def _plain(name: str, properties: Document) -> Any:  # noqa: ANN401 - any JSON value
    """A property as far as it is shown: a new key of a share is no change."""
    return shown({"containers": [], "initContainers": [], name: properties.get(name)})[name] or None


def _address(properties: Document, name: str) -> Any:  # noqa: ANN401 - any JSON value
    return dig(properties, f"ipAddress.{name}")


def _without_ip(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    drawn = {"ip", "fqdn"}
    return {key: each for key, each in value.items() if key not in drawn} if isinstance(value, dict) else value


def _cut(document: Document, path: list[str]) -> None:
    for part in path[:-1]:
        document = document.get(part) or {}
    document.pop(path[-1], None)
