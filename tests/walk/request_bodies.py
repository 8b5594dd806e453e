"""What a model of Microsoft's own clients does not read of a body."""

from typing import Any


def lost(model: Any, body: dict[str, Any]) -> list[str]:
    """Paths of the body that the model does not read."""
    if hasattr(model, "deserialize"):
        return _missing(body, model.deserialize(body).serialize(keep_readonly=True), "")
    return _unknown(model(body), "")


def _missing(given: Any, read: Any, path: str) -> list[str]:
    if isinstance(given, dict):
        return [
            each
            for name, value in given.items()
            for each in (_missing(value, read[name], f"{path}{name}.") if name in (read or {}) else [f"{path}{name}"])
        ]
    if isinstance(given, list):
        return [
            each
            for index, value in enumerate(given)
            for each in _missing(value, (read or [])[index], f"{path}{index}.")
        ]
    return [] if given == read else [path.rstrip(".")]


def _unknown(value: Any, path: str) -> list[str]:
    fields = getattr(type(value), "_attr_to_rest_field", None)
    if fields is None:
        parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        return [each for name, part in parts for each in _unknown(part, f"{path}{name}.")]
    known = {field._rest_name: attribute for attribute, field in fields.items()}
    return [
        each
        for name in value
        for each in (_unknown(getattr(value, known[name]), f"{path}{name}.") if name in known else [f"{path}{name}"])
    ]
