"""Finds names in a document that an azure-mgmt model would not read."""

from collections.abc import Iterator
from typing import Any


def unknown_names(document: Any, model: Any) -> Iterator[str]:
    """Dotted names in the document that the model would not read. Maps and free values are not looked into."""
    if isinstance(document, list) and isinstance(model, tuple):
        for each in document:
            yield from unknown_names(each, model[0])
    elif isinstance(document, dict) and isinstance(model, type):
        fields = wire_fields(model)
        for name, value in document.items():
            if name not in fields:
                yield name
            else:
                yield from (f"{name}.{inner}" for inner in unknown_names(value, fields[name]))


def wire_fields(model: type) -> dict[str, Any]:
    """Wire name -> nested model, a one-element tuple of it for a list, or None. Reads both generations of models."""
    if hasattr(model, "_attribute_map"):
        return flat_fields(model)
    model({})  # the names on the wire are set when the first one is made
    made: dict[str, Any] = {}
    for owner in model.__mro__:
        for name, hint in getattr(owner, "__annotations__", {}).items():
            field = vars(owner).get(name)
            if hasattr(field, "_rest_name_input") or hasattr(field, "_rest_name"):
                made.setdefault(field._rest_name, nested(hint, owner))
    return made


def nested(hint: Any, owner: type) -> Any:
    """The model that a written annotation such as `Optional["_models.Sku"]` or `list["_models.X"]` means."""
    text = str(hint)
    if "_models." not in text or "dict[" in text.lower():
        return None
    found = (
        text.rsplit("_models.", maxsplit=1)[-1]
        .split('"', maxsplit=1)[0]
        .split("'", maxsplit=1)[0]
        .split("]", maxsplit=1)[0]
        .split(")", maxsplit=1)[0]
    )
    models = __import__(owner.__module__.rsplit(".", 1)[0], fromlist=["x"])
    model = getattr(models, found, None)
    return (model,) if "list[" in text.lower() else model


def flat_fields(model: type) -> dict[str, Any]:
    """The same for msrest models, whose attributes may be flattened out of `properties`."""
    models = __import__(model.__module__.rsplit(".", 1)[0], fromlist=["x"])
    made: dict[str, Any] = {}
    for attribute in model._attribute_map.values():
        kind = attribute["type"]
        inner = getattr(models, kind.strip("[]"), None)
        target = ((inner,) if kind.startswith("[") else inner) if isinstance(inner, type) else None
        if issubclass(inner, str) if isinstance(inner, type) else False:
            target = None
        outer, _, rest = attribute["key"].partition(".")
        if rest:
            holder = made.setdefault(outer, type("Flattened", (), {"_attribute_map": {}}))
            holder.__module__ = model.__module__
            holder._attribute_map[rest] = {"key": rest, "type": kind}
        else:
            made[outer] = target
    return made
