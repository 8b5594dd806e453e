"""Microsoft.Storage: accounts, their keys, and the file shares in them."""

import base64
import re
import secrets

from sandbox.arm import network_rules, principals, private_links, shares
from sandbox.arm.errors import bad_request, conflict
from sandbox.arm.ids import normal_location
from sandbox.arm.model import Answer, Call, Provider, ResourceType, Route, Wire, World
from sandbox.arm.network_rules import STORAGE
from sandbox.arm.operations import timestamp
from sandbox.arm.shares import ACCOUNT_TYPE, FILES_TYPE, SHARE_TYPE
from sandbox.arm.store import Document, Resource

_VERSIONS = frozenset(
    {
        "2021-09-01",
        "2022-09-01",
        "2023-01-01",
        "2023-04-01",
        "2023-05-01",
        "2024-01-01",
        "2025-01-01",
        "2025-06-01",
        "2026-09-01",
    }
)
_NAME = re.compile(r"[a-z0-9]{3,24}")
_STANDARD = ("Standard_LRS", "Standard_ZRS", "Standard_GRS", "Standard_RAGRS", "Standard_GZRS", "Standard_RAGZRS")
_PREMIUM = ("Premium_LRS", "Premium_ZRS")
_SKUS = {
    "StorageV2": (*_STANDARD, "Premium_LRS"),
    "Storage": _STANDARD,
    "BlobStorage": _STANDARD,
    "BlockBlobStorage": _PREMIUM,
    "FileStorage": (*_PREMIUM, "PremiumV2_LRS", "PremiumV2_ZRS", "StandardV2_LRS", "StandardV2_ZRS"),
}
"""Kinds, with the SKUs that each may have (learn.microsoft.com, Storage account overview)."""
_SHARE_GIB = range(1, 102_401)
_DEFAULTS: Document = {
    "properties": {
        "supportsHttpsTrafficOnly": True,
        "minimumTlsVersion": "TLS1_2",
        "allowSharedKeyAccess": True,
        "allowBlobPublicAccess": False,
        "networkAcls": {"bypass": "AzureServices", "defaultAction": "Allow", "ipRules": [], "virtualNetworkRules": []},
        "encryption": {"keySource": "Microsoft.Storage"},
    }
}


def _complete(call: Call, wanted: Resource, existing: Resource | None) -> None:
    kind, sku = wanted.document.get("kind"), (wanted.document.get("sku") or {}).get("name")
    if kind not in _SKUS or sku not in _SKUS[kind]:
        text = f"The account kind '{kind}' with the SKU '{sku}' is not supported."
        raise bad_request("InvalidRequestPropertyValue", text, target="sku.name" if kind in _SKUS else "kind")
    if existing and existing.properties.get("isHnsEnabled") != wanted.properties.get("isHnsEnabled"):
        text = "The property 'isHnsEnabled' was specified in the input, but it cannot be updated."
        raise conflict("AccountPropertyCannotBeUpdated", text)
    if not existing and _taken(call.world, wanted.name):
        raise conflict("StorageAccountAlreadyTaken", f"The storage account named {wanted.name} is already taken.")
    network_rules.check(call, wanted.properties["networkAcls"], STORAGE)
    principals.settle_identity(call.world, wanted, existing)
    now = timestamp(call.store.now())
    hidden = wanted.hidden
    hidden.setdefault("created", now)
    for name in ("key1", "key2"):
        hidden.setdefault(name, {"value": _new_key(), "created": now})
    tier = sku.partition("_")[0].removesuffix("V2")
    wanted.document["sku"] = {**wanted.document["sku"], "tier": tier}
    services = ("file",) if kind == "FileStorage" else ("blob", "dfs", "file", "queue", "table", "web")
    properties = wanted.properties
    properties.pop("privateEndpointConnections", None)
    properties |= {
        "creationTime": hidden["created"],
        "keyCreationTime": {name: hidden[name]["created"] for name in ("key1", "key2")},
        "primaryEndpoints": {
            each: f"https://{wanted.name}{'.z6' if each == 'web' else ''}.{each}.core.windows.net/" for each in services
        },
        "primaryLocation": normal_location(wanted.document["location"]),
        "statusOfPrimary": "available",
    }


