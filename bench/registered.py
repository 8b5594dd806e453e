"""What a program asks the engine for, and where two programs differ in it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Registered = Mapping[tuple[str, str], Any]
"""The inputs of custom resources, by type and logical name. Components and parents are left out: they make nothing."""

AZURE = "azure-native:"
_STACK = "pulumi:pulumi:Stack"
_DEFAULT_PROVIDER = re.compile(r"^default(_\d+)*$")


def registered(events: Iterable[Mapping[str, Any]]) -> Registered:
    """From the engine's events of a preview."""
    found = {}
    for event in events:
        if "resourcePreEvent" not in event:
            continue
        step = event["resourcePreEvent"]["metadata"]
        token, name = step["type"], step["urn"].rpartition("::")[2]
        if not step["new"].get("custom") or token == _STACK or _DEFAULT_PROVIDER.match(name):
            continue
        found[token, name] = _unnamed(step["new"]["inputs"], name)
    return found


def differences(of: Registered, to: Registered, names: Sequence[str] = ("first", "second")) -> list[str]:
    """A line for each resource that only one of them has, and for each input that is not the same. Empty: equal."""
    lines = [f"{token} {name}: only {names[0]}" for token, name in sorted(of.keys() - to.keys())]
    lines += [f"{token} {name}: only {names[1]}" for token, name in sorted(to.keys() - of.keys())]
    for token, name in sorted(of.keys() & to.keys()):
        lines += [
            f"{token} {name} {path}: {mine!r} {names[0]}, {theirs!r} {names[1]}"
            for path, mine, theirs in _unequal(of[token, name], to[token, name], "")
        ]
    return lines


def _unequal(mine: object, theirs: object, path: str) -> Iterator[tuple[str, object, object]]:
    if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
        for key in sorted(mine.keys() | theirs.keys()):
            yield from _unequal(mine.get(key), theirs.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(mine, list) and isinstance(theirs, list) and len(mine) == len(theirs):
        for index, (one, other) in enumerate(zip(mine, theirs, strict=True)):
            yield from _unequal(one, other, f"{path}[{index}]")
    elif mine != theirs:
        yield path, mine, theirs


def _unnamed(inputs: object, name: str) -> Any:  # noqa: ANN401  # as the engine tells it
    """The inputs with the plugin's random end of a name taken off: drawn anew in each preview."""
    if isinstance(inputs, Mapping):
        return {key: _unnamed(value, name) for key, value in inputs.items()}
    if isinstance(inputs, str):
        return re.sub(rf"^{re.escape(name)}[0-9a-z]{{8}}$", f"{name}?", inputs)
    return inputs
