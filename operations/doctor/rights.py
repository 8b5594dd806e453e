"""Whether the log-in may do what `up` and `destroy` do, by its role assignments; what grants the rest."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from azure.mgmt.authorization.v2022_04_01 import AuthorizationManagementClient
from azure.mgmt.authorization.v2022_04_01.models import Permission, RoleAssignment

from operations.doctor import state
from operations.doctor.check import Check, failed, left_out, passed
from operations.doctor.features import features, scopes
from operations.doctor.subject import Session, Subject
from operations.doctor.threads import each
from speech.catalog.needs import Right, Role, rights

_SUBSCRIPTION = "subscription"
_SHOWN = 3
_WHOLE = re.compile(r"/subscriptions/[^/]+")
_VAULT_HOST = re.compile(r"(?:https|azurekeyvault)://([^./]+)\.")
_BLOB_ACCOUNT = re.compile(r"[?&]storage_account=([^&]+)")


@dataclass(frozen=True, slots=True)
class Grant:
    """What a role assignment allows, and from which scope on."""

    scope: str
    permissions: tuple[Permission, ...]

    def allows(self, action: str, *, data: bool) -> bool:
        """Whether one of its permissions has the action, and does not take it away again."""
        return any(
            _matches(action, (each.data_actions if data else each.actions) or [])
            and not _matches(action, (each.not_data_actions if data else each.not_actions) or [])
            for each in self.permissions
        )


def enough(subject: Subject, session: Session) -> Iterator[Check]:
    """One line a role that is missing, with what it is for and the command; one for all that is there."""
    needed = needed_rights(features(subject))
    grants = _grants(session)
    missing: dict[tuple[Role, str], list[str]] = defaultdict(list)
    unknown: list[Right] = []
    count = 0
    for right in needed:
        places = _places(subject, session, right.scope)
        for place in places:
            reaching = [grant for grant in grants if _covers(grant.scope, place)]
            for action, data in (
                *((one, False) for one in right.actions),
                *((one, True) for one in right.data_actions),
            ):
                count += 1
                if not any(grant.allows(action, data=data) for grant in reaching):
                    missing[right.role, place].append(action)
        if not places:
            unknown.append(right)
    for (role, place), actions in missing.items():
        said = f"{session.caller.name} lacks {_short(actions)} at {_where(place)}"
        yield failed("rights", said, command(role, session.caller.object_id, place))
    for right in unknown:
        yield left_out(
            "rights",
            f"{right.role.name} on the resource of {right.feature}: its id is not known here",
            "docs/rights.md",
        )
    if not missing:
        yield passed("rights", f"{session.caller.name} may do all {count} operations that the stack needs")


def needed_rights(has: frozenset[str]) -> tuple[Right, ...]:
    """What a stack with these features needs."""
    return tuple(right for right in rights() if right.feature in has)


def command(role: Role, assignee: str, scope: str) -> str:
    """Grants a role, on its condition where it may give roles itself."""
    condition = f' --condition "{role.condition}" --condition-version 2.0' if role.condition else ""
    return f'az role assignment create --assignee {assignee} --role "{role.name}" --scope {scope}{condition}'


def _grants(session: Session) -> Sequence[Grant]:
    """Everything that the log-in was granted in the subscription, by groups too."""
    with session.client(AuthorizationManagementClient) as client:
        assigned: list[RoleAssignment] = list(
            client.role_assignments.list_for_subscription(filter=f"assignedTo('{session.caller.object_id}')")
        )
        ids = sorted({str(one.role_definition_id) for one in assigned})
        found = each(lambda one: tuple(client.role_definitions.get_by_id(one).permissions or ()), ids)
    permissions = dict(zip(ids, found, strict=True))
    return [Grant(str(one.scope), permissions[str(one.role_definition_id)]) for one in assigned]


def _places(subject: Subject, session: Session, scope: str) -> tuple[str, ...]:
    """The resource ids of a right's scope; of those that only a name tells, what the id ends with. None: unknown."""
    named = {_SUBSCRIPTION: (session.subscription,), **scopes(subject)}
    if scope in named:
        return named[scope]
    secrets = [each.key_vault_secret_id or "" for each in (subject.stack.account, subject.stack.model_account) if each]
    kind, pattern, texts = {
        "vault-secret": ("vaults", _VAULT_HOST, secrets),
        "secrets-in-vault": ("vaults", _VAULT_HOST, [state.secrets_provider(subject) or ""]),
        "state-in-blob": ("storageAccounts", _BLOB_ACCOUNT, [state.backend(subject) or ""]),
    }[scope]
    return tuple(f"…/{kind}/{found[1]}" for text in texts if (found := pattern.search(text)))


def _covers(granted: str, place: str) -> bool:
    """Whether a role at one scope reaches the other. Where its group is unknown, that of any group may."""
    above, below = f"{granted.rstrip('/')}/".lower(), f"{place}/".lower()
    if not place.startswith("…"):
        return below.startswith(above) or "/managementgroups/" in above
    return below.removeprefix("…") in above or "/providers/" not in above.replace(
        "/providers/microsoft.management/", "/"
    )


def _matches(action: str, patterns: Iterable[str]) -> bool:
    return any(re.fullmatch(re.escape(each).replace(r"\*", ".*"), action, re.IGNORECASE) for each in patterns)


def _short(actions: Sequence[str]) -> str:
    more = f" and {len(actions) - _SHOWN} more" if len(actions) > _SHOWN else ""
    return f"{', '.join(actions[:_SHOWN])}{more}"


def _where(place: str) -> str:
    return "the subscription" if _WHOLE.fullmatch(place) else place.rpartition("/")[2]
