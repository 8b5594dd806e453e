"""The SDK's types as plain data: what a resource takes, what it gives back, which API version it speaks.

Loading the SDK's modules costs up to 1.5 s (network); so what was read once is kept in the user's cache.
"""

import enum
import functools
import hashlib
import importlib
import importlib.metadata
import inspect
import json
import re
import tempfile
import typing
from pathlib import Path
from typing import Any, NotRequired, TypedDict

from sandbox.engine_versions import cache
from sandbox.plugins.azure_native.errors import NotServedError

SDK_VERSION = importlib.metadata.version("pulumi-azure-native")


class Node(TypedDict):
    """The type of one value. kind: string, integer, number, boolean, any, list, map, object, union."""

    kind: str
    options: NotRequired[list[str]]
    """Of a string: the values of its enumeration."""
    item: NotRequired["Node"]
    """Of a list or a map."""
    type: NotRequired[str]
    """Of an object: a key of Schema.types."""
    of: NotRequired[list["Node"]]
    """Of a union: the variants."""


class Members(TypedDict):
    """The properties of an object type, by their name in Pulumi."""

    properties: dict[str, Node]
    required: list[str]


class Schema(TypedDict):
    """A resource, or a function (which has outputs only)."""

    version: str
    inputs: Members
    outputs: Members
    types: dict[str, Members]


@functools.cache
def load(token: str) -> Schema:
    """The schema of module:Class or module:function. Raises NotServedError."""
    file = _cache() / f"{token.replace(':', '.')}.json"
    try:
        cached: Schema = json.loads(file.read_text())
    except (OSError, ValueError):
        cached = read(token)
        _keep(file, json.dumps(cached))
    return cached


def read(token: str) -> Schema:
    """The schema, read from the SDK itself."""
    module_name, _, name = token.partition(":")
    try:
        module = importlib.import_module(f"pulumi_azure_native.{module_name}")
    except ModuleNotFoundError as error:
        raise NotServedError(f"azure-native:{token} is not in pulumi-azure-native {SDK_VERSION}") from error
    return _resource(module, name) if name[:1].isupper() else _function(module, name)


def _resource(module: Any, name: str) -> Schema:  # noqa: ANN401 - a module of the SDK
    from pulumi import _types  # noqa: PLC0415 - only where the cache has nothing

    resource = _member(module, name)
    # Where a nested type has taken the name NameArgs, the resource's own arguments are NameInitArgs.
    arguments = getattr(module, f"{name}InitArgs", None) or _member(module, f"{name}Args")
    types: dict[str, Members] = {}
    outputs = {key: _node(hint, types) for key, hint in _types.resource_types(resource).items()}
    documentation = "".join(overload.__doc__ or "" for overload in typing.get_overloads(resource.__init__))
    return Schema(
        version=_version(documentation),
        inputs=_members(arguments, types),
        outputs=Members(properties=outputs, required=[]),
        types=types,
    )


def _function(module: Any, name: str) -> Schema:  # noqa: ANN401 - a module of the SDK
    result = _member(module, f"{name[0].upper()}{name[1:]}Result")
    function = _member(module, result.__module__.rpartition(".")[2])
    types: dict[str, Members] = {}
    return Schema(
        version=_version(function.__doc__ or ""),
        inputs=Members(properties={}, required=[]),
        outputs=_members(result, types),
        types=types,
    )


def _member(module: Any, name: str) -> Any:  # noqa: ANN401 - classes and functions of the SDK
    try:
        return getattr(module, name)
    except AttributeError as error:
        raise NotServedError(f"{module.__name__} has no {name} in version {SDK_VERSION}") from error


def _version(documentation: str) -> str:
    found = re.search(r"Uses Azure REST API version (\S+)\.\s", documentation)
    return found[1] if found else ""


def _members(cls: type, types: dict[str, Members]) -> Members:
    from pulumi import _types  # noqa: PLC0415 - only where the cache has nothing

    is_input = _types.is_input_type(cls)
    hints = _types.input_type_types(cls) if is_input else _types.output_type_types(cls)
    names = _types.input_type_py_to_pulumi_names(cls) if is_input else {}
    parameters = inspect.signature(cls).parameters.values()
    required = [names[p.name] for p in parameters if p.default is inspect.Parameter.empty and p.name in names]
    return Members(properties={key: _node(hint, types) for key, hint in hints.items()}, required=required)


def _node(hint: Any, types: dict[str, Members]) -> Node:  # noqa: ANN401 - a type annotation
    from pulumi import _types  # noqa: PLC0415 - only where the cache has nothing

    hint = _types.unwrap_type(hint)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Union:
        return _union([a for a in arguments if a is not type(None) and not _is_wrapper(a)], types)
    if origin is not None and issubclass(origin, typing.Mapping):
        return Node(kind="map", item=_node(arguments[1], types))
    if origin is not None and issubclass(origin, typing.Sequence):
        return Node(kind="list", item=_node(arguments[0], types))
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return Node(kind="string", options=[member.value for member in hint])
    if isinstance(hint, type) and (_types.is_input_type(hint) or _types.is_output_type(hint)):
        if hint.__name__ not in types:
            types[hint.__name__] = Members(properties={}, required=[])  # a type may hold itself
            types[hint.__name__] = _members(hint, types)
        return Node(kind="object", type=hint.__name__)
    simple = {str: "string", bool: "boolean", int: "integer", float: "number"}
    return Node(kind=simple.get(hint, "any"))


def _is_wrapper(hint: Any) -> bool:  # noqa: ANN401 - a type annotation
    """Input[T] is T | Awaitable[T] | Output[T]: the last two say nothing of the value."""
    return getattr(typing.get_origin(hint), "__name__", "") in {"Awaitable", "Output"}


def _union(variants: list[Any], types: dict[str, Members]) -> Node:
    nodes = [_node(variant, types) for variant in variants]
    enumerated = [node for node in nodes if "options" in node]
    if enumerated:
        return enumerated[0]  # str | Enum: the SDK's way to write an enumeration
    return nodes[0] if len(nodes) == 1 else Node(kind="union", of=nodes)


@functools.cache
def _cache() -> Path:
    """A folder of this SDK version and of this reader."""
    reader = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
    return cache() / "azure-native-schema" / f"{SDK_VERSION}-{reader}"


def _keep(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False) as draft:
            draft.write(text)
        Path(draft.name).replace(file)
    except OSError:
        return  # a cache that cannot be written only costs time
