"""What this version does not do yet. The schema holds its words from the first day: using one is a fault."""

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum

from pydantic import BaseModel

from speech.catalog.regions import region
from speech.settings.draft import Draft
from speech.settings.faults import Finding, one_of
from speech.settings.network import GatewayTls

BUILT: Mapping[type[BaseModel], Mapping[str, Sequence[object]]] = {
    GatewayTls: {"vault_certificate": ()},
}
"""The values that this version carries out, where it does not carry out all; a field with none keeps its default."""
_INSTEAD = {
    "vault_certificate": "put the certificate into a Secret of the namespace and name that as  secret",
}
"""What to do in place of a field with none."""


def only_what_is_built(draft: Draft) -> Iterator[Finding]:
    """A word that this version knows but does not carry out is refused, not passed over."""
    gateway = draft.network and draft.network.gateway
    if gateway and gateway.tls:
        yield from _unbuilt(gateway.tls, "speech:network.gateway.tls")
    place = region(draft.location) if draft.location else None
    if place and place.cloud.name != "public":
        yield Finding("azure-native:location", f"the cloud of {place.name} ({place.cloud.name}) is not in this version")


def _unbuilt(part: BaseModel, path: str) -> Iterator[Finding]:
    for name, values in BUILT.get(type(part), {}).items():
        field, value = type(part).model_fields[name], getattr(part, name)
        if value in values or (not field.is_required() and value == field.get_default()):
            continue
        shown = _shown(value) if isinstance(value, str | bool | int) else "what it says"
        remedy = f"; {one_of(map(_shown, values))} is" if values else f": {_INSTEAD[name]}"
        yield Finding(f"{path}.{name}", f"{shown} is not in this version{remedy}")


def _shown(value: object) -> str:
    plain = value.value if isinstance(value, Enum) else value
    return str(plain).lower() if isinstance(plain, bool) else f'"{plain}"'
