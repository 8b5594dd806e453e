"""Secrets of a vault as both doors see them: Resource Manager, which never shows a value, and the vault itself."""

import uuid

from sandbox.arm import deleted
from sandbox.arm.deleted import Deleted
from sandbox.arm.errors import ArmError, bad_request
from sandbox.arm.model import Call, World
from sandbox.arm.store import Document, Resource, Store

VAULT_TYPE = "Microsoft.KeyVault/vaults"
SECRET_TYPE = f"{VAULT_TYPE}/secrets"


def complete(call: Call, wanted: Resource, existing: Resource | None) -> None:
    """A secret put through Resource Manager: a changed value makes a new version."""
    properties = wanted.properties
    value = properties.get("value")
    if value is None and not existing:
        raise bad_request("BadRequest", "The property 'value' of the secret is required.", target="properties.value")
    if not existing and deleted_named(call.world, vault_of(call.store, wanted), wanted.name):
        raise name_is_held(wanted.name)
    vault = vault_of(call.store, wanted)
    wanted.document["location"] = vault.document["location"]
    attributes = properties.get("attributes") or {}
    store_value(call.world, wanted, value, attributes)


def store_value(world: World, secret: Resource, value: str | None, attributes: Document) -> None:
    """Sets a secret's value, dates and URIs. A value of None keeps the one that is there."""
    vault, now = vault_of(world.store, secret), int(world.store.now())
    if value is not None and value != secret.hidden.get("value"):
        secret.hidden |= {"value": value, "version": uuid.uuid4().hex, "created": now}
        secret.hidden.setdefault("versions", {})[secret.hidden["version"]] = value
    uri = f"{vault.properties['vaultUri']}secrets/{secret.name}"
    secret.properties.update(
        {
            "attributes": {"enabled": True, **attributes, "created": secret.hidden["created"], "updated": now},
            "secretUri": uri,
            "secretUriWithVersion": f"{uri}/{secret.hidden['version']}",
        }
    )


def name_is_held(name: str) -> ArmError:
    """The refusal of a name that a deleted secret still holds."""
    return ArmError(
        409,
        "Conflict",
        f"Secret {name} is currently in a deleted but recoverable state, and its name cannot be reused; "
        "in this state, the secret can only be recovered or purged.",
        inner={"code": "ObjectIsDeletedButRecoverable"},
    )


def vault_named(store: Store, name: str) -> Resource | None:
    """The vault of that name, which is unique in the world."""
    return next((each for each in store.of_type(VAULT_TYPE) if each.name.lower() == name.lower()), None)


def vault_of(store: Store, secret: Resource) -> Resource:
    """The vault a secret stands in."""
    vault = store.resource(secret.id.rsplit("/", 2)[0])
    if not vault:
        raise LookupError(secret.id)
    return vault


def deleted_named(world: World, vault: Resource, name: str) -> Deleted | None:
    """The deleted secret of that name in the vault."""
    return deleted.find(world, SECRET_TYPE, f"{vault.id}/secrets/{name}")


def why_unreadable(store: Store, secret: Resource) -> str | None:
    """Why the secret's value may not be read now; None where it may."""
    attributes = secret.properties["attributes"]
    if not attributes["enabled"]:
        return f"Operation get is not allowed on a disabled secret: {secret.name}"
    if attributes.get("nbf", 0) > store.now():
        return f"Operation get is not allowed on a secret that is not yet valid: {secret.name}"
    return None
