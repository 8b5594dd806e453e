"""A small stack file to change one thing of."""

from copy import copy, deepcopy
from typing import Any

DEV: dict[str, Any] = {
    "azure-native:location": "westeurope",
    "speech:environment": "dev",
    "speech:account": {"custom_domain": "contoso-speech-test"},
    "speech:billing": {"eula": "accept"},
    "speech:target": {"kind": "aks"},
    "speech:containers": [
        {
            "name": "transcribe-en",
            "kind": "speech-to-text",
            "locale": "en-US",
            "version": "5.1.0",
            "demand": {"concurrent_streams": 12},
        }
    ],
}


def stack_file(*changes: tuple[str, object]) -> dict[str, Any]:
    """The dev stack with each (path, value) written into it: `speech:containers[0].demand.base_streams`."""
    mapping = deepcopy(DEV)
    for path, value in changes:
        key, *rest = path.replace("]", "").replace("[", ".").split(".")
        if not rest:
            mapping[key] = value
            continue
        part: Any = copy(mapping.get(key, {}))
        mapping[key] = part
        for step in rest[:-1]:
            place = int(step) if isinstance(part, list) else step
            # A copy: what an earlier change wrote is its caller's.
            part[place] = copy(part[place] if isinstance(part, list) else part.get(place, {}))
            part = part[place]
        if isinstance(part, list):
            part[int(rest[-1])] = value
        else:
            part[rest[-1]] = value
    return mapping


def without(path: str) -> dict[str, Any]:
    """The dev stack without one key."""
    mapping = deepcopy(DEV)
    key, *rest = path.replace("]", "").replace("[", ".").split(".")
    part: Any = mapping
    for step in [key, *rest][:-1]:
        part = part[int(step)] if isinstance(part, list) else part[step]
    del part[[key, *rest][-1]]
    return mapping
