"""Keys: where they may stand, and how the state holds them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from policies.reading import GROUP, About, Resource, at, containers, items

_KEY_NAME = re.compile(
    r"(api_?-?key|subscription_?-?key|licen[cs]e_?-?key|account_?-?key|password|secret|connection_?-?string|access_?-?token)$",
    re.IGNORECASE,
)
# Keys of Azure AI services: 32 hexadecimal digits, or 84 letters and digits since 2024; of storage: 88 in base 64.
_KEY_SHAPE = re.compile(r"(?<![0-9A-Za-z+/])([0-9a-f]{32}|[0-9A-Za-z]{84}|[0-9A-Za-z+/]{86}==)(?![0-9A-Za-z+/=])")
_REFERENCE = re.compile(r"^\$[({]|^$")
_REMEDY = (
    "read it by reference: a Secret or the vault for pods (valueFrom.secretKeyRef), secureValue for container groups"
)


def keys_are_never_in_the_clear(resource: Resource, _: About) -> Iterator[str]:
    """Environment, command and ConfigMaps can be read by whoever may list pods, groups or maps."""
    for container in containers(resource):
        for index, variable in enumerate(items(container.body, "env") + items(container.body, "environmentVariables")):
            name, value = at(variable, "name"), at(variable, "value")
            if isinstance(name, str) and isinstance(value, str) and _is_key(name, value):
                yield f"{container.path}.env[{index}]: {name} holds a key in the clear; {_REMEDY}"
        for part in ("args", "command"):
            for index, word in enumerate(items(container.body, part)):
                if isinstance(word, str) and _is_key_argument(word):
                    yield (
                        f"{container.path}.{part}[{index}]: {_name_of(word)} holds a key in the clear; {_REMEDY}, and "
                        "name the variable here: ApiKey=$(API_KEY)"
                    )
    if resource.type == "kubernetes:core/v1:ConfigMap":
        data = at(resource.props, "data")
        for name, value in data.items() if isinstance(data, Mapping) else ():
            if isinstance(value, str) and _is_key(name, value):
                yield f"data.{name}: a ConfigMap holds a key in the clear; put it into a Secret"


def plain_secrets(resource_type: str, props: Mapping[str, Any]) -> Iterator[str]:
    """Paths of values that are secret by nature, and known, but not marked so: the state would hold them in the clear.

    `props` are `marked`.
    """
    for path, value in _secret_places(resource_type, props):
        if isinstance(value, str) and value:
            yield path


def _secret_places(resource_type: str, props: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    if resource_type == "kubernetes:core/v1:Secret":
        for part in ("stringData", "data"):
            values = at(props, part)
            for name, value in values.items() if isinstance(values, Mapping) else ():
                yield f"{part}.{name}", value
    elif resource_type == "azure-native:keyvault:Secret":
        yield "properties.value", at(props, "properties", "value")
    elif resource_type == GROUP:
        for index, container in enumerate(items(props, "containers")):
            for each, variable in enumerate(items(container, "environmentVariables")):
                yield f"containers[{index}].environmentVariables[{each}].secureValue", at(variable, "secureValue")
        for index, credential in enumerate(items(props, "imageRegistryCredentials")):
            yield f"imageRegistryCredentials[{index}].password", at(credential, "password")
        for index, volume in enumerate(items(props, "volumes")):
            yield f"volumes[{index}].azureFile.storageAccountKey", at(volume, "azureFile", "storageAccountKey")


def _is_key(name: str, value: str) -> bool:
    return bool(_KEY_SHAPE.search(value) or (_KEY_NAME.search(name) and not _REFERENCE.match(value)))


def _is_key_argument(word: str) -> bool:
    name, equals, value = word.partition("=")
    return bool(_KEY_SHAPE.search(word) or (equals and _KEY_NAME.search(name) and not _REFERENCE.match(value)))


def _name_of(word: str) -> str:
    """The argument's name, never its value."""
    name, equals, _ = word.partition("=")
    return name if equals else "it"
