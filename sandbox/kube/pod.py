"""What a kubelet works out before it starts a container: environment, arguments, mounted secrets. Pure."""

import base64
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML

from sandbox.kube.first_objects import NODE_NAME
from sandbox.kube.kinds import Document

Values = Mapping[str, str]
"""The decoded values of a Secret or ConfigMap."""
CSI_DRIVER = "secrets-store.csi.k8s.io"
_REFERENCE = re.compile(r"\$(?:\$|\(([^)]*)\))")


class PodWaitingError(Exception):
    """Why a container does not start; the text as `kubectl describe` would show it, reason first."""


class PodPendingError(PodWaitingError):
    """Why a pod is on no node."""


@dataclass(frozen=True)
class Pod:
    """A pod of a template, and where it finds its Secrets and ConfigMaps."""

    name: str
    namespace: str
    template: Document
    secret: Callable[[str], Values | None]
    config_map: Callable[[str], Values | None]
    started: Document | None = None
    """The container that is started; None: the first."""

    @property
    def spec(self) -> Document:
        """The pod's spec."""
        spec: Document = self.template["spec"]
        return spec

    @property
    def container(self) -> Document:
        """The container that is started."""
        container: Document = self.started or self.spec["containers"][0]
        return container

    @property
    def service_account(self) -> str:
        """The name of the pod's ServiceAccount."""
        return str(self.spec.get("serviceAccountName", "default"))

    def secret_provider_classes(self) -> list[tuple[str, str]]:
        """(volume, SecretProviderClass) of each CSI volume that a container mounts: the others are never set up."""
        containers = [*self.spec["containers"], *self.spec.get("initContainers", [])]
        mounted = {mount["name"] for container in containers for mount in container.get("volumeMounts", [])}
        return [
            (volume["name"], volume["csi"]["volumeAttributes"]["secretProviderClass"])
            for volume in self.spec.get("volumes", [])
            if volume["name"] in mounted and volume.get("csi", {}).get("driver") == CSI_DRIVER
        ]

    def environment(self) -> dict[str, str]:
        """The container's variables. Raises PodWaitingError."""
        found: dict[str, str] = {}
        for source in self.container.get("envFrom", []):
            found |= self._all_of(source)
        for variable in self.container.get("env", []):
            value = self._value_of(variable, found)
            if value is not None:
                found[variable["name"]] = value
        return found

    def args(self, environment: Mapping[str, str]) -> list[str]:
        """The container's arguments with `$(NAME)` expanded."""
        return [expand(arg, environment) for arg in self.container.get("args", [])]

    def _all_of(self, source: Document) -> dict[str, str]:
        prefix = source.get("prefix", "")
        found: dict[str, str] = {}
        for field, read in (("secretRef", self.secret), ("configMapRef", self.config_map)):
            if field in source:
                values = self._values(source[field], field.removesuffix("Ref"), read)
                found |= {f"{prefix}{key}": value for key, value in values.items()}
        return found

    def _value_of(self, variable: Document, before: Mapping[str, str]) -> str | None:
        match variable.get("valueFrom", {}):
            case {"secretKeyRef": reference}:
                return self._keyed(reference, "Secret", self.secret)
            case {"configMapKeyRef": reference}:
                return self._keyed(reference, "ConfigMap", self.config_map)
            case {"fieldRef": {"fieldPath": path}}:
                return self._field(path)
            case {"resourceFieldRef": _}:
                raise PodWaitingError("CreateContainerConfigError: the sandbox resolves no resourceFieldRef")
        return expand(variable.get("value", ""), before)

    def _keyed(self, reference: Document, kind: str, read: Callable[[str], Values | None]) -> str | None:
        values = self._values(reference, kind, read)
        if reference["key"] not in values and not reference.get("optional"):
            place = f"{kind} {self.namespace}/{reference['name']}"
            raise PodWaitingError(f"CreateContainerConfigError: couldn't find key {reference['key']} in {place}")
        return values.get(reference["key"])

    def _values(self, reference: Document, kind: str, read: Callable[[str], Values | None]) -> Values:
        values = read(reference["name"])
        if values is None and not reference.get("optional"):
            raise PodWaitingError(f'CreateContainerConfigError: {kind.lower()} "{reference["name"]}" not found')
        return values or {}

    def _field(self, path: str) -> str:
        metadata = self.template.get("metadata", {})
        if keyed := re.fullmatch(r"metadata\.(labels|annotations)\['(.+)'\]", path):
            return str(metadata.get(keyed[1], {}).get(keyed[2], ""))
        fields = {
            "metadata.name": self.name,
            "metadata.namespace": self.namespace,
            "spec.nodeName": NODE_NAME,
            "spec.serviceAccountName": self.service_account,
            "status.hostIP": "127.0.0.1",
            "status.podIP": "127.0.0.1",
        }
        if path not in fields:
            raise PodWaitingError(f"CreateContainerConfigError: the sandbox resolves no field {path}")
        return fields[path]


def expand(text: str, variables: Mapping[str, str]) -> str:
    """`$(NAME)` becomes the variable, or stays where there is none; `$$` is a dollar sign."""
    return _REFERENCE.sub(lambda match: "$" if match[1] is None else variables.get(match[1], match[0]), text)


def decoded(secret: Document) -> dict[str, str]:
    """The values of a Secret as text."""
    return {key: base64.b64decode(value).decode(errors="replace") for key, value in secret.get("data", {}).items()}


def vault_objects(provider_class: Document) -> Iterator[Document]:
    """The objects a SecretProviderClass names: `objectName`, and `objectAlias` where there is one."""
    yaml = YAML(typ="safe")
    listed: Any = yaml.load(provider_class["spec"]["parameters"].get("objects", "")) or {}
    for item in listed.get("array", []):
        yield yaml.load(item) if isinstance(item, str) else item
