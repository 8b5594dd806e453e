"""Microsoft.KeyVault: vaults with their global names and soft deletion, and secrets through Resource Manager."""

import re
from ipaddress import IPv4Network

from sandbox.arm import deleted, network_rules, private_links, vault_secrets
from sandbox.arm.deleted import Deleted
from sandbox.arm.errors import ArmError, bad_request, conflict
from sandbox.arm.ids import normal_location
from sandbox.arm.model import Answer, Call, Provider, ResourceType, Route, Wire, World
from sandbox.arm.network_rules import VAULTS
from sandbox.arm.store import Document, Resource
from sandbox.arm.vault_secrets import SECRET_TYPE, VAULT_TYPE

_VERSIONS = frozenset(
    {
        "2019-09-01", "2021-10-01", "2022-07-01", "2023-02-01", "2023-07-01", "2024-11-01", "2024-12-01-preview",
        "2025-05-01", "2026-02-01", "2026-05-15",
    }
)  # fmt: skip
_NAME = re.compile(r"(?!.*--)[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]")
_RETENTION_DAYS = range(7, 91)
_ONE_WAY = {
    "enablePurgeProtection": "Enabling the purge protection for a vault is an irreversible action.",
    "enableSoftDelete": "Enabling the 'soft delete' functionality is an irreversible action.",
}


def _complete(call: Call, wanted: Resource, existing: Resource | None) -> None:
    if not existing:
        _take_name(call, wanted)
    properties, before = wanted.properties, existing.properties if existing else {}
    _check(call, properties, before)
    if before.get("enablePurgeProtection"):
        properties["enablePurgeProtection"] = True
    properties["softDeleteRetentionInDays"] = properties.get("softDeleteRetentionInDays") or before.get(
        "softDeleteRetentionInDays", 90
    )
    properties["vaultUri"] = f"https://{wanted.name.lower()}.vault.azure.net/"
    if not properties.get("enablePurgeProtection"):
        properties.pop("enablePurgeProtection", None)
    if rules := properties.get("networkAcls"):
        network_rules.check(call, rules, VAULTS)
        ranges = [{"value": str(IPv4Network(each["value"]))} for each in rules.get("ipRules") or []]
        properties["networkAcls"] = {"virtualNetworkRules": [], **rules, "ipRules": ranges}


def _take_name(call: Call, wanted: Resource) -> None:
    """The name must be well formed and free in the world; a deleted vault gives it back only by recovery."""
    name = wanted.name
    if not _NAME.fullmatch(name):
        raise bad_request(
            "VaultNameNotValid",
            f"The vault name '{name}' is invalid. A vault's name must be between 3-24 alphanumeric characters. "
            "The name must begin with a letter, end with a letter or digit, and not contain consecutive hyphens. "
            "Follow this link for more information: https://go.microsoft.com/fwlink/?linkid=2147742",
        )
    recover = str(wanted.properties.get("createMode", "default")).lower() == "recover"
    gone = _deleted_named(call.world, name)
    if gone and not recover:
        raise conflict(
            "ConflictError",
            "A vault with the same name already exists in deleted state. You need to either recover or purge existing "
            "key vault. Follow this link for more information on soft delete: "
            "https://go.microsoft.com/fwlink/?linkid=2149745",
        )
    if vault_secrets.vault_named(call.store, name) or name.lower() in call.store.setting("taken_names", []):
        raise conflict(
            "VaultAlreadyExists",
            f"The vault name '{name}' is already in use. Vault names are globally unique so it is possible that the "
            "name is already taken. If you are sure that the vault name was not taken then it is possible that a vault "
            "with the same name was recently deleted but not purged after being placed in a recoverable state. "
            "Follow this link for more information: https://go.microsoft.com/fwlink/?linkid=2147740",
        )
    if recover:
        same_place = gone and gone.resource.key == wanted.key
        if not gone or not same_place or _place(gone.resource) != _place(wanted):
            raise ArmError(404, "DeletedVaultNotFound", f"The deleted vault '{name}' does not exist in this location.")
        old = deleted.take_back(call.world, gone)
        wanted.document["properties"] = {**old.properties, **call.body["properties"]}


def _check(call: Call, properties: Document, before: Document) -> None:
    sku, days = properties.get("sku") or {}, properties.get("softDeleteRetentionInDays")
    if str(sku.get("family")).upper() != "A" or str(sku.get("name")).lower() not in {"standard", "premium"}:
        raise bad_request("BadRequest", 'The parameter sku is invalid: family "A", name "standard" or "premium".')
    if str(properties.get("tenantId")).lower() != call.world.who.tenant_id:
        raise bad_request(
            "BadRequest", f"The tenant ID '{properties.get('tenantId')}' is not that of the subscription."
        )
    for name, why in _ONE_WAY.items():
        if properties.get(name) is False:
            raise bad_request("BadRequest", f'The property "{name}" cannot be set to false. {why}')
    if days is not None and days not in _RETENTION_DAYS:
        text = 'The parameter "softDeleteRetentionInDays" must be between 7 and 90.'
        raise bad_request("BadRequest", text)
    if before and days not in (None, before["softDeleteRetentionInDays"]):
        text = 'The property "softDeleteRetentionInDays" has been set already and it can\'t be modified.'
        raise bad_request("BadRequest", text)


