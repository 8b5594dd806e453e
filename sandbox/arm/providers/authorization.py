"""Microsoft.Authorization: role assignments at any scope, and the built-in role definitions."""

import re
import uuid

from sandbox.arm import principals, roles
from sandbox.arm.errors import ArmError, bad_request, conflict
from sandbox.arm.model import Answer, Call, Provider, ResourceType, Route
from sandbox.arm.operations import timestamp
from sandbox.arm.roles import ASSIGNMENT_TYPE, BUILT_IN
from sandbox.arm.store import Document, Resource

_VERSIONS = frozenset(
    {"2015-07-01", "2018-01-01-preview", "2018-09-01-preview", "2020-04-01-preview", "2020-10-01-preview", "2022-04-01",
     "2022-05-01-preview"}
)  # fmt: skip
_FIXED = ("principalId", "roleDefinitionId")
_NOTHING: Document = {"actions": [], "notActions": [], "dataActions": [], "notDataActions": []}
_ROLE_NAME = re.compile(r"roleName eq '([^']+)'", re.IGNORECASE)


def _complete(call: Call, wanted: Resource, existing: Resource | None) -> None:
    asked = wanted.properties
    _check_name(wanted.name)
    role = _role(call, asked.get("roleDefinitionId"))
    principal_id = str(asked.get("principalId", ""))
    kind = _principal_type(call, principal_id, asked.get("principalType"))
    if existing and any(str(asked[name]).lower() != existing.properties[name].lower() for name in _FIXED):
        text = "Tenant ID, application ID, principal ID, and scope are not allowed to be updated."
        raise bad_request("RoleAssignmentUpdateNotPermitted", text)
    scope = call.path.scope or "/"
    for other in call.store.of_type(ASSIGNMENT_TYPE):
        same = (other.properties[name].lower() for name in (*_FIXED, "scope"))
        if other.key != wanted.key and tuple(same) == (principal_id.lower(), role.lower(), scope.lower()):
            text = f"The role assignment already exists. The ID of the existing role assignment is {_bare(other.name)}."
            raise conflict("RoleAssignmentExists", text)
    now, author = timestamp(call.store.now()), call.caller["oid"]
    wanted.document["properties"] = {
        "roleDefinitionId": role,
        "principalId": principal_id,
        "principalType": kind,
        "scope": scope,
        "condition": asked.get("condition"),
        "conditionVersion": asked.get("conditionVersion"),
        "description": asked.get("description"),
        "delegatedManagedIdentityResourceId": asked.get("delegatedManagedIdentityResourceId"),
        "createdOn": existing.properties["createdOn"] if existing else now,
        "updatedOn": now,
        "createdBy": existing.properties["createdBy"] if existing else author,
        "updatedBy": author,
    }


def _check_name(name: str) -> None:
    try:
        uuid.UUID(name)
    except ValueError as no_guid:
        text = f"The role assignment ID '{name}' is not valid. The role assignment ID must be a GUID."
        raise bad_request("InvalidRoleAssignmentId", text) from no_guid


def _role(call: Call, definition: object) -> str:
    """The role definition's full id. Raises ArmError for one the double does not know."""
    guid = str(definition).rstrip("/").rsplit("/", 1)[-1].lower()
    if "/" not in str(definition) or guid not in BUILT_IN:
        raise ArmError(
            404, "RoleDefinitionDoesNotExist", f"The specified role definition with ID '{_bare(guid)}' does not exist."
        )
    return _definition_id(call, guid)


def _principal_type(call: Call, principal_id: str, asked: str | None) -> str:
    """The principal's type. A given one bridges the replication delay; a wrong one is refused once it is known."""
    known = principals.find(call.world, principal_id)
    if known and principals.is_replicated(call.world, known):
        if asked not in (None, "ServicePrincipal"):
            raise bad_request(
                "UnmatchedPrincipalType",
                f"The PrincipalId '{_bare(principal_id)}' has type 'ServicePrincipal', "
                f"which is different from specified PrincipalType '{asked}'.",
            )
        return "ServicePrincipal"
    listed = call.store.setting("directory", {}).get(principal_id.lower())
    if asked == "ServicePrincipal" or (listed and asked in (None, listed)):
        return str(asked or listed)
    raise bad_request(
        "PrincipalNotFound",
        f"Principal {_bare(principal_id)} does not exist in the directory {call.world.who.tenant_id}. Check that you "
        "have the correct principal ID. If you are creating this principal and then immediately assigning a role, this "
        "error might be related to a replication delay. In this case, set the role assignment principalType property "
        "to a value, such as ServicePrincipal, User, or Group. See https://aka.ms/docs-principaltype",
    )


