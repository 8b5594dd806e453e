"""Microsoft.CognitiveServices: account and commitment plan types, deleted accounts, and the provider's questions."""

import re

from sandbox.arm import deleted, errors, private_links
from sandbox.arm.deleted import Deleted
from sandbox.arm.ids import normal_location
from sandbox.arm.model import Answer, Call, Provider, ResourceType, Route, Wire, World
from sandbox.arm.providers import accounts, commitments
from sandbox.arm.providers.accounts import ACCOUNT_TYPE, SKUS
from sandbox.arm.providers.resources import REGIONS
from sandbox.arm.store import Document, Resource

VERSIONS = frozenset(
    {
        "2021-04-30", "2021-10-01", "2022-03-01", "2022-10-01", "2022-12-01", "2023-05-01", "2024-04-01-preview",
        "2024-06-01-preview", "2024-10-01", "2025-04-01-preview", "2025-06-01", "2025-07-01-preview", "2025-09-01",
        "2026-01-15-preview", "2026-03-01", "2026-03-15-preview", "2026-05-01", "2026-05-15-preview",
    }
)  # fmt: skip
SOFT_DELETE_DAYS = 2.0


def _removing(world: World, account: Resource) -> None:
    deleted.set_aside(world, account, SOFT_DELETE_DAYS)


# Deleted accounts


def _deleted_document(world: World, each: Deleted) -> Document:
    location, group = normal_location(each.resource.document["location"]), each.resource.id.split("/")[4]
    return {
        **each.resource.document,
        "id": f"/subscriptions/{world.who.subscription_id}/providers/Microsoft.CognitiveServices/locations/{location}"
        f"/resourceGroups/{group}/deletedAccounts/{each.resource.name}",
        "type": "Microsoft.CognitiveServices/locations/resourceGroups/deletedAccounts",
        "properties": {
            **each.resource.properties,
            "deletionDate": each.deletion_date,
            "scheduledPurgeDate": each.purge_date,
        },
    }


def _find_deleted(call: Call) -> Deleted | None:
    wanted = {name: call.match[name].lower() for name in ("location", "group", "name")}
    for each in deleted.every(call.world, ACCOUNT_TYPE):
        location, group = normal_location(each.resource.document["location"]), each.resource.key.split("/")[4]
        if {"location": location, "group": group, "name": each.resource.name.lower()} == wanted:
            return each
    return None


def _get_deleted(call: Call) -> Answer:
    found = _find_deleted(call)
    if not found:
        raise errors.resource_not_found("Microsoft.CognitiveServices/deletedAccounts", call.match["name"], None)
    return Answer(200, _deleted_document(call.world, found))


def _list_deleted(call: Call) -> Answer:
    return Answer(
        200, {"value": [_deleted_document(call.world, each) for each in deleted.every(call.world, ACCOUNT_TYPE)]}
    )


def _purge(call: Call) -> Answer:
    found = _find_deleted(call)
    if not found:
        return Answer(204)
    deleted.purge(call.world, found)
    return Answer(200)


# Questions


def _check_domain(call: Call) -> Answer:
    name = str(call.body.get("subdomainName", ""))
    free = accounts.is_subdomain(name) and not accounts.subdomain_taken(call.world, name)
    reason = None if free else f"Sub domain name '{name}' is not valid or already used."
    return Answer(
        200,
        {
            "isSubdomainAvailable": free,
            "reason": reason,
            "subdomainName": name,
            "type": call.body.get("type"),
            "kind": call.body.get("kind"),
        },
    )


def _check_sku_availability(call: Call) -> Answer:
    kind = str(call.body.get("kind"))
    answers = [
        {"kind": kind, "type": call.body.get("type"), "skuName": sku, "skuAvailable": sku in SKUS.get(kind, ())}
        for sku in call.body.get("skus", [])
    ]
    return Answer(200, {"value": answers})


def _skus(call: Call) -> Answer:
    """A row a region, as the service lists them; `not_offered` takes kinds out of a region."""
    absent = call.store.setting("not_offered", {})
    listed = [
        {
            "resourceType": "accounts",
            "name": sku,
            "tier": "Free" if sku == "F0" else "Standard",
            "kind": kind,
            "locations": [region.upper()],
            "restrictions": [],
        }
        for region in REGIONS
        for kind, skus in SKUS.items()
        for sku in skus
        if kind not in absent.get(region, [])
    ]
    return Answer(200, {"value": listed})


def _no_usages(call: Call) -> Answer:
    del call
    return Answer(200, {"value": []})


_IN = "/subscriptions/{subscription}/providers/Microsoft.CognitiveServices"
_DELETED = _IN + "/locations/{location}/resourceGroups/{group}/deletedAccounts/{name}"
_ACCOUNT = "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.CognitiveServices/accounts/{name}"
ACCOUNT = ResourceType(
    name=ACCOUNT_TYPE,
    versions=VERSIONS,
    name_rule=re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{1,63}"),
    create=Wire(201, "state"),
    update=Wire(200, "state"),
    delete=Wire(202, "both"),
    states=("Accepted", "Accepted"),
    patchable=("tags", "sku", "identity", "properties"),
    defaults={"properties": {"publicNetworkAccess": "Enabled", "apiProperties": {}}},
    write_only=("properties.restore",),
    etag="etag",
    has_system_data=True,
    complete=accounts.complete,
    busy=accounts.busy,
    view=private_links.view,
    removing=_removing,
    actions={"listkeys": accounts.list_keys, "regeneratekey": accounts.regenerate_key},
)
PROVIDER = Provider(
    namespace="Microsoft.CognitiveServices",
    types=(ACCOUNT, *commitments.types(VERSIONS)),
    routes=tuple(
        Route(method, template, handler, VERSIONS)
        for method, template, handler in (
            ("GET", _IN + "/deletedAccounts", _list_deleted),
            ("GET", _DELETED, _get_deleted),
            ("DELETE", _DELETED, _purge),
            ("POST", _IN + "/checkDomainAvailability", _check_domain),
            ("POST", _IN + "/locations/{location}/checkSkuAvailability", _check_sku_availability),
            ("GET", _IN + "/skus", _skus),
            ("GET", _ACCOUNT + "/skus", _skus),
            ("GET", _ACCOUNT + "/usages", _no_usages),
            ("GET", _IN + "/locations/{location}/usages", _no_usages),
            ("GET", _IN + "/locations/{location}/commitmentTiers", commitments.tiers),
        )
    ),
)
