"""Microsoft.Authorization: policy assignments, definitions, initiatives and exemptions. They are kept, not followed."""

from sandbox.arm import errors
from sandbox.arm.errors import bad_request
from sandbox.arm.model import Answer, Call, Provider, ResourceType, Route
from sandbox.arm.store import Document, Resource

_VERSIONS = frozenset({"2022-06-01", "2022-07-01-preview", "2023-04-01", "2024-05-01", "2025-03-01", "2026-06-01"})
_FIELD = "Microsoft.CognitiveServices/accounts/disableLocalAuth"
_ACCOUNTS: Document = {"field": "type", "equals": "Microsoft.CognitiveServices/accounts"}
_KEYS_ON: Document = {"allOf": [_ACCOUNTS, {"field": _FIELD, "notEquals": True}]}


def _built_in(name: str, effect: str, then: Document | None = None, condition: Document = _KEYS_ON) -> Document:
    return {
        "displayName": name,
        "policyType": "BuiltIn",
        "mode": "Indexed",
        "parameters": {"effect": {"type": "String", "defaultValue": effect}},
        "policyRule": {"if": condition, "then": {"effect": "[parameters('effect')]", **(then or {})}},
    }


BUILT_IN = {
    "71ef260a-8f18-47b7-abcb-62d0673d94dc": _built_in(
        "Azure AI Services resources should have key access disabled (disable local authentication)", "Audit"
    ),
    "14de9e63-1b31-492e-a5a3-c3f7fd57f555": _built_in(
        "Configure Cognitive Services accounts to disable local authentication methods",
        "Modify",
        {"details": {"operations": [{"operation": "addOrReplace", "field": _FIELD, "value": True}]}},
    ),
    "55eff01b-f2bd-4c32-9203-db285f709d30": _built_in(
        "Configure Azure AI Services resources to disable local key access (disable local authentication)",
        "DeployIfNotExists",
        {"details": {"existenceCondition": {"field": _FIELD, "equals": True}}},
        _ACCOUNTS,
    ),
    "0000c0de-0000-4000-8000-000000000001": _built_in("Storage accounts should be tagged", "Deny", None, {
        "field": "type", "equals": "Microsoft.Storage/storageAccounts"
    }),
}  # fmt: skip
"""Definitions of Microsoft's, in short (Azure/azure-policy, 2026), and one that concerns no account."""


def _complete_assignment(call: Call, wanted: Resource, existing: Resource | None) -> None:
    del existing
    if not wanted.properties.get("policyDefinitionId"):
        raise bad_request("InvalidRequestContent", "The policy assignment has no policyDefinitionId.")
    wanted.properties.setdefault("enforcementMode", "Default")
    wanted.properties["scope"] = call.path.scope


def _get_built_in(call: Call) -> Answer:
    guid = call.match["guid"].lower()
    if guid not in BUILT_IN:
        raise errors.resource_not_found("Microsoft.Authorization/policyDefinitions", guid, None)
    path = f"/providers/Microsoft.Authorization/policyDefinitions/{guid}"
    return Answer(200, {"id": path, "name": guid, "properties": BUILT_IN[guid]})


def _kind(name: str, *, complete: bool = False) -> ResourceType:
    return ResourceType(
        name=f"Microsoft.Authorization/{name}",
        versions=_VERSIONS,
        located=False,
        extension=True,
        has_state=False,
        complete=_complete_assignment if complete else None,
    )


PROVIDER = Provider(
    namespace="Microsoft.Authorization",
    types=(
        _kind("policyAssignments", complete=True),
        _kind("policyDefinitions"),
        _kind("policySetDefinitions"),
        _kind("policyExemptions"),
    ),
    routes=(Route("GET", "/providers/Microsoft.Authorization/policyDefinitions/{guid}", _get_built_in, _VERSIONS),),
)
