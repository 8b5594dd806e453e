"""Azure Pipelines' published schema, as the package check-jsonschema brings it along (Microsoft, MIT licence)."""

import json
from importlib.resources import files
from typing import Any

import check_jsonschema
import jsonschema

_SCHEMA = files(check_jsonschema) / "builtin_schemas" / "vendor" / "azure-pipelines.json"
_WIDER = {
    "string": ["string", "number", "boolean"],
    "boolean": ["boolean", "string"],
    "integer": ["number", "string"],
    "number": ["number", "string"],
}


def faults(document: object) -> list[str]:
    """What the schema refuses. Every scalar may be a text, as the service reads them."""
    schema = _widened(json.loads(_SCHEMA.read_text()))
    return [error.message for error in jsonschema.Draft7Validator(schema).iter_errors(document)]


def _widened(part: Any) -> Any:
    if isinstance(part, list):
        return [_widened(one) for one in part]
    if not isinstance(part, dict):
        return part
    wider = {key: _widened(value) for key, value in part.items()}
    return wider | (
        {"type": _WIDER[part["type"]]} if part.get("type") in ("string", "boolean", "integer", "number") else {}
    )
