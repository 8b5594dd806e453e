"""Whether Azure sells the commitment plans of the stack: what it calls them is asked, not assumed."""

from collections.abc import Iterable, Iterator

from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient
from azure.mgmt.cognitiveservices.models import CommitmentTier

from operations.doctor.check import Check, failed, passed, warned
from operations.doctor.subject import Session, Subject
from speech.catalog.kinds import kind
from speech.settings.account import Commitment

_KIND = "SpeechServices"
_HOSTING = {"connected": "ConnectedContainer", "disconnected": "DisconnectedContainer"}


def sold(subject: Subject, session: Session) -> Iterator[Check]:
    """Each plan's type and tier, in the region, for its hosting."""
    with session.client(CognitiveServicesManagementClient) as client:
        tiers = [each for each in client.commitment_tiers.list(subject.plan.location) if each.kind == _KIND]
    for number, plan in enumerate(subject.stack.account.commitments):
        yield _one(subject, number, plan, [each for each in tiers if each.hosting_model == _HOSTING[plan.hosting]])


def asked_for(subject: Subject) -> bool:
    """Whether the stack buys any."""
    return subject.stack.account.mode == "create" and bool(subject.stack.account.commitments)


def _one(subject: Subject, number: int, plan: Commitment, here: list[CommitmentTier]) -> Check:
    place, path = subject.plan.location, f"speech:account.commitments[{number}]"
    named = plan.plan_type or kind(plan.kind).plan_type or plan.kind
    said = f"{named} {plan.tier} for {plan.hosting} containers"
    if not here:
        ask = (
            "https://aka.ms/csdisconnectedcontainers"
            if plan.hosting == "disconnected"
            else f"az account show  # {place}"
        )
        return warned("commitment", f"{said}: Azure lists no such plans in {place}, and may refuse it", ask)
    found = next((each for each in here if (each.plan_type, each.tier) == (named, plan.tier)), None)
    if found is None:
        offers = sorted({f"{each.plan_type} {each.tier}" for each in here})
        return failed(
            "commitment",
            f"{said} is not sold in {place}, but {', '.join(offers)}",
            *_instead(subject, path, here, plan),
        )
    if found.max_count is not None and plan.count > found.max_count:
        change = subject.setting(f"{path}.count", str(found.max_count))
        return failed("commitment", f"{plan.count} of {said}: {found.max_count} at the most", change)
    quantity = f", {found.quota.quantity:,} {found.quota.unit}s a period each" if found.quota else ""
    return passed("commitment", f"{said} is sold in {place}{quantity}")


def _instead(subject: Subject, path: str, here: Iterable[CommitmentTier], plan: Commitment) -> Iterator[str]:
    yield from (subject.setting(f"{path}.plan_type", str(each.plan_type)) for each in here if each.tier == plan.tier)
    yield subject.setting(f"{path}.tier", "<tier>")
