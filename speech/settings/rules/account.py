"""The account: who reaches it, and what an existing one leaves to say."""

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from speech.catalog.limits import limit
from speech.catalog.regions import Cloud, clouds, region
from speech.settings.account import Account, AccountSku, ModelAccount
from speech.settings.draft import Draft
from speech.settings.faults import Finding, Severity, one_of
from speech.settings.forms import PRIVATE_RANGES
from speech.settings.target import DockerTarget, KubernetesTarget

ACCOUNT = "speech:account"
OF_A_NEW_ACCOUNT = (
    "sku", "custom_domain", "public_access", "allowed_ip_ranges", "service_endpoint", "private_endpoint",
    "on_soft_deleted", "protect", "commitments",
)  # fmt: skip
OF_AN_EXISTING_ACCOUNT = ("resource_id", "endpoint", "key", "key_vault_secret_id")


def an_existing_account_is_named_once(draft: Draft) -> Iterator[Finding]:
    """By its resource id, from which endpoint and keys follow, or by endpoint and key, here or in a vault."""
    if draft.account and draft.account.mode == "existing":
        yield from named_once(draft.account, ACCOUNT, "An existing account")


def named_once(account: Account | ModelAccount, path: str, noun: str) -> Iterator[Finding]:
    """The finding where an account is named not at all, by halves, or twice."""
    written = [word for word in OF_AN_EXISTING_ACCOUNT if getattr(account, word)]
    if account.resource_id:
        for word in written[1:2]:
            yield Finding(f"{path}.{word}", "names the account again: resource_id is enough, leave this out")
    elif account.key and account.key_vault_secret_id:
        yield Finding(f"{path}.key", "and key_vault_secret_id are the same key twice: leave one of the two out")
    elif not account.endpoint or written == ["endpoint"]:
        word = "key" if account.endpoint else "endpoint" if written else "resource_id"
        yield Finding(
            f"{path}.{word}",
            f"missing. {noun} is named by resource_id, or by endpoint and key (or key_vault_secret_id)",
        )


def an_existing_account_stays_as_it_is(draft: Draft) -> Iterator[Finding]:
    """The stack did not make it, so it neither changes nor protects it."""
    if draft.account is None or draft.account.mode != "existing":
        return
    for word in _written(draft, OF_A_NEW_ACCOUNT):
        yield Finding(
            f"{ACCOUNT}.{word}", "is said of an account that the stack creates, this one exists: leave it out"
        )


def a_new_account_has_no_address_yet(draft: Draft) -> Iterator[Finding]:
    """Its id, endpoint and keys come from Azure."""
    if draft.account is None or draft.account.mode != "create":
        return
    for word in _written(draft, OF_AN_EXISTING_ACCOUNT):
        yield Finding(f"{ACCOUNT}.{word}", "names an account that exists: write  mode: existing  too, or leave it out")


def an_endpoint_is_that_of_an_account(draft: Draft) -> Iterator[Finding]:
    """Containers report to the host of an account or of a region, and to nothing else."""
    found = region(draft.location) if draft.location else None
    hosts = [form for cloud in ([found.cloud] if found else clouds().values()) for form in _hosts(cloud)]
    for path, account in ((ACCOUNT, draft.account), ("speech:model_account", draft.model_account)):
        host = urlsplit(account.endpoint).hostname or "" if account and account.endpoint else None
        if host is not None and not any(host.endswith(form.partition("}")[2]) for form in hosts):
            known = one_of(f"https://{form.replace('{', '<').replace('}', '>')}" for form in hosts)
            yield Finding(f"{path}.endpoint", f'"{host}" is no host of a Speech account: write {known}')


def a_closed_account_has_a_private_way(draft: Draft) -> Iterator[Finding]:
    """Without public access and without a private endpoint nothing reaches the account: no container could start."""
    account = draft.account
    if account and not account.public_access and not account.private_endpoint:
        no_way = isinstance(draft.target, KubernetesTarget | DockerTarget)
        remedy = "from there: leave it out" if no_way else "without  private_endpoint: true"
        yield Finding(f"{ACCOUNT}.public_access", f"is false: nothing reaches the account {remedy}")


