"""Two property values told apart, for the stand-ins' answers to Diff."""

import re
from collections.abc import Iterator
from typing import Any

from sandbox.plugins.serving import UNKNOWN

Path = tuple[str | int, ...]
"""Keys of maps and indices of lists, from the top."""


def differences(old: Any, new: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:  # noqa: ANN401 - any JSON value
    """Each path that differs, with ADD, DELETE or UPDATE; lists by index."""
    if type(old) is type(new) and isinstance(old, (dict, list)):
        before, after = dict(_members(old)), dict(_members(new))
        for key in dict.fromkeys([*before, *after]):
            if key in before and key in after:
                yield from differences(before[key], after[key], (*path, key))
            else:
                yield (*path, key), "ADD" if key in after else "DELETE"
    elif old != new:
        yield path, "UPDATE"


def unknowns(value: Any, path: Path = ()) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    """Paths of what is not known yet, as text."""
    if value is UNKNOWN:
        yield text(path)
    for key, member in _members(value):
        yield from unknowns(member, (*path, key))


def text(path: Path) -> str:
    """A path as the engine reads it: `a.b[0]["c.d"]`."""
    written = ""
    for step in path:
        if isinstance(step, int):
            written += f"[{step}]"
        else:
            written += f".{step}" if re.fullmatch(r"[A-Za-z_$][\w$-]*", step) else f'["{step}"]'
    return written.removeprefix(".")


def _members(value: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - any JSON value
    if isinstance(value, (dict, list)):
        yield from value.items() if isinstance(value, dict) else enumerate(value)
