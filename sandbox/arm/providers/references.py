"""References between network resources: they must lead somewhere, and what is referred to stays."""

from collections.abc import Iterator
from typing import Any

from sandbox.arm.errors import bad_request
from sandbox.arm.model import Call, Removal
from sandbox.arm.store import Resource

_USERS = ("microsoft.network/", "microsoft.containerservice/", "microsoft.containerinstance/")
"""Whose mention of a resource keeps it from being deleted."""
_LOOSE = "microsoft.network/privatednszones/"
"""A network may go while zones are linked to it: the links stay behind."""


def _references(value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    """Ids of network resources that a body refers to by `{"id": ...}`."""
    if isinstance(value, list):
        for each in value:
            yield from _references(each)
    if isinstance(value, dict):
        reference = value.get("id")
        if isinstance(reference, str) and "/providers/microsoft.network/" in reference.lower():
            yield reference
        for name, each in value.items():
            if name != "id":
                yield from _references(each)


def check_references(call: Call, wanted: Resource) -> None:
    """Refuses a body that refers to what does not exist."""
    for reference in _references(wanted.properties):
        if not reference.lower().startswith(f"{wanted.key}/") and not call.store.resource(reference):
            text = (
                f"Resource {reference} referenced by resource {wanted.id} was not found. Please make sure that the "
                "referenced resource exists, and that both resources are in the same region."
            )
            raise bad_request("InvalidResourceReference", text)


def unused(code: str) -> Removal:
    """A rule: what another resource refers to cannot be deleted."""

    def check(call: Call, resource: Resource) -> None:
        for used in (resource, *call.store.below(resource.id)):
            for user in call.store.mentioning(used.id):
                holds = user.type.startswith(_USERS) and not user.type.startswith(_LOOSE)
                if holds and not f"{user.key}/".startswith(f"{resource.key}/"):
                    kind = used.type.rsplit("/", 1)[1]
                    raise bad_request(code, f"{kind} {used.name} is in use by {user.id} and cannot be deleted.")

    return check
