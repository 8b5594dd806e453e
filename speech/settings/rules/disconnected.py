"""Containers that run without a way to Azure: by a licence that was paid for and downloaded before."""

from collections.abc import Iterator

from speech.catalog.kinds import kind
from speech.settings.account import AccountSku
from speech.settings.draft import Draft
from speech.settings.faults import Finding
from speech.settings.rules.account import ACCOUNT, named_once

MODEL_ACCOUNT = "speech:model_account"


def disconnected_containers_are_approved(draft: Draft) -> Iterator[Finding]:
    """The vendor sells licences to approved subscriptions only."""
    if draft.disconnected and "disconnected-approved" not in draft.acknowledged:
        yield Finding(
            "speech:billing.mode",
            '"disconnected" needs the vendor\'s approval of your subscription (aka.ms/csdisconnectedcontainers, up to'
            " 10 business days). Once it is there: speech:acknowledge: [disconnected-approved]",
        )


def an_account_sells_what_its_containers_are_billed_by(draft: Draft) -> Iterator[Finding]:
    """DC0 has licences and no meter, the other tiers a meter and no licences."""
    account = draft.account
    if account is None or draft.billing is None or account.mode != "create":
        return
    if draft.disconnected and account.sku is not AccountSku.DC0:
        yield Finding(f"{ACCOUNT}.sku", f'"{account.sku}" has no licences: disconnected containers need  sku: DC0')
    elif not draft.disconnected and account.sku is AccountSku.DC0:
        message = '"DC0" serves disconnected containers only: write S0, or  speech:billing: {mode: disconnected}'
        yield Finding(f"{ACCOUNT}.sku", message)


def only_kinds_with_licences_are_disconnected(draft: Draft) -> Iterator[Finding]:
    """Language identification is never disconnected, nor is what is retired (vendor overview, 2025-12-19)."""
    if not draft.disconnected:
        return
    for path, container in draft.named():
        if not kind(container.kind).disconnected:
            message = f"{container.kind} cannot run disconnected: put it into a stack with connected billing"
            yield Finding(f"{path}.kind", message)


def every_disconnected_kind_has_its_plan(draft: Draft) -> Iterator[Finding]:
    """A licence is a part of a plan that was bought for this kind of container."""
    account = draft.account
    if account is None or account.mode != "create" or not draft.disconnected:
        return
    bought = {plan.kind for plan in account.commitments if plan.hosting == "disconnected"}
    used = {container.kind for container in draft.containers.values() if kind(container.kind).disconnected}
    for name in sorted(used - bought):
        yield Finding(
            f"{ACCOUNT}.commitments",
            f"has none for {name}: add  {{kind: {name}, hosting: disconnected, tier: ...}}, which is paid for a year",
        )


def a_disconnected_model_comes_from_an_account(draft: Draft) -> Iterator[Finding]:
    """An account of the tier DC0 trains and serves no models: they are downloaded from one of the tier S0."""
    if not draft.disconnected or "model_account" in draft.written:
        return
    for path, container in draft.named():
        if container.model is not None:
            message = "missing. Disconnected, its model comes from an S0 account: name it in speech:model_account"
            yield Finding(MODEL_ACCOUNT, f"{message} ({path})")
            return


def a_model_account_is_named_once(draft: Draft) -> Iterator[Finding]:
    """By its resource id, from which endpoint and keys follow, or by endpoint and key."""
    if draft.model_account is not None:
        yield from named_once(draft.model_account, MODEL_ACCOUNT, "A model account")


def connected_models_come_from_the_stacks_account(draft: Draft) -> Iterator[Finding]:
    """Connected containers download by the account that they report to."""
    if draft.model_account is not None and draft.billing is not None and not draft.disconnected:
        message = "has no effect with connected billing: models come from speech:account, leave it out"
        yield Finding(MODEL_ACCOUNT, message)


RULES = (
    disconnected_containers_are_approved,
    an_account_sells_what_its_containers_are_billed_by,
    only_kinds_with_licences_are_disconnected,
    every_disconnected_kind_has_its_plan,
    a_disconnected_model_comes_from_an_account,
    a_model_account_is_named_once,
    connected_models_come_from_the_stacks_account,
)
