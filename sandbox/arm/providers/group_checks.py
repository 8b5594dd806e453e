"""What the body of a container group may say. Pure: nothing but the group itself is asked."""

import re
from collections import Counter

from sandbox.arm.errors import ArmError, bad_request
from sandbox.arm.model import dig
from sandbox.arm.store import Document, Resource

_NAME = re.compile(r"(?!.*--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_VARIABLE = re.compile(r"[A-Za-z0-9_]+")
_MOST = {"containers": 60, "volumes": 20}
RESERVED_PORTS = (
    range(22, 23), range(1025, 1028), range(3389, 3400), range(9999, 10_000), range(19_000, 19_001),
    range(19_080, 19_081), range(19_100, 19_101), range(19_390, 19_391), range(20_000, 30_001), range(49_152, 65_535),
)  # fmt: skip
"""Ports that the service keeps to itself (troubleshooting page of Container Instances)."""
_KINDS = {"restartPolicy": ("Always", "OnFailure", "Never"), "osType": ("Linux", "Windows")}
_VOLUMES = ("azureFile", "emptyDir", "secret", "gitRepo")
_NOT_SIMULATED = ("containerGroupProfile", "standbyPoolProfile", "confidentialComputeProperties", "extensions")


def complete(group: Resource) -> None:
    """Checks the body and writes out what it leaves open. Raises ArmError at the first fault."""
    properties = group.properties
    properties.pop("instanceView", None)
    _check_kind(group)
    volumes = _volumes(group)
    for part in ("containers", "initContainers"):
        for each in properties[part]:
            _complete_container(group, each, volumes, init=part == "initContainers")
    _check_names(group)
    _check_resources(group)
    _check_ports(group)


def _check_kind(group: Resource) -> None:
    properties = group.properties
    for name, most in _MOST.items():
        if len(properties.get(name) or []) > most:
            raise _invalid(name, f"A container group has at most {most} {name}.")
    if not properties.get("containers"):
        raise bad_request("MissingContainers", f"The container group '{group.name}' has no containers.")
    for name in _NOT_SIMULATED:
        if properties.get(name):
            raise _invalid(name, f"The sandbox does not simulate '{name}' of container groups.")
    if properties.get("priority", "Regular") != "Regular" or properties["sku"] != "Standard":
        raise _invalid("sku", "The sandbox simulates regular container groups of the SKU Standard only.")
    for name, known in _KINDS.items():
        if properties.get(name) not in known:
            raise _invalid(name, f"'{properties.get(name)}' is none of {', '.join(known)}.")


def _complete_container(group: Resource, container: Document, volumes: set[str], *, init: bool) -> None:
    name, inside = str(container.get("name")), container.setdefault("properties", {})
    if not _NAME.fullmatch(name):
        raise bad_request(
            "InvalidContainerName", f"The container name '{name}' in container group '{group.name}' is invalid."
        )
    inside.pop("instanceView", None)
    if not inside.get("image"):
        raise bad_request("MissingImage", f"The image of container '{name}' in '{group.name}' is missing.")
    for part in ("environmentVariables", "volumeMounts"):
        inside[part] = inside.get(part) or []
    for variable in inside["environmentVariables"]:
        _check_variable(name, variable)
    _check_mounts(name, inside["volumeMounts"], volumes)
    if init:
        for part in ("ports", "resources", "readinessProbe", "livenessProbe"):
            if inside.get(part):
                raise _invalid(f"initContainers.{part}", f"The init container '{name}' cannot have '{part}'.")
        return
    inside["ports"] = [{"protocol": "TCP", **port} for port in inside.get("ports") or []]
    for part in ("readinessProbe", "livenessProbe"):
        if inside.get(part) is not None:
            _complete_probe(name, part, inside[part])


def _check_variable(container: str, variable: Document) -> None:
    name = str(variable.get("name"))
    if not _VARIABLE.fullmatch(name):
        raise bad_request(
            "InvalidEnvironmentVariableName",
            f"The environment variable name '{name}' in container '{container}' is invalid. A valid name consists of "
            "alphabetic characters, digits and '_'.",
        )
    if variable.get("value") is not None and variable.get("secureValue") is not None:
        text = f"The environment variable '{name}' in container '{container}' has both 'value' and 'secureValue'."
        raise bad_request("InvalidEnvironmentVariable", text)


def _check_mounts(container: str, mounts: list[Document], volumes: set[str]) -> None:
    for mount in mounts:
        if mount.get("name") not in volumes:
            text = f"The volume '{mount.get('name')}' that container '{container}' mounts is not in the group."
            raise bad_request("VolumeMountNotFound", text)
        path = str(mount.get("mountPath"))
        if not path.startswith("/") or ":" in path:
            raise bad_request("InvalidMountPath", f"The mount path '{path}' of container '{container}' is invalid.")
    if len({mount["mountPath"] for mount in mounts}) < len(mounts):
        raise bad_request("DuplicateMountPaths", f"The container '{container}' mounts two volumes at one path.")


def _complete_probe(container: str, part: str, probe: Document) -> None:
    """Asks by HTTP or by command. There is no startup probe, and none of TCP or gRPC."""
    if bool(probe.get("httpGet")) == bool(probe.get("exec")):
        raise _invalid(part, f"The {part} of container '{container}' needs exactly one of 'httpGet' and 'exec'.")
    if probe.get("httpGet") and not dig(probe, "httpGet.port"):
        raise _invalid(part, f"The {part} of container '{container}' names no port.")
    if part == "livenessProbe" and probe.get("successThreshold", 1) != 1:
        raise _invalid(part, f"The successThreshold of the {part} of container '{container}' must be 1.")


def _volumes(group: Resource) -> set[str]:
    """The names of the volumes, each of one kind."""
    names = [str(volume.get("name")) for volume in group.properties.get("volumes") or []]
    for volume in group.properties.get("volumes") or []:
        kinds = [kind for kind in _VOLUMES if volume.get(kind) is not None]
        if len(kinds) != 1 or kinds == ["gitRepo"]:
            raise _invalid("volumes", f"The volume '{volume.get('name')}' is none of azureFile, emptyDir and secret.")
        if kinds == ["azureFile"] and group.properties["osType"] != "Linux":
            raise _invalid("volumes", "Azure Files can be mounted to Linux containers only.")
    _check_unique(names, "DuplicateVolumeNames", f"the volumes of container group '{group.name}'")
    return set(names)


def _check_names(group: Resource) -> None:
    listed = [*group.properties["containers"], *group.properties["initContainers"]]
    where = f"the containers of container group '{group.name}'"
    _check_unique([each["name"] for each in listed], "DuplicateContainerNames", where)


def _check_resources(group: Resource) -> None:
    totals = {"cpu": 0.0, "memoryInGB": 0.0}
    containers = group.properties["containers"]
    for container in containers:
        requests = dig(container, "properties.resources.requests") or {}
        if requests.get("gpu"):
            raise _invalid("gpu", "GPU resources were retired on 2025-07-14.")
        for name in totals:
            if not requests.get(name):
                text = f"The resource requests of container '{container['name']}' in '{group.name}' name no '{name}'."
                raise bad_request("ResourceRequestsNotSpecified", text)
            totals[name] += float(requests[name])
    for name, least in (("cpu", 1.0), ("memoryInGB", 1.0)):
        if totals[name] < least:
            raise _invalid(name, f"The container group '{group.name}' asks for less than {least:g} of '{name}'.")
    for container in containers:
        for name, total in totals.items():
            _check_limit(group, container, name, total)


def _check_limit(group: Resource, container: Document, name: str, total: float) -> None:
    most = dig(container, f"properties.resources.limits.{name}")
    shown = f"{name[0].upper()}{name[1:]}"
    if most is None:
        return
    if float(most) < float(container["properties"]["resources"]["requests"][name]):
        raise bad_request(
            "ResourceLimitsLessThanRequests",
            f"The resource requirement in container '{container['name']}' of container group '{group.name}' is "
            f"invalid. The '{shown}' limit value must be greater than or equal to the request value.",
        )
    if float(most) > total:
        raise bad_request(
            "ContainerLimitGreaterThanContainerGroupTotalRequest",
            f"The '{shown}' limit '{float(most):g}' in container '{container['name']}' is greater than the total "
            f"request '{total:g}' of container group '{group.name}'.",
        )


def _check_ports(group: Resource) -> None:
    """The containers of a group share one network: a port is one container's."""
    ports = [
        (int(port.get("port", 0)), str(port["protocol"]))
        for container in group.properties["containers"]
        for port in container["properties"]["ports"]
    ]
    for number, _ in ports:
        if not 1 <= number <= 65_535:  # noqa: PLR2004 - ports
            raise bad_request("InvalidPort", f"The port '{number}' in container group '{group.name}' is invalid.")
        if any(number in reserved for reserved in RESERVED_PORTS):
            text = f"The port '{number}' in container group '{group.name}' is reserved by the service."
            raise bad_request("ReservedPort", text)
    where = f"the containers of container group '{group.name}'"
    _check_unique([f"{number}/{protocol}" for number, protocol in ports], "DuplicateContainerPorts", where)


def _check_unique(names: list[str], code: str, where: str) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise bad_request(code, f"'{twice[0]}' is there twice in {where}.")


def _invalid(path: str, text: str) -> ArmError:
    return bad_request("InvalidRequestContent", text, target=f"properties.{path}")