def _bare(guid: str) -> str:
    return guid.replace("-", "").lower()


def _list_assignments(call: Call) -> list[Resource]:
    """Assignments above, at and below the scope; `atScope()` leaves out those below."""
    chosen = call.query.get("$filter", "")
    found = roles.covering(call.store, call.path.scope)
    if "atScope()" not in chosen:
        found += [each for each in call.store.of_type(ASSIGNMENT_TYPE, call.path.scope) if each not in found]
    principal = re.search(r"(?:principalId eq|assignedTo\()\s*'([^']+)'", chosen, re.IGNORECASE)
    if principal and principal[1].lower() == call.world.who.object_id.lower():
        found += _callers(call)
    return [each for each in found if not principal or each.properties["principalId"].lower() == principal[1].lower()]


def _callers(call: Call) -> list[Resource]:
    """What the caller was given before the sandbox began: the setting `caller_roles`, names of roles by scope."""
    subscription = f"/subscriptions/{call.world.who.subscription_id}"
    guids = {role: guid for guid, role in BUILT_IN.items()}
    given: dict[str, list[str]] = call.store.setting("caller_roles", {"": ["Owner"]})
    return [
        Resource(
            id=f"{scope or subscription}/providers/{ASSIGNMENT_TYPE}/{uuid.uuid5(uuid.NAMESPACE_URL, scope + role)}",
            type=ASSIGNMENT_TYPE,
            document={
                "properties": {
                    "roleDefinitionId": _definition_id(call, guids[role]),
                    "principalId": call.world.who.object_id,
                    "principalType": "ServicePrincipal",
                    "scope": scope or subscription,
                }
            },
        )
        for scope, names in given.items()
        for role in names
    ]


def _definition_id(call: Call, guid: str) -> str:
    return f"/subscriptions/{call.world.who.subscription_id}/providers/Microsoft.Authorization/roleDefinitions/{guid}"


def _definition(call: Call, guid: str) -> Document:
    return {
        "id": _definition_id(call, guid),
        "name": guid,
        "type": "Microsoft.Authorization/roleDefinitions",
        "properties": {
            "roleName": BUILT_IN[guid],
            "type": "BuiltInRole",
            "description": BUILT_IN[guid],
            "assignableScopes": ["/"],
            "permissions": [{**_NOTHING, **roles.PERMISSIONS.get(BUILT_IN[guid], {})}],
        },
    }


def _list_definitions(call: Call) -> Answer:
    name = _ROLE_NAME.search(call.query.get("$filter", ""))
    chosen = [guid for guid, role in BUILT_IN.items() if not name or role.lower() == name[1].lower()]
    return Answer(200, {"value": [_definition(call, guid) for guid in chosen]})


def _get_definition(call: Call) -> Answer:
    guid = call.match["guid"].lower()
    if guid not in BUILT_IN:
        text = f"The specified role definition with ID '{_bare(guid)}' does not exist."
        raise ArmError(404, "RoleDefinitionDoesNotExist", text)
    return Answer(200, _definition(call, guid))


PROVIDER = Provider(
    namespace="Microsoft.Authorization",
    types=(
        ResourceType(
            name=ASSIGNMENT_TYPE,
            versions=_VERSIONS,
            located=False,
            extension=True,
            has_state=False,
            complete=_complete,
            lister=_list_assignments,
        ),
    ),
    routes=(
        Route("GET", "{scope*}/providers/Microsoft.Authorization/roleDefinitions", _list_definitions, _VERSIONS),
        Route("GET", "{scope*}/providers/Microsoft.Authorization/roleDefinitions/{guid}", _get_definition, _VERSIONS),
    ),
)
