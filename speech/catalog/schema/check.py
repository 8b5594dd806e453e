"""What is wrong with a document, in words and with paths that its writer knows."""

from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from speech.catalog import merging
from speech.catalog.documents import CatalogFault
from speech.catalog.schema import SCHEMAS
from speech.catalog.schema.rows import Date

_LONGEST = 60


def date_fault(given: object) -> str | None:
    """Why a document's own date is none, to be read after `as_of`."""
    try:
        TypeAdapter(Date).validate_python(given, strict=True)
    except ValidationError as error:
        return _words(error.errors(include_url=False)[0])
    return None


def faults_of(name: str, content: dict[str, Any], base: dict[str, Any] | None = None) -> list[CatalogFault]:
    """What breaks the schema of `<name>.json`. Rows without a key count from behind those of `base`."""
    try:
        SCHEMAS[name].model_validate(content)
    except ValidationError as error:
        found = error.errors(include_url=False)
        return [CatalogFault(_path(name, content, base or {}, each), _words(each)) for each in _once(found)]
    return [CatalogFault(path, why) for path, why in _inconsistent(name, content)]


def _once(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """One error a place, the innermost: a value of two forms fails in each, and in the wrong one as a whole."""
    places = {
        tuple(part for part in error["loc"] if not (isinstance(part, str) and "[" in part)): error for error in errors
    }
    within = {place[:length] for place in places for length in range(len(place))}
    return [error for place, error in places.items() if place not in within]


def _path(name: str, content: Any, base: Any, error: ErrorDetails) -> str:  # noqa: ANN401  # any JSON
    path, here, below, table = "", content, base, ""
    for part in error["loc"]:
        if isinstance(part, int) and isinstance(here, list):
            keys = merging.ROWS[name].get(table)
            row = here[part]
            if keys and isinstance(row, dict):
                path += merging.label(merging.row_key(name, table, row) or ())
            else:
                # Of rows behind ours the user counts theirs alone.
                path += f"[{part - len(below) if keys == () and isinstance(below, list) else part}]"
            here, below = row, None
        elif isinstance(here, dict) and (part in here or error["type"] in {"missing", "extra_forbidden"}):
            path += f".{part}" if path else str(part)
            table = str(part)
            here = here.get(part)
            below = below.get(part) if isinstance(below, dict) else None
    return path or "document"


def _words(error: ErrorDetails) -> str:
    fixed = {
        "missing": "is missing: a row that ours does not have needs all its columns; see docs/catalog.md",
        "extra_forbidden": "is no key of this row: look for a misspelling, or take it out; see docs/catalog.md",
    }
    return fixed.get(error["type"]) or f"is {_brief(error['input'])}{_rule(error)}"


def _rule(error: ErrorDetails) -> str:
    """What the value must be, to be read after it."""
    context = error.get("ctx", {})
    match error["type"]:
        case "literal_error":
            return f": it must be {context['expected']}"
        case "greater_than" | "greater_than_equal":
            least = f"more than {context['gt']:g}" if "gt" in context else f"at least {context['ge']:g}"
            return f": it must be {least}; unknown is null"
        case "string_pattern_mismatch":
            return f": it must match {context['pattern']}"
        case "value_error":
            return f", which {error['msg'].removeprefix('Value error, ')}"
    return f": {error['msg'][0].lower()}{error['msg'][1:]}"


def _inconsistent(name: str, content: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if name != "vm_sizes":
        return
    families = {family["series"] for family in content["families"]}
    for row in content["sizes"]:
        if row["series"] not in families:
            yield (
                f"sizes{merging.label([row['name']])}.series",
                f"is {_brief(row['series'])}, which is no family: add its row to families, with CPU, clock and AVX2",
            )


def _brief(value: Any) -> str:  # noqa: ANN401  # any JSON
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
