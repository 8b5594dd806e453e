"""Old inputs against new ones: what changed, and what of it replaces the resource."""

import re
from typing import Any

from pulumi.runtime.proto import DiffResponse, PropertyDiff

from sandbox.plugins.azure_native.naming import CREATE_FIRST
from sandbox.plugins.azure_native.table import Row

Change = tuple[tuple[str | int, ...], str]
"""A path, and ADD, DELETE or UPDATE."""

_SILENT = frozenset({CREATE_FIRST, "azureApiVersion"})


def respond(row: Row, olds: dict[str, Any], news: dict[str, Any]) -> DiffResponse:
    """The answer to Diff: pure, for the engine also draws refreshes with it."""
    found = [change for change in changes((), olds, news) if not _is_same_place(change, olds, news)]
    if not found:
        return DiffResponse(changes=DiffResponse.DIFF_NONE)
    kinds = {path: f"{kind}_REPLACE" if _replaces(row, path, kind) else kind for path, kind in found}
    replaces = [_text(path) for path, kind in kinds.items() if kind.endswith("_REPLACE")]
    return DiffResponse(
        changes=DiffResponse.DIFF_SOME,
        diffs=list(dict.fromkeys(str(path[0]) for path in kinds)),
        replaces=list(dict.fromkeys(replaces)),
        deleteBeforeReplace=bool(replaces) and not olds.get(CREATE_FIRST),
        hasDetailedDiff=True,
        detailedDiff={
            _text(path): PropertyDiff(kind=PropertyDiff.Kind.Value(kind), inputDiff=True)
            for path, kind in kinds.items()
        },
    )


def changes(path: tuple[str | int, ...], old: Any, new: Any) -> list[Change]:  # noqa: ANN401 - any JSON value
    """All differences below the path; lists by index."""
    if isinstance(old, dict) and isinstance(new, dict):
        keys = [key for key in dict.fromkeys([*old, *new]) if path or key not in _SILENT]
        return [change for key in keys for change in _member((*path, key), old.get(key), new.get(key))]
    if isinstance(old, list) and isinstance(new, list):
        longest = range(max(len(old), len(new)))
        pairs = ((i, old[i] if i < len(old) else None, new[i] if i < len(new) else None) for i in longest)
        return [change for i, before, after in pairs for change in _member((*path, i), before, after)]
    return [] if old == new else [(path, "UPDATE")]


def _member(path: tuple[str | int, ...], old: Any, new: Any) -> list[Change]:  # noqa: ANN401 - any JSON value
    if old is None and new is None:
        return []
    if old is None:
        return [(path, "ADD")]
    return [(path, "DELETE")] if new is None else changes(path, old, new)


def _is_same_place(change: Change, olds: dict[str, Any], news: dict[str, Any]) -> bool:
    """West Europe and westeurope are one."""
    path, kind = change
    if path != ("location",) or kind != "UPDATE":
        return False
    before, after = (str(side["location"]).replace(" ", "").lower() for side in (olds, news))
    return before == after


def _replaces(row: Row, path: tuple[str | int, ...], kind: str) -> bool:
    if isinstance(path[-1], int) and kind != "UPDATE":
        return False  # an element more or less never replaces
    names = [str(part) for part in path if isinstance(part, str)]
    dotted = {".".join(names[:length]) for length in range(1, len(names) + 1)}
    return not dotted.isdisjoint({*row.parameters, *row.replace})


def _text(path: tuple[str | int, ...]) -> str:
    """The path as the engine reads it: a.b[0]["c.d"]."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif re.fullmatch(r"[A-Za-z_$][\w$-]*", part):
            text += f".{part}" if text else part
        else:
            text += f'["{part}"]'
    return text
