"""The project's defaults, laid under a stack file as the engine lays them (pulumi 3.259, workspace/config.go)."""

import re
from collections.abc import Mapping
from typing import Any

_STEP = re.compile(r"\.?([^.\[\]\"]+)|\[([0-9]{1,3})\]|\[\"((?:[^\"\\]|\\.)*)\"\]")


class ProjectError(Exception):
    """A Pulumi.yaml that the engine refuses. The text says what and the remedy."""


def merged(project: Mapping[str, Any], keys: Mapping[str, Any]) -> dict[str, Any]:
    """A stack file's keys with the project's values under them; a key is taken whole, objects are not mixed.

    Keys without a namespace have the project's name for one. Values that are no structure are texts, as the engine
    passes them. Raises ProjectError.
    """
    name = str(project.get("name", ""))
    found = {_key(key, name): text(value) for key, value in keys.items()}
    declared = project.get("config") or {}
    # A text there is an old form of stackConfigDir.
    for key, declaration in sorted(declared.items()) if isinstance(declared, Mapping) else ():
        value = _declared(key, declaration, name)
        namespace, _, path = _key(key, name).partition(":")
        if value is not None:
            try:
                _under(found, namespace, steps(path), value)
            except ProjectError as error:
                raise ProjectError(f"config.{key}: {error}") from None
    return found


def _declared(key: str, declaration: object, project: str) -> object:
    """The value that the project gives a key; None where it only declares it."""
    ours = ":" not in key or key.startswith(f"{project}:")
    if isinstance(declaration, str | int | list):
        return declaration
    given = declaration if isinstance(declaration, Mapping) else {}
    if ours:
        return given.get("default", given.get("value"))
    if given.get("default") is not None or given.get("value") is None:
        raise ProjectError(
            f"config.{key}: a key of another namespace takes a value alone, as in  {key}: {{value: ...}}"
        )
    return given["value"]


def _under(found: dict[str, Any], namespace: str, way: list[str | int], value: object) -> None:
    """Writes the value where the path leads, unless something is there already."""
    key = f"{namespace}:{way[0]}"
    if len(way) == 1:
        found.setdefault(key, text(value))
        return
    # Inside a structure a text that reads as a number or a truth value becomes one.
    found[key] = _with(found.get(key), way[1:], _coerced(text(value)))


def _with(part: object, way: list[str | int], value: object) -> object:
    if not way:
        return value if part is None else part
    step, *rest = way
    if isinstance(step, int):
        items = list(part) if isinstance(part, list) else []
        if step > len(items):
            raise ProjectError(f"[{step}] lies beyond the end of a list of {len(items)}")
        items[step : step + 1] = [_with(items[step] if step < len(items) else None, rest, value)]
        return items
    members = dict(part) if isinstance(part, Mapping) else {}
    return {**members, step: _with(members.get(step), rest, value)}


def steps(path: str) -> list[str | int]:
    """The way of a key as `pulumi config --path` takes it: names, numbers in brackets, names in quotes in brackets.

    Raises ProjectError.
    """
    way: list[str | int] = []
    position = 0
    while position < len(path):
        found = _STEP.match(path, position)
        if found is None:
            raise ProjectError("no path, as in  speech:account.sku")
        name, index, quoted = found.groups()
        way.append(int(index) if index else name or re.sub(r"\\(.)", r"\1", quoted or ""))
        position = found.end()
    if not way:
        raise ProjectError("no key")
    return way


def _key(key: str, project: str) -> str:
    if ":" not in key:
        return f"{project}:{key}" if project else key
    namespace, *rest = key.split(":")
    # An old form: speech:config:environment.
    return f"{namespace}:{rest[1]}" if len(rest) == 2 and rest[0] == "config" else key  # noqa: PLR2004


def text(value: object) -> object:
    """A value as the engine passes it: what is no structure is a text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.17g}" if isinstance(value, float) else str(value) if isinstance(value, int) else value


def _coerced(value: object) -> object:
    if value in {"true", "false"} if isinstance(value, str) else False:
        return value == "true"
    whole = isinstance(value, str) and re.fullmatch(r"[-+]?(0|[1-9][0-9]*)", value)
    return int(str(value)) if whole else value
