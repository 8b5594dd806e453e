"""What this version does not do yet. The schema holds its words from the first day: using one is a fault."""

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum

from pydantic import BaseModel

from speech.settings.draft import Draft
from speech.settings.faults import Finding, one_of

# The values that this version carries out; a field with none listed keeps its default.
BUILT: Mapping[str, Mapping[str, Sequence[object]]] = {
    "account": {"sku": ("F0", "S0"), "commitments": ()},
    "billing": {"mode": ("connected",)},
    "target": {"kind": ("aks",), "spot": ()},
    "network": {"gateway": ()},
}
BUILT_IN_CONTAINERS: Mapping[str, Sequence[object]] = {
    "kind": ("speech-to-text",),
    "model": (),
    "options": (),
    "pair_with": (),
}
BUILT_IN_SCALING: Mapping[str, Sequence[object]] = {"by": ("cpu", "fixed")}
NOT_BUILT_AT_ALL = ("model_account", "budget", "registry")


def only_what_is_built(draft: Draft) -> Iterator[Finding]:
    """One fault a word that this version knows but does not carry out."""
    for section, fields in BUILT.items():
        part = getattr(draft, section)
        if part is not None:
            yield from _unbuilt(part, fields, f"speech:{section}")
    for path, container in draft.named():
        yield from _unbuilt(container, BUILT_IN_CONTAINERS, path)
        yield from _unbuilt(container.scaling, BUILT_IN_SCALING, f"{path}.scaling")
    for section in NOT_BUILT_AT_ALL:
        if draft.raw.get(section):
            yield Finding(f"speech:{section}", "is not in this version: leave it out")


def _unbuilt(part: BaseModel, built: Mapping[str, Sequence[object]], path: str) -> Iterator[Finding]:
    for name, values in built.items():
        field = type(part).model_fields.get(name)
        value = getattr(part, name, None)
        if field is None or value in values or (not field.is_required() and value == field.get_default()):
            continue
        shown = _shown(value) if isinstance(value, str | bool | int) else "what it says"
        remedy = f"; {one_of(map(_shown, values))} is" if values else ": leave it out"
        yield Finding(f"{path}.{name}", f"{shown} is not in this version{remedy}")


def _shown(value: object) -> str:
    plain = value.value if isinstance(value, Enum) else value
    return str(plain).lower() if isinstance(plain, bool) else f'"{plain}"'
