"""Microsoft.OperationalInsights: Log Analytics workspaces, their keys and their soft deletion."""

import base64
import re
import secrets
import uuid

from sandbox.arm import deleted, principals
from sandbox.arm.errors import bad_request
from sandbox.arm.ids import normal_location
from sandbox.arm.model import Answer, Call, Provider, ResourceType, Route, Wire, World
from sandbox.arm.operations import timestamp
from sandbox.arm.store import Document, Resource

WORKSPACE_TYPE = "Microsoft.OperationalInsights/workspaces"
_VERSIONS = frozenset({"2020-08-01", "2021-06-01", "2021-12-01-preview", "2022-10-01", "2023-09-01", "2025-02-01"})
_SKUS = ("PerGB2018", "CapacityReservation", "PerNode", "Standalone", "LACluster", "Standard", "Premium", "Free")
_RETENTION_DAYS = range(30, 731)
_SOFT_DELETE_DAYS = 14.0
_DEFAULTS: Document = {
    "properties": {
        "sku": {"name": "PerGB2018"},
        "retentionInDays": 30,
        "features": {"legacy": 0, "searchVersion": 1, "enableLogAccessUsingOnlyResourcePermissions": True},
        "workspaceCapping": {"dailyQuotaGb": -1.0, "dataIngestionStatus": "RespectQuota"},
        "publicNetworkAccessForIngestion": "Enabled",
        "publicNetworkAccessForQuery": "Enabled",
    }
}


def _complete(call: Call, wanted: Resource, existing: Resource | None) -> None:
    properties, now = wanted.properties, timestamp(call.store.now())
    names = {name.lower(): name for name in _SKUS}
    sku = names.get(str(properties["sku"].get("name")).lower())
    if not sku:
        text = f"The SKU '{properties['sku'].get('name')}' of the workspace is not one of {', '.join(_SKUS)}."
        raise bad_request("InvalidParameter", text, target="properties.sku.name")
    if properties["retentionInDays"] not in _RETENTION_DAYS:
        text = (
            f"'RetentionInDays' property doesn't match the SKU limits: {_RETENTION_DAYS[0]} to {_RETENTION_DAYS[-1]}."
        )
        raise bad_request("InvalidParameter", text, target="properties.retentionInDays")
    gone = None if existing else deleted.find(call.world, WORKSPACE_TYPE, wanted.id)
    if gone and normal_location(gone.resource.document["location"]) == normal_location(wanted.document["location"]):
        wanted.hidden = deleted.take_back(call.world, gone).hidden
    elif gone:
        text = f"The workspace '{wanted.name}' was deleted in another location; recover or purge it there first."
        raise bad_request("WorkspaceInSoftDelete", text)
    principals.settle_identity(call.world, wanted, existing)
    hidden = wanted.hidden
    hidden.setdefault("customerId", str(uuid.uuid4()))
    hidden.setdefault("createdDate", now)
    for name in ("primarySharedKey", "secondarySharedKey"):
        hidden.setdefault(name, base64.b64encode(secrets.token_bytes(64)).decode())
    properties["sku"] = {**properties["sku"], "name": sku}
    properties |= {"customerId": hidden["customerId"], "createdDate": hidden["createdDate"], "modifiedDate": now}


def _shared_keys(call: Call, workspace: Resource) -> Answer:
    del call
    return Answer(200, {name: workspace.hidden[name] for name in ("primarySharedKey", "secondarySharedKey")})


def _removable(call: Call, workspace: Resource) -> None:
    workspace.hidden["forced"] = call.query.get("force", "").lower() == "true"


def _removing(world: World, workspace: Resource) -> None:
    if not workspace.hidden.pop("forced", False):
        deleted.set_aside(world, workspace, _SOFT_DELETE_DAYS)


def _list_deleted(call: Call) -> Answer:
    return Answer(200, {"value": [each.resource.document for each in deleted.every(call.world, WORKSPACE_TYPE)]})


PROVIDER = Provider(
    namespace="Microsoft.OperationalInsights",
    types=(
        ResourceType(
            name=WORKSPACE_TYPE,
            versions=_VERSIONS,
            name_rule=re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]"),
            create=Wire(201, "async"),
            update=Wire(200, "async"),
            delete=Wire(202, "both"),
            patchable=("tags", "properties", "identity"),
            defaults=_DEFAULTS,
            etag="etag",
            has_system_data=True,
            complete=_complete,
            removable=_removable,
            removing=_removing,
            actions={"sharedkeys": _shared_keys},
        ),
    ),
    routes=(
        Route(
            "GET",
            "/subscriptions/{subscription}/providers/Microsoft.OperationalInsights/deletedWorkspaces",
            _list_deleted,
            _VERSIONS,
        ),
    ),
)
