"""Who exists in the directory: the caller, and the identities that resources bring along."""

import uuid

from sandbox.arm.errors import bad_request
from sandbox.arm.model import World
from sandbox.arm.store import Document, Resource

REPLICATION_SECONDS = 30.0
"""How long a new principal is unknown to role assignments, unless the setting `replication_seconds` says otherwise."""
IDENTITY_TYPE = "Microsoft.ManagedIdentity/userAssignedIdentities"


def register(world: World, owner: str) -> Document:
    """A new service principal {principalId, clientId, created, owner} for the resource of that id."""
    made: Document = {
        "principalId": str(uuid.uuid4()),
        "clientId": str(uuid.uuid4()),
        "created": world.store.now(),
        "owner": owner,
    }
    world.store.keep("principal", made["principalId"], made)
    return made


def find(world: World, principal_id: str) -> Document | None:
    """The service principal of that object id. The caller has always been there."""
    if principal_id.lower() == world.who.object_id:
        return {"principalId": world.who.object_id, "clientId": world.who.client_id, "created": 0.0, "owner": ""}
    return world.store.record("principal", principal_id)


def is_replicated(world: World, principal: Document) -> bool:
    """Whether the directory has told everybody of the principal."""
    delay = float(world.store.setting("replication_seconds", REPLICATION_SECONDS))
    return float(principal["created"]) + delay <= world.store.now()


def drop_of(world: World, owner: Resource) -> None:
    """Removes the principals that the resource brought along."""
    for key, principal in world.store.records("principal"):
        if principal["owner"].lower() == owner.key:
            world.store.forget("principal", key)


def settle_identity(world: World, wanted: Resource, existing: Resource | None) -> None:
    """Fills in the `identity` block: principal of the system-assigned one, ids of the user-assigned ones.

    Raises ArmError where a user-assigned identity does not exist.
    """
    asked = wanted.document.get("identity")
    if not asked:
        return
    settled: Document = {"type": asked.get("type", "None")}
    kinds = {kind.strip().lower() for kind in settled["type"].split(",")}
    if "systemassigned" in kinds:
        before = (existing.document.get("identity") or {}) if existing else {}
        settled["principalId"] = before.get("principalId") or register(world, wanted.id)["principalId"]
        settled["tenantId"] = world.who.tenant_id
    if "userassigned" in kinds:
        settled["userAssignedIdentities"] = {
            identity: assigned(world, identity)
            for identity, value in (asked.get("userAssignedIdentities") or {}).items()
            if value is not None
        }
    wanted.document["identity"] = settled


def assigned(world: World, identity: str) -> Document:
    """{clientId, principalId} of a user-assigned identity. Raises ArmError where it does not exist."""
    found = world.store.resource(identity)
    if not found or found.type.lower() != IDENTITY_TYPE.lower():
        text = f"The user-assigned identity '{identity}' was not found."
        raise bad_request("FailedIdentityOperation", text)
    return {name: found.properties[name] for name in ("clientId", "principalId")}
