"""Is an object what its kind says? The models of the installed `kubernetes` client answer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sandbox.kube import gateway_fields, keda_fields
from sandbox.kube.gateway_fields import mistyped, unknown
from sandbox.kube.kinds import GATEWAY, KEDA, Document, Kind

_SPECS = {**gateway_fields.SPECS, **keda_fields.SPECS}
_NEEDED = {**gateway_fields.NEEDED, **keda_fields.NEEDED}


class Wrong(Enum):
    """What may be wrong with a field."""

    UNKNOWN = "unknown field"
    REQUIRED = "Required value"
    TYPE = "type"


@dataclass(frozen=True)
class Fault:
    """One field that does not fit."""

    path: str
    """`spec.template.spec.containers[0].image`."""
    wrong: Wrong
    text: str


def faults(kind: Kind, document: Document) -> list[Fault]:
    """Everything in the object that its model refuses; empty for a custom kind that has no model."""
    if kind in (*GATEWAY, *KEDA):
        return list(_of_known_fields(kind, document))
    if kind.custom:
        return []
    from pydantic import ValidationError  # noqa: PLC0415 - as late as the model

    try:
        read = _model(kind).model_validate(document)
    except ValidationError as error:
        found = [_fault(document, detail) for detail in error.errors(include_url=False)]
        return list({fault.path: fault for fault in found}.values())
    # The models also take Python's names (min_ready_seconds); the API does not.
    lost = _lost(document, read.model_dump(by_alias=True, exclude_unset=True))
    return [Fault(path, Wrong.UNKNOWN, f'unknown field "{path}"') for path in lost]


def _of_known_fields(kind: Kind, document: Document) -> Iterator[Fault]:
    form, spec = _SPECS[kind.name], document.get("spec")
    if not isinstance(spec, dict):
        yield Fault("spec", Wrong.REQUIRED, "Required value")
        return
    for name in _NEEDED.get(kind.name, ()):
        if name not in spec:
            yield Fault(f"spec.{name}", Wrong.REQUIRED, "Required value")
    for path in unknown(form, spec):
        yield Fault(path, Wrong.UNKNOWN, f'unknown field "{path}"')
    for path in mistyped(form, spec):
        yield Fault(path, Wrong.TYPE, "is of another type")


def fields(kind: Kind) -> list[str]:
    """The fields of a built-in kind that its user writes."""
    found = [field.serialization_alias or name for name, field in _model(kind).model_fields.items()]
    return [name for name in found if name != "status"]


def _model(kind: Kind) -> Any:  # noqa: ANN401 - a class of the client
    # Late: importing a model costs half a second, and who only lists objects needs none.
    from kubernetes.client import models  # noqa: PLC0415

    return getattr(models, f"{kind.version.capitalize()}{kind.name}")


def _fault(document: Document, detail: Any) -> Fault:  # noqa: ANN401 - pydantic's error details are typed loosely
    location = detail["loc"]
    if detail["type"] == "missing":
        return Fault(_path(location), Wrong.REQUIRED, "Required value")
    path = _path(_present(document, location))
    if detail["type"] == "extra_forbidden":
        return Fault(path, Wrong.UNKNOWN, f'unknown field "{path}"')
    return Fault(path, Wrong.TYPE, detail["msg"])


def _present(document: Document, location: tuple[str | int, ...]) -> list[str | int]:
    """The steps that lead through the document: those after them name the variants of a union that were tried."""
    value: Any = document
    steps = []
    for step in location:
        try:
            value = value[step]
        except (LookupError, TypeError):
            break
        steps.append(step)
    return steps


def _path(location: Iterable[str | int]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location).lstrip(".")


def _lost(given: Any, kept: Any, path: str = "") -> Iterator[str]:  # noqa: ANN401 - JSON values
    if isinstance(given, dict) and isinstance(kept, dict):
        for key, value in given.items():
            below = f"{path}.{key}".lstrip(".")
            if key in kept:
                yield from _lost(value, kept[key], below)
            else:
                yield below
    elif isinstance(given, list) and isinstance(kept, list):
        for index, (value, other) in enumerate(zip(given, kept, strict=True)):
            yield from _lost(value, other, f"{path}[{index}]")
