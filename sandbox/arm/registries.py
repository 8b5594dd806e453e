"""Who may pull an image: registries of the sandbox ask for a role or a password, those of others are not known."""

import hmac
from dataclasses import dataclass, field

from sandbox.arm import reach
from sandbox.arm.roles import IMAGE_PULLERS, holds_role
from sandbox.arm.store import Resource, Store

REGISTRY_TYPE = "Microsoft.ContainerRegistry/registries"
_SUFFIX = ".azurecr.io"
_PUBLIC = "docker.io"


@dataclass(frozen=True)
class Login:
    """How a registry is logged in to: with a user and password, or as a principal of the directory."""

    username: str = ""
    password: str = field(default="", repr=False)
    principal: str = ""


def server_of(image: str) -> str:
    """The registry of an image reference: its first segment where that is a host."""
    first, slash, _ = image.partition("/")
    return first.lower() if slash and ("." in first or ":" in first or first == "localhost") else _PUBLIC


def at(store: Store, server: str) -> Resource | None:
    """The registry of that login server."""
    name = server.lower().removesuffix(_SUFFIX)
    return next((each for each in store.of_type(REGISTRY_TYPE) if each.name.lower() == name), None)


def refusal(store: Store, image: str, login: Login | None, source: Resource | None) -> str | None:
    """Why the image is not pulled by the container group; None where it is, as far as the sandbox can know."""
    server = server_of(image)
    registry = at(store, server) if server.endswith(_SUFFIX) else None
    if not registry:
        # Somebody else's: a public one, or one whose password nobody here can check.
        return "no such registry" if server.endswith(_SUFFIX) and not (login and login.password) else None
    closed = reach.refusal(store, registry, source)
    if closed:
        return f"{closed.code}: {closed.text}"
    return None if registry.properties["anonymousPullEnabled"] else _login_refusal(store, registry, login)


def _login_refusal(store: Store, registry: Resource, login: Login | None) -> str | None:
    if not login:
        return f"{registry.properties['loginServer']} asks for a login, and there are no credentials for it"
    if login.principal:
        allowed = holds_role(store, login.principal, IMAGE_PULLERS, registry.id)
        return None if allowed else f"the identity has no role AcrPull on {registry.id}"
    known = (str(registry.hidden[name]) for name in ("password", "password2"))
    right = any(hmac.compare_digest(each.encode(), login.password.encode()) for each in known)
    if registry.properties["adminUserEnabled"] and login.username == registry.name and right:
        return None
    return f"{registry.properties['loginServer']} refuses the user '{login.username}'"
