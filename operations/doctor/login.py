"""Whether somebody is logged in, and where."""

import base64
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

from azure.core.exceptions import ClientAuthenticationError
from azure.mgmt.resource.subscriptions import SubscriptionClient

from operations.azure import Azure, NoAzureError, azure
from operations.doctor.check import Check, failed, passed
from operations.doctor.subject import Caller, OneToken, Session, Subject
from speech.files import stack_file

_REASON = re.compile(r"AADSTS\d+:[^\r\n]*?(?= Trace ID|[\r\n]|$)")
_SUBSCRIPTION_KEY = "azure-native:subscriptionId"


def session(subject: Subject) -> Session:
    """Logs in as `pulumi up` would. Raises NoAzureError."""
    # It lists what it tried, over lines, of which one is said here.
    logging.getLogger("azure.identity").setLevel(logging.ERROR)
    place = azure(subject.stack.location)
    try:
        token = place.credential.get_token(f"{place.resource_manager}/.default")
    except ClientAuthenticationError as error:
        reason = _REASON.search(str(error))
        raise NoAzureError(reason[0] if reason else "nobody is logged in") from None
    held = Azure(place.resource_manager, place.subscription, OneToken(token))
    return Session(held, caller(token.token), subject.seconds)


def caller(token: str) -> Caller:
    """Whom a token of Entra's names. Its form is no promise: what it does not say is empty."""
    try:
        payload = token.split(".")[1]
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError):
        return Caller("somebody", "")
    name = claims.get("upn") or claims.get("preferred_username") or claims.get("unique_name")
    return Caller(str(name or f"application {claims.get('appid', '')}"), str(claims.get("oid", "")))


def subscription(subject: Subject, session: Session) -> Iterator[Check]:
    """The subscription is there, enabled, and the one that the provider will use."""
    named = stack_file.keys(subject.file).get(_SUBSCRIPTION_KEY)
    if named and str(named).lower() != session.azure.subscription.lower():
        yield failed(
            "subscription",
            f"{_SUBSCRIPTION_KEY} of the stack file is {named}, the log-in's is {session.azure.subscription}",
            f"export ARM_SUBSCRIPTION_ID={named}",
        )
        return
    with session.client(SubscriptionClient, subscription=False) as client:
        found = client.subscriptions.get(session.azure.subscription)
    who = f"{found.display_name} (…{session.azure.subscription[-4:]}), logged in as {session.caller.name}"
    state = str(getattr(found.state, "value", found.state))
    if state.lower() != "enabled":
        yield failed(
            "subscription",
            f"{who}: its state is {state}, nothing can be made in it",
            "export ARM_SUBSCRIPTION_ID=…",
        )
        return
    yield passed("subscription", who)