def a_closed_account_lets_nobody_in_by_rule(draft: Draft) -> Iterator[Finding]:
    """Azure looks at address rules and service endpoints only where public access is on."""
    account = draft.account
    if account is None or account.public_access:
        return
    for word in ("allowed_ip_ranges", "service_endpoint"):
        if getattr(account, word):
            yield Finding(f"{ACCOUNT}.{word}", "has no effect where public_access is false: leave one of the two out")


def who_may_reach_an_account_needs_its_domain(draft: Draft) -> Iterator[Finding]:
    """Private endpoints and address rules hold for the account's own host, not for the region's (Azure, 2026-03-23)."""
    account = draft.account
    if account is None or account.mode != "create" or account.custom_domain is not None:
        return
    words = [word for word in ("private_endpoint", "service_endpoint", "allowed_ip_ranges") if getattr(account, word)]
    if words:
        yield Finding(
            f"{ACCOUNT}.custom_domain", f"missing. {words[0]} needs one, as in  custom_domain: contoso-speech"
        )


def a_private_endpoint_needs_a_paid_account(draft: Draft) -> Iterator[Finding]:
    """F0 has no private endpoints (speech-services-private-link, 2026-03-23)."""
    if draft.account and draft.account.private_endpoint and draft.account.sku is AccountSku.F0:
        yield Finding(f"{ACCOUNT}.sku", '"F0" has no private endpoint: write S0')


def a_free_account_carries_little(draft: Draft) -> Iterator[Finding]:
    """When the free grant is used up, containers stop serving; calls at once have failed before (speech-sdk #1615)."""
    if draft.account and draft.account.mode == "create" and draft.account.sku is AccountSku.F0:
        message = (
            '"F0" stops serving when its free grant is used up, about 5 hours of audio a month, and callers met error'
            " 1011 with it: S0 does neither"
        )
        yield Finding(f"{ACCOUNT}.sku", message, Severity.WARNING)


def allowed_ranges_are_public(draft: Draft) -> Iterator[Finding]:
    """The account sees public addresses only (cognitive-services-virtual-networks, 2025-05-19)."""
    for index, given in enumerate(_ranges(draft.account)):
        if any(ipaddress.IPv4Network(given).overlaps(private) for private in PRIVATE_RANGES):
            yield Finding(
                f"{ACCOUNT}.allowed_ip_ranges[{index}]",
                f"{given} is not public, and the account sees public addresses only: service_endpoint or"
                " private_endpoint lets the nodes in",
            )


def an_account_has_so_many_rules(draft: Draft) -> Iterator[Finding]:
    """One rule a range, one for the nodes' own address."""
    most = int(limit("account.network-rules").maximum) - 1
    given = len(_ranges(draft.account))
    if given > most:
        yield Finding(f"{ACCOUNT}.allowed_ip_ranges", f"lists {given}: at most {most}, and one for the nodes")


def _ranges(account: Account | None) -> tuple[str, ...]:
    return account.allowed_ip_ranges if account else ()


def _hosts(cloud: Cloud) -> tuple[str, str]:
    return cloud.account_host, cloud.metering_host


def _written(draft: Draft, words: tuple[str, ...]) -> Iterator[str]:
    yield from (word for word in words if word in draft.written.get("account", {}))


RULES = (
    an_existing_account_is_named_once,
    an_existing_account_stays_as_it_is,
    a_new_account_has_no_address_yet,
    an_endpoint_is_that_of_an_account,
    a_closed_account_has_a_private_way,
    a_closed_account_lets_nobody_in_by_rule,
    who_may_reach_an_account_needs_its_domain,
    a_private_endpoint_needs_a_paid_account,
    a_free_account_carries_little,
    allowed_ranges_are_public,
    an_account_has_so_many_rules,
)
