"""What Azure tells of the account that containers report to. Pure: documents in, facts and problems out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from operations.status.finding import Part, Problem, moment
from speech.capacity.plan import Plan
from speech.settings.stack import Stack

_OLD = timedelta(days=365)
_SOON = timedelta(days=30)


@dataclass(frozen=True)
class Found:
    """An account as ARM's JSON has it; None where it is gone."""

    account: Mapping[str, Any] | None
    commitments: Sequence[Mapping[str, Any]] = ()
    active_key_is_the_stacks: bool | None = None
    """Whether the key that containers got is still the account's; None where nobody may ask."""


def judged(stack: Stack, plan: Plan, found: Found, key_since: datetime | None, now: datetime) -> Part:
    """Facts and problems. `key_since`: when the active key came into the vault."""
    name = plan.names["account"]
    if found.account is None:
        said = f"it is not in {plan.names['resource_group']}; a deleted one is kept for 48 hours"
        remedy = (
            f"pulumi config set --path speech:account.on_soft_deleted restore --stack {plan.stack}; pulumi up --refresh"
        )
        return Part(facts={"account": f"{name} is gone"}, problems=(Problem(name, said, remedy),))
    properties = found.account.get("properties", {})
    key = stack.billing.active_key
    age = f", {key} {days(now - key_since)} old" if key_since else ""
    facts = {"account": f"{name}, {_network(properties)}{age}"}
    problems = [*_account(plan, found, properties), *_key(plan, key, key_since, now), *_ends(plan, found, now)]
    return Part(facts=facts, problems=tuple(problems))


def days(age: timedelta) -> str:
    """`34 days`, or `under a day`."""
    return f"{age.days} day{'s' * (age.days > 1)}" if age.days else "under a day"


def _network(properties: Mapping[str, Any]) -> str:
    if properties.get("publicNetworkAccess") == "Disabled":
        return "by private endpoint only"
    rules = properties.get("networkAcls") or {}
    if rules.get("defaultAction") == "Deny":
        count = len(rules.get("ipRules") or ()) + len(rules.get("virtualNetworkRules") or ())
        return f"open to {count} ranges"
    return "open to every address"


def _account(plan: Plan, found: Found, properties: Mapping[str, Any]) -> Iterator[Problem]:
    name, resource = plan.names["account"], str((found.account or {}).get("id", ""))
    state = properties.get("provisioningState")
    if state not in {"Succeeded", None}:
        yield Problem(name, f"its provisioning state is {state}", f"az resource show --ids {resource}")
    if properties.get("disableLocalAuth"):
        yield Problem(
            name,
            "its keys are switched off (disableLocalAuth), often by a policy: containers know no other way",
            f"az resource update --ids {resource} --set properties.disableLocalAuth=false",
        )
    links = [one.get("properties", {}) for one in properties.get("privateEndpointConnections") or ()]
    states = [(one.get("privateLinkServiceConnectionState") or {}).get("status") for one in links]
    if properties.get("publicNetworkAccess") == "Disabled" and "Approved" not in states:
        are = ", ".join(map(str, states)) or "none"
        said = f"nothing reaches it: public access is off, its private endpoints are {are}"
        yield Problem(name, said, f"az network private-endpoint-connection list --id {resource}")
    if found.active_key_is_the_stacks is False:
        said = "somebody renewed the key that containers use: they stop answering within two hours"
        yield Problem(name, said, f"pulumi up --stack {plan.stack}   brings them the new one")


def _key(plan: Plan, key: str, since: datetime | None, now: datetime) -> Iterator[Problem]:
    if since and now - since > _OLD:
        said = f"{key} has been in use for {days(now - since)}"
        yield Problem(plan.names["account"], said, f"speech keys rotate {plan.stack}", since, warns=True)


def _ends(plan: Plan, found: Found, now: datetime) -> Iterator[Problem]:
    """Commitments that end soon: a licence of disconnected containers ends with its commitment."""
    for commitment in found.commitments:
        properties = commitment.get("properties", {})
        ends = moment((properties.get("current") or {}).get("endDate"))
        if ends is None or properties.get("autoRenew") or ends - now > _SOON:
            continue
        over = ends <= now
        said = f"the commitment {commitment.get('name')} {'ended' if over else 'ends'} on {ends:%Y-%m-%d}"
        said += ", and the licences with it" if plan.disconnected else ", and is not renewed"
        remedy = f"speech:account.commitments[].auto_renew: true, and  pulumi up --stack {plan.stack}"
        yield Problem(plan.names["account"], said, remedy, warns=not over)
