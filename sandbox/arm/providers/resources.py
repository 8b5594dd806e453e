"""Microsoft.Resources: resource groups, and what Resource Manager itself answers about tenants and subscriptions."""

import re

from sandbox.arm import errors
from sandbox.arm.errors import ArmError
from sandbox.arm.ids import GROUP_TYPE
from sandbox.arm.model import Answer, Call, Provider, ResourceType, Route, Wire
from sandbox.arm.store import Document, Resource

_VERSIONS = frozenset(
    {
        "2016-06-01", "2018-05-01", "2019-05-01", "2019-06-01", "2019-07-01", "2019-08-01", "2019-10-01", "2019-11-01",
        "2020-01-01", "2020-06-01", "2020-10-01", "2021-01-01", "2021-04-01", "2022-09-01", "2022-12-01", "2023-07-01",
        "2024-03-01", "2024-07-01", "2024-11-01", "2025-03-01", "2025-04-01",
    }
)  # fmt: skip
REGIONS = {
    "eastus": "East US", "eastus2": "East US 2", "westus2": "West US 2", "westus3": "West US 3",
    "centralus": "Central US", "northeurope": "North Europe", "westeurope": "West Europe", "uksouth": "UK South",
    "swedencentral": "Sweden Central", "germanywestcentral": "Germany West Central",
    "francecentral": "France Central", "switzerlandnorth": "Switzerland North",
    "centralindia": "Central India", "southeastasia": "Southeast Asia", "japaneast": "Japan East",
    "australiaeast": "Australia East", "brazilsouth": "Brazil South", "canadacentral": "Canada Central",
}  # fmt: skip


_TYPE_FILTER = re.compile(r"resourceType eq '([^']+)'", re.IGNORECASE)


def _subscription(call: Call) -> Document:
    who = call.world.who
    return {
        "id": f"/subscriptions/{who.subscription_id}",
        "subscriptionId": who.subscription_id,
        "tenantId": who.tenant_id,
        "displayName": "Speech sandbox",
        "state": call.store.setting("subscription_state", "Enabled"),
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "Sandbox",
            "spendingLimit": "Off",
        },
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
    }


def _subscriptions(call: Call) -> Answer:
    return Answer(200, {"value": [_subscription(call)], "count": {"type": "Total", "value": 1}})


def _one_subscription(call: Call) -> Answer:
    _check_subscription(call)
    return Answer(200, _subscription(call))


def _tenants(call: Call) -> Answer:
    tenant = call.world.who.tenant_id
    return Answer(200, {"value": [{"id": f"/tenants/{tenant}", "tenantId": tenant, "displayName": "Speech sandbox"}]})


def _locations(call: Call) -> Answer:
    _check_subscription(call)
    base = f"/subscriptions/{call.world.who.subscription_id}/locations"
    listed = [
        {"id": f"{base}/{name}", "name": name, "type": "Region", "displayName": shown, "regionalDisplayName": shown}
        for name, shown in REGIONS.items()
    ]
    return Answer(200, {"value": listed})


def _resources(call: Call) -> Answer:
    """Tracked resources of the subscription, or of one group."""
    _check_subscription(call)
    under = f"/subscriptions/{call.world.who.subscription_id}"
    if "group" in call.match:
        under += f"/resourceGroups/{call.match['group']}"
        if not call.store.resource(under):
            raise errors.group_not_found(call.match["group"])
    chosen = _TYPE_FILTER.search(call.query.get("$filter", ""))
    parts = ("id", "name", "type", "location", "tags", "sku", "kind", "identity")
    listed = [
        {part: each.document[part] for part in parts if part in each.document}
        for each in call.store.below(under)
        if "location" in each.document
        and each.type != GROUP_TYPE.lower()
        and (chosen is None or each.type.lower() == chosen[1].lower())
    ]
    return Answer(200, {"value": listed})


def _providers(call: Call) -> Answer:
    _check_subscription(call)
    return Answer(200, {"value": [_registered(call, namespace) for namespace in _types()]})


def _provider(call: Call) -> Answer:
    """A resource provider, registered unless the setting `provider_states` says otherwise."""
    _check_subscription(call)
    return Answer(200, _registered(call, call.match["namespace"]))


def _register(call: Call) -> Answer:
    states = call.store.setting("provider_states", {})
    kept = {name: state for name, state in states.items() if name.lower() != call.match["namespace"].lower()}
    call.store.keep("setting", "provider_states", kept)
    return _provider(call)


def _registered(call: Call, namespace: str) -> Document:
    states = {name.lower(): state for name, state in call.store.setting("provider_states", {}).items()}
    absent = call.store.setting("not_offered", {})
    kinds = next((found for name, found in _types().items() if name.lower() == namespace.lower()), ())
    return {
        "id": f"/subscriptions/{call.world.who.subscription_id}/providers/{namespace}",
        "namespace": namespace,
        "registrationState": states.get(namespace.lower(), "Registered"),
        "registrationPolicy": "RegistrationRequired",
        "resourceTypes": [
            {
                "resourceType": kind,
                "locations": [
                    shown for name, shown in REGIONS.items() if f"{namespace}/{kind}" not in absent.get(name, [])
                ],
            }
            for kind in kinds
        ],
    }


def _types() -> dict[str, list[str]]:
    """Types by namespace, of every provider of the double."""
    from sandbox.arm.providers import PROVIDERS  # noqa: PLC0415 - they are not all read yet when this module is

    found: dict[str, list[str]] = {}
    for provider in PROVIDERS:
        found.setdefault(provider.namespace, []).extend(kind.name.partition("/")[2] for kind in provider.types)
    return found


def _check_subscription(call: Call) -> None:
    asked = call.match.get("subscription", "")
    if asked.lower() != call.world.who.subscription_id:
        raise errors.subscription_not_found(asked)


def _being_deleted(resource: Resource, operation: Document) -> ArmError | None:
    if operation["resource"] != resource.id:
        return None
    text = f"The resource group '{resource.name}' is in deprovisioning state and cannot perform this operation."
    return errors.conflict("ResourceGroupBeingDeleted", text)


RESOURCE_GROUP = ResourceType(
    name=GROUP_TYPE,
    versions=_VERSIONS,
    name_rule=re.compile(r"[\w\-.()]{0,89}[\w\-()]"),
    delete=Wire(202, "location"),
    busy=_being_deleted,
)
_IN = "/subscriptions/{subscription}"
PROVIDER = Provider(
    namespace="Microsoft.Resources",
    types=(RESOURCE_GROUP,),
    routes=tuple(
        Route(method, template, handler, _VERSIONS)
        for method, template, handler in (
            ("GET", "/subscriptions", _subscriptions),
            ("GET", _IN, _one_subscription),
            ("GET", "/tenants", _tenants),
            ("GET", f"{_IN}/locations", _locations),
            ("GET", f"{_IN}/resources", _resources),
            ("GET", _IN + "/resourceGroups/{group}/resources", _resources),
            ("GET", f"{_IN}/providers", _providers),
            ("GET", _IN + "/providers/{namespace}", _provider),
            ("POST", _IN + "/providers/{namespace}/register", _register),
        )
    ),
)
