"""The account that the stack makes, or the one that it is given."""

from collections.abc import Iterator

from azure.core.exceptions import ResourceNotFoundError
from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient
from azure.mgmt.cognitiveservices.models import Account

from operations.doctor.check import Check, failed, passed
from operations.doctor.features import scopes
from operations.doctor.subject import Session, Subject

_TYPE = "Microsoft.CognitiveServices/accounts"
_KIND, _FREE = "SpeechServices", "F0"
_GROUP, _LOCATION = 4, 6
"""Where resource group and location stand in the id of a deleted account, split at its slashes."""


def name(subject: Subject, session: Session) -> Iterator[Check]:
    """Name and custom domain are free, the stack's own, or held by a deleted account for 48 hours."""
    domain, account = subject.stack.account.custom_domain, subject.plan.names["account"]
    with session.client(CognitiveServicesManagementClient) as client:
        held = next((each for each in client.deleted_accounts.list() if _is(each, subject)), None)
        held = held or next(
            (each for each in client.deleted_accounts.list() if domain and _domain(each) == domain), None
        )
        if held:
            yield _deleted(subject, held)
            return
        try:
            client.accounts.get(subject.plan.names["resource_group"], account)
        except ResourceNotFoundError:
            pass
        else:
            yield passed("custom domain", f"{account} is this stack's own account, and there already")
            return
        if domain is None:
            yield passed("custom domain", f"none is asked for; no deleted account holds the name {account}")
            return
        free = client.check_domain_availability(subdomain_name=domain, type=_TYPE, kind=_KIND)
    if free.is_subdomain_available:
        yield passed("custom domain", f"{domain} is free")
    else:
        another = subject.setting("speech:account.custom_domain", f"{domain}-2")
        yield failed("custom domain", f"{domain} is taken: names are unique in all of Azure", another)


def free_tier(subject: Subject, session: Session) -> Iterator[Check]:
    """A subscription has one free Speech account."""
    with session.client(CognitiveServicesManagementClient) as client:
        others = [
            each
            for each in client.accounts.list()
            if (each.kind, each.sku and each.sku.name) == (_KIND, _FREE)
            and str(each.name).lower() != subject.plan.names["account"].lower()
        ]
    if not others:
        yield passed("free tier", "no other free Speech account in the subscription")
        return
    other = others[0]
    group = str(other.id).split("/")[_GROUP]
    yield failed(
        "free tier",
        f"{other.name} in {group} is the subscription's one free Speech account already",
        subject.setting("speech:account.sku", "S0"),
        f"or  az cognitiveservices account delete --name {other.name} --resource-group {group}",
    )


def given(subject: Subject, session: Session) -> Iterator[Check]:
    """Each existing account is there, is one for Speech, and has its keys switched on."""
    with session.client(CognitiveServicesManagementClient) as client:
        for resource_id in scopes(subject)["existing-account"]:
            yield _existing(client, resource_id)


def _existing(client: CognitiveServicesManagementClient, resource_id: str) -> Check:
    parts = resource_id.split("/")
    try:
        found = client.accounts.get(parts[_GROUP], parts[-1])
    except ResourceNotFoundError:
        there = "az cognitiveservices account list --query [].id --output tsv"
        return failed("account", f"{parts[-1]} is not in {parts[_GROUP]}", there)
    if found.properties and found.properties.disable_local_auth:
        switch_on = f"az resource update --ids {resource_id} --set properties.disableLocalAuth=false"
        return failed("account", f"{found.name} has its keys switched off (disableLocalAuth)", switch_on)
    if found.kind != _KIND:
        create = f"az cognitiveservices account create --kind {_KIND} …"
        return failed("account", f"{found.name} is of kind {found.kind}: containers report to {_KIND}", create)
    return passed("account", f"{found.name} is there, its keys are switched on")


def asks_for_free(subject: Subject) -> bool:
    """Whether the stack makes a free account."""
    return subject.stack.account.mode == "create" and str(subject.stack.account.sku) == _FREE


def names_one(subject: Subject) -> bool:
    """Whether the stack is given an account."""
    return "existing-account" in scopes(subject)


def _is(each: Account, subject: Subject) -> bool:
    parts = str(each.id).split("/")
    group, named = subject.plan.names["resource_group"], subject.plan.names["account"]
    where = (parts[_LOCATION], parts[_LOCATION + 2], parts[-1])
    return tuple(map(str.lower, where)) == (subject.plan.location, group.lower(), named.lower())


def _domain(each: Account) -> str | None:
    return each.properties.custom_sub_domain_name if each.properties else None


def _deleted(subject: Subject, each: Account) -> Check:
    parts = str(each.id).split("/")
    location, group = parts[_LOCATION], parts[_LOCATION + 2]
    until = (each.properties.scheduled_purge_date if each.properties else None) or "48 hours after its deletion"
    held = f"{each.name} in {group} was deleted, and holds its name until {until}"
    if not _is(each, subject):
        purge = f"az cognitiveservices account purge --name {each.name} --resource-group {group} --location {location}"
        return failed("custom domain", held, purge)
    if subject.stack.account.on_soft_deleted == "restore":
        return passed("custom domain", f"{each.name} was deleted: up brings it back")
    return failed(
        "custom domain",
        held,
        f"bring it back: {subject.setting('speech:account.on_soft_deleted', 'restore')}",
        f"or forget it: speech account purge {subject.name}",
    )
