"""A PUT's body made into the wanted resource: what was asked for, what cannot change, the service's defaults."""

from copy import deepcopy

from sandbox.arm import errors, operations
from sandbox.arm.ids import GROUP_TYPE, normal_location
from sandbox.arm.model import Call, ResourceType, bury, cut, dig, merged
from sandbox.arm.store import Document, Resource

_SERVICE_OWNED = ("id", "name", "type", "etag", "eTag", "systemData", "properties.provisioningState", "properties.eTag")


def draft(call: Call, kind: ResourceType, body: Document, existing: Resource | None) -> Resource:
    """The wanted resource: what was asked for, what cannot change, and the service's defaults."""
    for path in _SERVICE_OWNED:
        cut(body, path)
    for path in kind.immutable:
        before, after = existing and dig(existing.document, path), dig(body, path)
        if existing and after is None and before is not None:
            bury(body, path, before)
        elif existing and after != before and (after or before):
            text = f"Changing property '{path}' is not allowed."
            raise errors.bad_request("PropertyChangeNotAllowed", text, target=path)
    if kind.located:
        _check_location(call, kind, body, existing)
    resource_id = existing.id if existing else _new_id(call, kind)
    head = {"id": resource_id, "name": resource_id.rsplit("/", 1)[1], "type": kind.shown_as or kind.name}
    return Resource(
        id=resource_id,
        type=kind.name,
        document={**head, **merged(kind.defaults, body)},
        hidden=deepcopy(existing.hidden) if existing else {},
    )


def _new_id(call: Call, kind: ResourceType) -> str:
    """The path with the types' own casing, and with that of what it stands in."""
    path, store = call.path, call.store
    name = path.names[-1]
    if len(path.types) > 1:
        parent = store.resource(path.owner.id)
        return f"{parent.id if parent else path.owner.id}/{kind.name.rsplit('/', 1)[1]}/{name}"
    scope = store.resource(path.scope)
    above = scope.id if scope else path.scope
    if kind.name == GROUP_TYPE:
        return f"{above}/resourceGroups/{name}"
    made = f"{above}/providers/{kind.name}/{name}"
    return made.replace("/resourceGroups/", "/resourcegroups/") if kind.lower_groups else made


def _check_location(call: Call, kind: ResourceType, body: Document, existing: Resource | None) -> None:
    wanted = body.get("location")
    if not wanted:
        text = "The location property is required for this definition."
        raise errors.bad_request("LocationRequired", text)
    if existing and normal_location(existing.document["location"]) != normal_location(wanted):
        code = "InvalidResourceGroupLocation" if kind.name == GROUP_TYPE else "InvalidResourceLocation"
        raise errors.conflict(
            code,
            f"The resource '{call.path.names[-1]}' already exists in location '{existing.document['location']}'. "
            f"A resource with the same name cannot be created in location '{wanted}'. "
            "Please select a new resource name.",
        )
    body["location"] = existing.document["location"] if existing else wanted


def system_data(call: Call, existing: Resource | None) -> Document:
    """Who made the resource and who changed it last."""
    stamp = {
        "By": call.caller["appid"],
        "ByType": "Application",
        "At": operations.timestamp(call.store.now()),
    }
    changed = {f"lastModified{name}": value for name, value in stamp.items()}
    born = {f"created{name}": value for name, value in stamp.items()}
    return {**born, **(existing.document.get("systemData") or {} if existing else {}), **changed}
