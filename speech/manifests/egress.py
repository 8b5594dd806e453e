"""What a stack reaches outside: the one list behind firewalls, outputs and NO_PROXY."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from speech.capacity.addresses import POD_CIDR, SERVICE_CIDR
from speech.capacity.images import image_of
from speech.catalog.egress import Destination, egress
from speech.catalog.regions import clouds, region
from speech.settings.stack import Stack
from speech.settings.target import AksTarget

_VENDOR_REGISTRY = "mcr.microsoft.com"
_HTTPS_PORT = 443


def uses(stack: Stack) -> tuple[str, ...]:
    """What the stack needs the outside for, as the catalogue names it."""
    return tuple(_uses(stack))


def _uses(stack: Stack) -> Iterator[str]:
    account = stack.account
    # A private endpoint is inside the network; an account of the user's own has a host of its own (below).
    if account.mode == "create" and not (account.private_endpoint and not account.public_access):
        yield "metering"
    yield "registry"
    if not isinstance(stack.target, AksTarget):
        return
    yield "aks"
    if not stack.target.private:
        yield "aks-public-api"
    if not (account.private_endpoint and account.mode == "create"):
        yield "key-vault"
    yield "identity"
    if _cloud(stack) != "public":
        yield "time"


def destinations(stack: Stack, endpoint: str | None = None) -> tuple[Destination, ...]:
    """Hosts that a firewall must let out, each once with its first reason.

    `endpoint` is the URL of an account that the stack did not make, where the settings do not hold it.
    """
    found = [
        *_existing_account(stack, endpoint),
        *egress(_cloud(stack), stack.location, uses(stack), stack.account.custom_domain),
        *_own_registries(stack),
    ]
    return tuple({(one.host, one.port, one.protocol): one for one in reversed(found)}.values())[::-1]


def _existing_account(stack: Stack, endpoint: str | None) -> Iterator[Destination]:
    account = stack.account
    if account.mode == "create":
        return
    url = urlsplit(account.endpoint or endpoint or "")
    yield Destination(
        host=url.hostname,
        port=url.port or _HTTPS_PORT,
        protocol="HTTPS",
        reason="usage reports of the containers to the existing account",
        source="speech:account.endpoint" if account.endpoint else "speech:account.resource_id",
    )


def _own_registries(stack: Stack) -> Iterator[Destination]:
    for container in stack.containers:
        host = image_of(container, stack.registry).partition("/")[0]
        if host != _VENDOR_REGISTRY:
            yield Destination(host, _HTTPS_PORT, "HTTPS", f"the image of {container.name}", "speech:containers")


def _cloud(stack: Stack) -> str:
    found = region(stack.location)
    return found.cloud.name if found else "public"


def no_proxy(stack: Stack) -> str:
    """What no proxy must stand before, for NO_PROXY.

    The processes inside a container call each other (azure-docs #112998); the cluster's own names and ranges never
    leave it; the account's name leads to a private address where there is one.
    """
    private = stack.account.private_endpoint and stack.account.custom_domain
    cloud = clouds()[_cloud(stack)]
    account = [cloud.account_host.format(name=stack.account.custom_domain)] if private else []
    return ",".join(["localhost", "127.0.0.1", ".svc", ".cluster.local", POD_CIDR, SERVICE_CIDR, *account])