def _saved(world: World, account: Resource) -> None:
    """Every account has its one file service."""
    place = f"{account.id}/fileServices/default"
    if not world.store.resource(place):
        properties = {"shareDeleteRetentionPolicy": {"enabled": False}}
        document = {"id": place, "name": "default", "type": FILES_TYPE, "properties": properties}
        world.store.save(Resource(id=place, type=FILES_TYPE, document=document))


def _taken(world: World, name: str) -> bool:
    return bool(shares.account_named(world.store, name)) or name in world.store.setting("taken_names", [])


def _check_name(call: Call) -> Answer:
    name = str(call.body.get("name"))
    if not _NAME.fullmatch(name):
        text = f"{name} is not a valid storage account name: 3 to 24 lower-case letters and digits."
        return Answer(200, {"nameAvailable": False, "reason": "AccountNameInvalid", "message": text})
    if _taken(call.world, name):
        text = f"The storage account named {name} is already taken."
        return Answer(200, {"nameAvailable": False, "reason": "AlreadyExists", "message": text})
    return Answer(200, {"nameAvailable": True})


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(64)).decode()


def _list_keys(call: Call, account: Resource) -> Answer:
    """Also where the account takes no keys: they are listed, and open nothing."""
    del call
    keys = [
        {
            "keyName": name,
            "value": account.hidden[name]["value"],
            "permissions": "FULL",
            "creationTime": account.hidden[name]["created"],
        }
        for name in ("key1", "key2")
    ]
    return Answer(200, {"keys": keys})


def _regenerate_key(call: Call, account: Resource) -> Answer:
    name = call.body.get("keyName")
    if name not in {"key1", "key2"}:
        raise bad_request("InvalidValuesForRequestParameters", "Values for request parameters are invalid: keyName.")
    account.hidden[name] = {"value": _new_key(), "created": timestamp(call.store.now())}
    account.properties["keyCreationTime"][name] = account.hidden[name]["created"]
    call.store.save(account)
    return _list_keys(call, account)


def _complete_share(call: Call, wanted: Resource, existing: Resource | None) -> None:
    properties = wanted.properties
    account = call.store.resource(wanted.id.split("/fileServices/", maxsplit=1)[0])
    if not account:
        raise LookupError(wanted.id)
    premium = account.document["kind"] == "FileStorage"
    if properties["shareQuota"] not in _SHARE_GIB:
        text = f"The share quota is {_SHARE_GIB[0]} to {_SHARE_GIB[-1]} GiB, not {properties['shareQuota']}."
        raise bad_request("InvalidHeaderValue", text, target="properties.shareQuota")
    if properties["enabledProtocols"] == "NFS" and not premium:
        raise bad_request("FeatureNotSupportedForAccount", "NFS shares need a premium file storage account.")
    if existing and existing.properties["enabledProtocols"] != properties["enabledProtocols"]:
        text = "The protocols of a share can only be specified at its creation."
        raise bad_request("InvalidRequestPropertyValue", text, target="properties.enabledProtocols")
    properties.setdefault("accessTier", "Premium" if premium else "TransactionOptimized")
    properties |= {
        "lastModifiedTime": timestamp(call.store.now()),
        "leaseState": "available",
        "leaseStatus": "unlocked",
    }


PROVIDER = Provider(
    namespace="Microsoft.Storage",
    types=(
        ResourceType(
            name=ACCOUNT_TYPE,
            versions=_VERSIONS,
            name_rule=_NAME,
            create=Wire(202, "location"),
            update=Wire(200),
            patchable=("tags", "sku", "identity", "properties"),
            defaults=_DEFAULTS,
            complete=_complete,
            saved=_saved,
            view=private_links.view,
            actions={"listkeys": _list_keys, "regeneratekey": _regenerate_key},
        ),
        ResourceType(name=FILES_TYPE, versions=_VERSIONS, located=False, has_state=False),
        ResourceType(
            name=SHARE_TYPE,
            versions=_VERSIONS,
            name_rule=re.compile(r"(?=.{3,63}$)[a-z0-9](?:-?[a-z0-9])*"),
            located=False,
            has_state=False,
            patchable=("properties",),
            defaults={"properties": {"shareQuota": 5120, "enabledProtocols": "SMB"}},
            etag="etag",
            complete=_complete_share,
        ),
    ),
    routes=(
        Route(
            "POST",
            "/subscriptions/{subscription}/providers/Microsoft.Storage/checkNameAvailability",
            _check_name,
            _VERSIONS,
        ),
    ),
)
