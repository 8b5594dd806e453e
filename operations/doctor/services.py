"""Whether the subscription may use the services that a stack needs, and whether the region has them."""

from collections.abc import Iterable, Iterator

from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient
from azure.mgmt.resource.resources.models import Provider as Registered

from operations.doctor.check import Check, failed, passed, warned
from operations.doctor.features import features
from operations.doctor.subject import Session, Subject
from speech.catalog.needs import Provider, providers

_KIND = "SpeechServices"


def registered(subject: Subject, session: Session) -> Iterator[Check]:
    """Resource providers, and the regions of their types: one answer tells both."""
    needed = _needed(subject)
    with session.client(ResourceManagementClient) as client:
        found = {str(each.namespace).lower(): each for each in client.providers.list()}
    yield from _registration(needed, found)
    yield from _places(subject, needed, found)


def speech_in_region(subject: Subject, session: Session) -> Iterator[Check]:
    """The region sells accounts of the stack's tier."""
    sku, place = str(subject.stack.account.sku), subject.plan.location
    with session.client(CognitiveServicesManagementClient) as client:
        sold = {
            str(each.name)
            for each in client.resource_skus.list()
            if each.kind == _KIND and place in map(_plain, each.locations or [])
        }
    listing = f"az cognitiveservices account list-skus --kind {_KIND} --location {place} --output table"
    if not sold:
        elsewhere = subject.setting("azure-native:location", "<region>")
        yield failed("region", f"{place} has no Speech accounts for this subscription", listing, elsewhere)
    elif sku not in sold:
        there = ", ".join(sorted(sold))
        yield failed(
            "region", f"{place} sells no {sku} account, but {there}", subject.setting("speech:account.sku", "S0")
        )
    else:
        yield passed("region", f"{place} sells Speech accounts {sku}")


def makes_account(subject: Subject) -> bool:
    """Whether the account is the stack's own."""
    return subject.stack.account.mode == "create"


def _needed(subject: Subject) -> list[Provider]:
    has = features(subject)
    return [provider for provider in providers() if provider.features & has]


def _registration(needed: Iterable[Provider], found: dict[str, Registered]) -> Iterator[Check]:
    states = {
        each.namespace: str(getattr(found.get(each.namespace.lower()), "registration_state", None) or "NotRegistered")
        for each in needed
    }
    missing = [name for name, state in states.items() if state not in {"Registered", "Registering"}]
    moving = [name for name, state in states.items() if state == "Registering"]
    if missing:
        commands = [f"az provider register --wait --namespace {name}" for name in missing]
        yield failed("providers", f"not registered in the subscription: {', '.join(missing)}", *commands)
    if moving:
        commands = [f"az provider show --namespace {name} --query registrationState" for name in moving]
        yield warned("providers", f"still being registered: {', '.join(moving)}", *commands)
    if not missing and not moving:
        yield passed("providers", f"{len(states)} are registered, all that the stack needs")


def _places(subject: Subject, needed: Iterable[Provider], found: dict[str, Registered]) -> Iterator[Check]:
    place = subject.plan.location
    absent = []
    for provider in needed:
        known = found.get(provider.namespace.lower())
        types = {str(each.resource_type).lower(): each for each in (known.resource_types if known else None) or []}
        for name in provider.types:
            listed = types.get(name.lower())
            regions = [_plain(region) for region in (listed.locations if listed else None) or []]
            if regions and place not in regions:
                absent.append(f"{provider.namespace}/{name}")
    if absent:
        yield failed(
            "services",
            f"{place} does not have {', '.join(absent)}",
            subject.setting("azure-native:location", "<region>"),
        )
    else:
        yield passed("services", f"{place} has every service of the stack")


def _plain(region: str) -> str:
    return region.replace(" ", "").lower()
