"""Microsoft.ContainerRegistry: registries and their administrator's passwords. They hold no images."""

import re
import secrets

from sandbox.arm import principals, private_links, registries
from sandbox.arm.errors import bad_request, conflict
from sandbox.arm.ids import normal_location
from sandbox.arm.model import Answer, Call, Provider, ResourceType, Route, Wire
from sandbox.arm.operations import timestamp
from sandbox.arm.registries import REGISTRY_TYPE
from sandbox.arm.store import Document, Resource

_VERSIONS = frozenset(
    {"2023-01-01-preview", "2023-07-01", "2023-11-01-preview", "2024-11-01-preview", "2025-04-01", "2025-11-01"}
)
_NAME = re.compile(r"[a-zA-Z0-9]{5,50}")
_SKUS = ("Basic", "Standard", "Premium")
_DEFAULTS: Document = {
    "properties": {
        "adminUserEnabled": False,
        "anonymousPullEnabled": False,
        "dataEndpointEnabled": False,
        "networkRuleBypassOptions": "AzureServices",
        "publicNetworkAccess": "Enabled",
        "zoneRedundancy": "Disabled",
    }
}


def _complete(call: Call, wanted: Resource, existing: Resource | None) -> None:
    properties, sku = wanted.properties, (wanted.document.get("sku") or {}).get("name")
    if sku not in _SKUS:
        raise bad_request("InvalidSku", f"The SKU '{sku}' is none of {', '.join(_SKUS)}.", target="sku.name")
    if not existing and _taken(call, wanted.name):
        raise conflict("AlreadyInUse", f"The registry DNS name {wanted.name.lower()}.azurecr.io is already in use.")
    for name, off, least in (
        ("publicNetworkAccess", "Enabled", "Premium"),
        ("networkRuleSet", None, "Premium"),
        ("dataEndpointEnabled", False, "Premium"),
        ("zoneRedundancy", "Disabled", "Premium"),
        ("anonymousPullEnabled", False, "Standard"),
    ):
        given = properties.get(name)
        if given not in (None, off) and _SKUS.index(sku) < _SKUS.index(least):
            text = f"The property '{name}' of a registry needs the SKU {least}, not {sku}."
            raise bad_request("FeatureNotSupportedInSku", text, target=f"properties.{name}")
    principals.settle_identity(call.world, wanted, existing)
    for name in ("password", "password2"):
        wanted.hidden.setdefault(name, secrets.token_urlsafe(32))
    wanted.document["sku"] = {"name": sku, "tier": sku}
    properties.pop("privateEndpointConnections", None)
    properties |= {
        "loginServer": f"{wanted.name.lower()}.azurecr.io",
        "creationDate": wanted.hidden.setdefault("created", timestamp(call.store.now())),
        "dataEndpointHostNames": _data_hosts(wanted) if properties["dataEndpointEnabled"] else [],
    }


def _data_hosts(registry: Resource) -> list[str]:
    return [f"{registry.name.lower()}.{normal_location(registry.document['location'])}.data.azurecr.io"]


def _taken(call: Call, name: str) -> bool:
    taken = call.store.setting("taken_names", [])
    return bool(registries.at(call.store, f"{name}.azurecr.io")) or name.lower() in taken


def _check_name(call: Call) -> Answer:
    name = str(call.body.get("name"))
    free = bool(_NAME.fullmatch(name)) and not _taken(call, name)
    told = {} if free else {"reason": "AlreadyExists", "message": f"The registry {name} is invalid or already in use."}
    return Answer(200, {"nameAvailable": free, **told})


def _list_credentials(call: Call, registry: Resource) -> Answer:
    del call
    if not registry.properties["adminUserEnabled"]:
        text = f"Unable to retrieve credentials for registry {registry.name}: run with the administrator user enabled."
        raise bad_request("UnAuthorizedForCredentialOperations", text)
    passwords = [{"name": name, "value": registry.hidden[name]} for name in ("password", "password2")]
    return Answer(200, {"username": registry.name, "passwords": passwords})


def _regenerate(call: Call, registry: Resource) -> Answer:
    name = str(call.body.get("name"))
    if name not in {"password", "password2"}:
        raise bad_request("InvalidRequestContent", "The name must be password or password2.", target="name")
    registry.hidden[name] = secrets.token_urlsafe(32)
    call.store.save(registry)
    return _list_credentials(call, registry)


PROVIDER = Provider(
    namespace="Microsoft.ContainerRegistry",
    types=(
        ResourceType(
            name=REGISTRY_TYPE,
            versions=_VERSIONS,
            name_rule=_NAME,
            create=Wire(201, "async"),
            update=Wire(201, "async"),
            delete=Wire(202, "location"),
            patchable=("tags", "sku", "identity", "properties"),
            defaults=_DEFAULTS,
            has_system_data=True,
            complete=_complete,
            view=private_links.view,
            actions={"listcredentials": _list_credentials, "regeneratecredential": _regenerate},
        ),
    ),
    routes=(
        Route(
            "POST",
            "/subscriptions/{subscription}/providers/Microsoft.ContainerRegistry/checkNameAvailability",
            _check_name,
            _VERSIONS,
        ),
    ),
)
