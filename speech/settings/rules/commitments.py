"""Commitment plans: usage that is paid for ahead."""

from collections.abc import Iterator

from speech.catalog.kinds import kind
from speech.settings.account import AccountSku, Commitment
from speech.settings.draft import Draft
from speech.settings.faults import Finding, Severity
from speech.settings.rules.account import ACCOUNT

PERIOD = {"connected": "month", "disconnected": "year"}


def a_plan_is_named_as_azure_does(draft: Draft) -> Iterator[Finding]:
    """No page has its words for kinds: the catalogue's are from one of its modules, for three kinds (2026-08-07)."""
    for path, plan in _plans(draft):
        if plan.plan_type is None and kind(plan.kind).plan_type is None:
            yield Finding(
                f"{path}.plan_type",
                f"missing. No source has Azure's word for {plan.kind}: write the one that the region lists (az"
                " cognitiveservices commitment-tier list)",
            )


def a_plan_is_hosted_as_containers_are_billed(draft: Draft) -> Iterator[Finding]:
    """A plan of the other kind would be paid for and never used."""
    if draft.billing is None:
        return
    for path, plan in _plans(draft):
        if plan.hosting != draft.billing.mode:
            message = f'"{plan.hosting}" is paid and never used with {draft.billing.mode} billing: write  hosting: '
            yield Finding(f"{path}.hosting", message + draft.billing.mode)


def a_plan_is_bought_once(draft: Draft) -> Iterator[Finding]:
    """Azure keeps one plan of each kind and hosting; more of it is its count."""
    seen: set[tuple[str, str]] = set()
    for path, plan in _plans(draft):
        what = (plan.hosting, plan.plan_type or kind(plan.kind).plan_type or plan.kind)
        if what in seen:
            yield Finding(path, f"is another {plan.hosting} plan for {plan.kind}: write one, with its count")
        seen.add(what)


def a_free_account_has_no_plans(draft: Draft) -> Iterator[Finding]:
    """Nothing is paid there, so nothing ahead (vendor page, 2025-10-02)."""
    if draft.account and draft.account.commitments and draft.account.sku is AccountSku.F0:
        yield Finding(f"{ACCOUNT}.sku", '"F0" has no commitment plans: write S0')


def a_renewal_is_bought(draft: Draft) -> Iterator[Finding]:
    """Nobody is asked again, and nothing is given back."""
    for path, plan in _plans(draft):
        if plan.auto_renew:
            message = f"buys the next {PERIOD[plan.hosting]} when this one ends, unasked, and Azure gives nothing back"
            yield Finding(f"{path}.auto_renew", message, Severity.WARNING)


def _plans(draft: Draft) -> Iterator[tuple[str, Commitment]]:
    plans = draft.account.commitments if draft.account and draft.account.mode == "create" else ()
    yield from ((f"{ACCOUNT}.commitments[{index}]", plan) for index, plan in enumerate(plans))


RULES = (
    a_plan_is_named_as_azure_does,
    a_plan_is_hosted_as_containers_are_billed,
    a_plan_is_bought_once,
    a_free_account_has_no_plans,
    a_renewal_is_bought,
)
