"""Inputs held against the SDK's types: stricter than the real plugin, which knows neither names nor enumerations."""

import difflib
import re
from collections.abc import Iterator
from typing import Any

from sandbox.plugins.azure_native.schema import Members, Node, Schema
from sandbox.plugins.azure_native.table import Row
from sandbox.plugins.serving import UNKNOWN

_INTERNAL = frozenset({"__createBeforeDelete", "azureApiVersion"})
_LOCATION_HINT = "Either set it explicitly or configure it with 'pulumi config set azure-native:location <value>'."
_PYTHON = {"string": str, "boolean": bool, "integer": int, "list": list, "map": dict, "object": dict}


def faults(row: Row, schema: Schema, inputs: dict[str, Any]) -> list[str]:
    """What is wrong with the inputs, each with the property's path. Values are named only where an enumeration is."""
    found = list(_object(schema, schema["inputs"], {k: v for k, v in inputs.items() if k not in _INTERNAL}, ""))
    found += [f"missing required property '{name}'" for name in row.parameters if name not in inputs]
    if "location" in row.replace and "location" not in inputs:
        found.append(f"missing required property 'location'. {_LOCATION_HINT}")
    name = inputs.get(row.name_parameter)
    if row.pattern and isinstance(name, str) and not re.search(row.pattern, name):
        found.append(f"'{row.name_parameter}' does not match expression '{row.pattern}'")
    return list(dict.fromkeys(found))


def _object(schema: Schema, members: Members, value: dict[str, Any], path: str) -> Iterator[str]:
    at = f"{path}." if path else ""
    for name in members["required"]:
        if value.get(name) is None:
            yield f"missing required property '{at}{name}'"
    for name, item in value.items():
        node = members["properties"].get(name)
        if node is None:
            near = difflib.get_close_matches(name, members["properties"], 1)
            yield f"'{at}{name}' is no property of the type" + (f". Did you mean '{near[0]}'?" if near else "")
        else:
            yield from _value(schema, node, item, f"{at}{name}")


def _value(schema: Schema, node: Node, value: Any, path: str) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    kind = node["kind"]
    if value is UNKNOWN or value is None or kind == "any":
        return
    if kind == "union":
        yield from min((list(_value(schema, variant, value, path)) for variant in node["of"]), key=len)
    elif not _fits(kind, value):
        yield f"'{path}' should be of type '{kind}' but got {_name(value)}"
    elif kind == "list":
        for index, item in enumerate(value):
            yield from _value(schema, node["item"], item, f"{path}[{index}]")
    elif kind == "map":
        for key, item in value.items():
            yield from _value(schema, node["item"], item, f"{path}[{key!r}]")
    elif kind == "object":
        yield from _object(schema, schema["types"][node["type"]], value, path)
    elif "options" in node and value.lower() not in {option.lower() for option in node["options"]}:
        # The service may take a value that this SDK does not list, and does not mind the case.
        yield f"'{path}' is {value!r}, which is none of {', '.join(node['options'])}"


def _fits(kind: str, value: Any) -> bool:  # noqa: ANN401 - any JSON value
    if kind == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, _PYTHON[kind]) and not (kind == "integer" and isinstance(value, bool))


def _name(value: Any) -> str:  # noqa: ANN401 - any JSON value
    names = {bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "a list"}
    return names.get(type(value), "an object")