def _place(vault: Resource) -> str:
    return normal_location(vault.document["location"])


def _deleted_named(world: World, name: str) -> Deleted | None:
    return next((each for each in deleted.every(world, VAULT_TYPE) if each.resource.name.lower() == name.lower()), None)


def _removing(world: World, vault: Resource) -> None:
    deleted.set_aside(world, vault, vault.properties["softDeleteRetentionInDays"])


# Deleted vaults


def _deleted_document(world: World, each: Deleted) -> Document:
    vault = each.resource
    base = f"/subscriptions/{world.who.subscription_id}/providers/Microsoft.KeyVault"
    return {
        "id": f"{base}/locations/{_place(vault)}/deletedVaults/{vault.name}",
        "name": vault.name,
        "type": "Microsoft.KeyVault/deletedVaults",
        "properties": {
            "vaultId": vault.id,
            "location": _place(vault),
            "tags": vault.document.get("tags", {}),
            "deletionDate": each.deletion_date,
            "scheduledPurgeDate": each.purge_date,
            "purgeProtectionEnabled": bool(vault.properties.get("enablePurgeProtection")),
        },
    }


def _list_deleted(call: Call) -> Answer:
    found = deleted.every(call.world, VAULT_TYPE)
    return Answer(200, {"value": [_deleted_document(call.world, each) for each in found]})


def _find_deleted(call: Call) -> Deleted:
    name = call.match["name"]
    found = _deleted_named(call.world, name)
    if not found or _place(found.resource) != normal_location(call.match["location"]):
        raise ArmError(404, "DeletedVaultNotFound", f"The specified deleted vault '{name}' does not exist.")
    return found


def _get_deleted(call: Call) -> Answer:
    return Answer(200, _deleted_document(call.world, _find_deleted(call)))


def _purge(call: Call) -> Answer:
    found = _find_deleted(call)
    if found.resource.properties.get("enablePurgeProtection"):
        text = 'Operation "DeletedVaultPurge" is not allowed because purge protection is enabled for this vault.'
        raise ArmError(400, "MethodNotAllowed", text)
    deleted.purge(call.world, found)
    return Answer(200)


def _check_name(call: Call) -> Answer:
    name = str(call.body.get("name", ""))
    taken = vault_secrets.vault_named(call.store, name) or _deleted_named(call.world, name)
    if not _NAME.fullmatch(name):
        return Answer(200, {"nameAvailable": False, "reason": "AccountNameInvalid", "message": "The name is invalid."})
    if taken or name.lower() in call.store.setting("taken_names", []):
        text = f"The vault name '{name}' is already in use."
        return Answer(200, {"nameAvailable": False, "reason": "AlreadyExists", "message": text})
    return Answer(200, {"nameAvailable": True})


def _secret_stays(call: Call, secret: Resource) -> None:
    del call
    text = f"The secret '{secret.name}' can be deleted through its vault only, not through Resource Manager."
    raise ArmError(405, "MethodNotAllowed", text)


_IN = "/subscriptions/{subscription}/providers/Microsoft.KeyVault"
_DELETED = _IN + "/locations/{location}/deletedVaults/{name}"
PROVIDER = Provider(
    namespace="Microsoft.KeyVault",
    types=(
        ResourceType(
            name=VAULT_TYPE,
            versions=_VERSIONS,
            create=Wire(201, "state"),
            states=("RegisteringDns", "Succeeded"),
            patchable=("tags", "properties"),
            defaults={
                "properties": {
                    "accessPolicies": [],
                    "enabledForDeployment": False,
                    "enableSoftDelete": True,
                    "enableRbacAuthorization": False,
                    "publicNetworkAccess": "Enabled",
                }
            },
            write_only=("properties.createMode",),
            has_system_data=True,
            complete=_complete,
            removing=_removing,
            view=private_links.view,
        ),
        ResourceType(
            name=SECRET_TYPE,
            versions=_VERSIONS,
            name_rule=re.compile(r"[a-zA-Z0-9-]{1,127}"),
            located=False,
            has_state=False,
            patchable=("tags", "properties"),
            write_only=("properties.value",),
            complete=vault_secrets.complete,
            removable=_secret_stays,
        ),
    ),
    routes=tuple(
        Route(method, template, handler, _VERSIONS)
        for method, template, handler in (
            ("GET", _IN + "/deletedVaults", _list_deleted),
            ("GET", _DELETED, _get_deleted),
            ("POST", _DELETED + "/purge", _purge),
            ("POST", _IN + "/checkNameAvailability", _check_name),
        )
    ),
)
