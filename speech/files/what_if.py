"""Settings in the place of a stack file's own, for one command: `--set PATH=VALUE`. The file stays as it is."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from speech.files import project, yaml_text
from speech.settings.faults import shown
from speech.settings.values import structure

# Up to the first = outside of a key in quotes.
_ASSIGNMENT = re.compile(r'((?:[^=\["]|\[[0-9]+\]|\["(?:[^"\\]|\\.)*"\])+)=(.*)', re.DOTALL)


class WhatIfError(Exception):
    """An assignment that says nothing. The text says what and the remedy."""


def applied(keys: Mapping[str, Any], assignments: Sequence[str]) -> dict[str, Any]:
    """The keys with each assignment carried out, in their order; values are YAML, null leaves the key out.

    Paths are those of `pulumi config --path`: speech:containers[0].demand.concurrent_streams. Raises WhatIfError.
    """
    found = dict(keys)
    for assignment in assignments:
        path, value = _read(assignment)
        namespace, _, rest = path.partition(":")
        if not rest:
            raise WhatIfError(f"--set {shown(path)}: has no namespace: write  speech:{path}")
        try:
            first, *way = project.steps(rest)
            key = f"{namespace}:{first}"
            # A project's own values are texts of JSON.
            given = found.get(key)
            part = structure(given) if isinstance(given, str) and way else given
            found[key] = _written(part, way, value) if way else project.text(value)
        except project.ProjectError as error:
            raise WhatIfError(f"--set {shown(path)}: {error}") from None
    return found


def _read(assignment: str) -> tuple[str, object]:
    parts = _ASSIGNMENT.fullmatch(assignment)
    if parts is None:
        raise WhatIfError(
            f"--set {shown(assignment)}: no assignment: write PATH=VALUE, as in"
            "  speech:containers[0].demand.concurrent_streams=400"
        )
    path, value = parts.groups()
    try:
        return path.strip(), yaml_text.load(value)
    except yaml_text.NotYamlError as error:
        raise WhatIfError(f"--set {shown(path)}: {shown(value)} is no YAML: {error}") from None


def _written(part: object, way: Sequence[str | int], value: object) -> object:
    """The part with the value where the way leads; what is missing on the way is made."""
    if not way:
        return value
    step, *rest = way
    if isinstance(step, int):
        return _listed(part, step, rest, value)
    if part not in (None, "") and not isinstance(part, Mapping):
        raise project.ProjectError(f"{shown(step)} lies in {shown(str(part))}, which is no mapping")
    members = dict(part) if isinstance(part, Mapping) else {}
    if value is None and not rest:
        return {name: member for name, member in members.items() if name != step}
    return {**members, step: _written(members.get(step), rest, value)}


def _listed(part: object, step: int, rest: Sequence[str | int], value: object) -> list[object]:
    if part not in (None, "") and not isinstance(part, list):
        raise project.ProjectError(f"[{step}] is asked of what is no list")
    items = list(part) if isinstance(part, list) else []
    if step > len(items):
        raise project.ProjectError(f"[{step}] lies beyond the end of a list of {len(items)}")
    if value is None and not rest:
        return items[:step] + items[step + 1 :]
    items[step : step + 1] = [_written(items[step] if step < len(items) else None, rest, value)]
    return items
