"""Whether a policy would switch the keys of the account off, by which containers prove themselves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from azure.core.exceptions import ResourceNotFoundError
from azure.mgmt.resource.policy import PolicyClient

from operations.doctor import policy_rule as rule
from operations.doctor.check import Check, failed, passed, warned
from operations.doctor.subject import Session, Subject
from operations.doctor.threads import each
from speech.catalog.needs import policies_against_keys
from speech.resource_manager import ResourceManager, listed

_ACCOUNTS = "Microsoft.CognitiveServices/accounts"
_EXEMPTIONS = "2022-07-01-preview"
_NAME, _GROUP_NAME = -1, 4

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Rule:
    """A definition, with the values that an assignment gives it."""

    definition_id: str
    given: Values


def keys_stay(subject: Subject, session: Session) -> Iterator[Check]:
    """Assignments above the stack's resource group, of definitions and of initiatives."""
    group = f"{session.subscription}/resourceGroups/{subject.plan.names['resource_group']}"
    with session.client(PolicyClient) as client:
        found = [one.as_dict() for one in client.policy_assignments.list()]
        exempt = _exempt(session, group)
        inside = [one for one in found if _concerns(one, group) and str(one["id"]).lower() not in exempt]
        pairs = [(one, asked) for one in inside for asked in _rules(client, one)]
        definitions = each(lambda pair: _definition(client, pair[1].definition_id), pairs)
    worries = 0
    for (assignment, asked), definition in zip(pairs, definitions, strict=True):
        does = rule.effect(definition, asked.given)
        if not (rule.mentions_keys(definition) and rule.forces(does)):
            continue
        holds = rule.meets(definition["policyRule"].get("if"), _account(subject), definition, asked.given)
        if holds is False:
            continue
        worries += 1
        title = assignment["properties"].get("displayName") or assignment["name"]
        said = f'"{title}" ({does}) switches keys of accounts off, and containers need one'
        spare = (
            f"az policy assignment update --name {assignment['name']} --scope {_scope(assignment)} --not-scopes {group}"
        )
        exemption = (
            f"az policy exemption create --name speech-keys --exemption-category Waiver --scope {group}"
            f" --policy-assignment {assignment['id']}"
        )
        if holds:
            yield failed("policy", said, spare, f"or, once the group is there: {exemption}")
        else:
            yield warned("policy", f"{said}; whether it means this account cannot be read from it", spare)
    if not worries:
        yield passed("policy", f"none of {len(inside)} assignments switches the keys of accounts off")


def _account(subject: Subject) -> Values:
    """What is known of the account before it is there, by the fields of policies in small letters."""
    plain = {
        "type": _ACCOUNTS,
        "kind": "SpeechServices",
        "location": subject.plan.location,
        "name": subject.plan.names["account"],
        f"{_ACCOUNTS}/disableLocalAuth": False,
        f"{_ACCOUNTS}/sku.name": str(subject.stack.account.sku),
    }
    return {field.lower(): value for field, value in plain.items()}


def _scope(assignment: Values) -> str:
    return str(assignment["properties"].get("scope") or str(assignment["id"]).partition("/providers/Microsoft.Auth")[0])


def _concerns(assignment: Values, group: str) -> bool:
    """Whether it stands at the group or above, and is enforced: what lists a management group's is below it."""
    properties = assignment["properties"]
    place, scope = f"{group}/".lower(), f"{_scope(assignment)}/".lower()
    above = place.startswith(scope) or "/managementgroups/" in scope
    spared = any(place.startswith(f"{each}/".lower()) for each in properties.get("notScopes") or [])
    return above and not spared and properties.get("enforcementMode") != "DoNotEnforce"


def _exempt(session: Session, group: str) -> set[str]:
    """Ids of assignments from which the group is exempted, or everything above it. The SDK has no client for them."""
    manager = ResourceManager(session.azure.resource_manager, "")
    token = session.azure.credential.get_token().token
    place = f"{session.subscription}/providers/Microsoft.Authorization/policyExemptions?api-version={_EXEMPTIONS}"
    found = listed(manager, place.removeprefix("/"), token)
    return {
        str(one["properties"]["policyAssignmentId"]).lower()
        for one in found
        if f"{group}/".lower().startswith(f"{str(one['id']).partition('/providers/Microsoft.Auth')[0]}/".lower())
    }


def _rules(client: PolicyClient, assignment: Values) -> Iterator[_Rule]:
    """The definition of an assignment; of an initiative those that may matter: Microsoft's are known by their ids."""
    properties = assignment["properties"]
    definition_id = str(properties["policyDefinitionId"])
    given = {name: value.get("value") for name, value in (properties.get("parameters") or {}).items()}
    if "/policysetdefinitions/" not in definition_id.lower():
        yield _Rule(definition_id, given)
        return
    initiative = _definition(client, definition_id, of_set=True)
    for reference in initiative.get("policyDefinitions") or []:
        member = str(reference["policyDefinitionId"])
        if _is_built_in(member) and member.rpartition("/")[2].lower() not in policies_against_keys():
            continue
        passed_on = {
            name: rule.resolved(value.get("value"), initiative, given)
            for name, value in (reference.get("parameters") or {}).items()
        }
        yield _Rule(member, passed_on)


def _is_built_in(definition_id: str) -> bool:
    return definition_id.lower().startswith("/providers/microsoft.authorization/")


def _definition(client: PolicyClient, definition_id: str, *, of_set: bool = False) -> Values:
    """The properties of a definition or an initiative; nothing of one that is gone."""
    asked = client.policy_set_definitions if of_set else client.policy_definitions
    parts = definition_id.split("/")
    try:
        if _is_built_in(definition_id):
            found = asked.get_built_in(parts[_NAME])
        elif "/managementgroups/" in definition_id.lower():
            found = asked.get_at_management_group(parts[_GROUP_NAME], parts[_NAME])
        else:
            found = asked.get(parts[_NAME])
    except ResourceNotFoundError:
        return {}
    properties: Values = found.as_dict().get("properties") or {}
    return properties
