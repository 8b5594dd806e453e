"""The registry: where images come from, and who may pull them."""

from collections.abc import Iterator

from speech.settings.draft import Draft
from speech.settings.faults import Finding, Severity
from speech.settings.target import DockerTarget, KubernetesTarget

REGISTRY = "speech:registry"
GATED = "containerpreview.azurecr.io"
"""The registry of 2019-20; other images than the public ones lie in it, and it asks for a login."""


def a_registry_has_a_server(draft: Draft) -> Iterator[Finding]:
    """Paths and passwords of nothing lead nowhere."""
    registry = draft.registry
    if registry is None or registry.server:
        return
    words = [word for word in ("prefix", "resource_id", "username", "password") if getattr(registry, word)]
    if words:
        yield Finding(f"{REGISTRY}.server", f"missing. {words[0]} is said of one, as in  server: contoso.azurecr.io")


def a_user_has_a_password(draft: Draft) -> Iterator[Finding]:
    """One without the other proves nothing."""
    registry = draft.registry
    if registry is None or bool(registry.username) == bool(registry.password):
        return
    word, other = ("password", "username") if registry.username else ("username", "password")
    remedy = f": pulumi config set --secret --path {REGISTRY}.password" if word == "password" else ""
    yield Finding(f"{REGISTRY}.{word}", f"missing. {other} needs one{remedy}")


def a_puller_proves_itself_once(draft: Draft) -> Iterator[Finding]:
    """By the stack's own identity, or by user and password."""
    registry = draft.registry
    if registry and registry.resource_id and registry.username:
        message = "is not needed: by resource_id the stack's own identity pulls, leave one of the two out"
        yield Finding(f"{REGISTRY}.username", message)


def a_registry_id_is_that_of_its_server(draft: Draft) -> Iterator[Finding]:
    """The right to pull would be given for another registry than the one that is pulled from."""
    registry = draft.registry
    if registry is None or not (registry.resource_id and registry.server):
        return
    name = registry.resource_id.rpartition("/")[2].lower()
    host = registry.server.partition(":")[0]
    if host.partition(".")[0] != name or ".azurecr." not in host:
        message = f'is of "{name}", but the server is {host}: write  server: {name}.azurecr.io, or the id of that one'
        yield Finding(f"{REGISTRY}.resource_id", message)


def only_hosts_of_azure_have_an_identity(draft: Draft) -> Iterator[Finding]:
    """On a cluster or Docker host of the user's nobody is there whom Azure could let in."""
    if draft.registry and draft.registry.resource_id and isinstance(draft.target, KubernetesTarget | DockerTarget):
        message = f"has no effect on {draft.target.kind}: no identity of Azure pulls there, write username and password"
        yield Finding(f"{REGISTRY}.resource_id", message)


def the_gated_registry_asks_for_a_login(draft: Draft) -> Iterator[Finding]:
    """It gave images of 2019-20 to invited customers only."""
    registry = draft.registry
    if registry is None:
        return
    for path in _from_the_gated_registry(draft):
        if registry.server != GATED or not registry.username:
            message = f"comes from {GATED}, which asks for a login: write  speech:registry: {{server: {GATED}, "
            yield Finding(path, message + "username: ..., password: ...}")


def the_gated_registry_is_reported_gone(draft: Draft) -> Iterator[Finding]:
    """Users could not reach it any more (azure-docs #54743)."""
    for path in _from_the_gated_registry(draft):
        yield Finding(path, f"{GATED} is reported gone: a copy in a registry of your own stays", Severity.WARNING)


def _from_the_gated_registry(draft: Draft) -> Iterator[str]:
    if draft.registry and draft.registry.server == GATED:
        yield f"{REGISTRY}.server"
    for path, container in draft.named():
        if container.image and container.image.repository.startswith(f"{GATED}/"):
            yield f"{path}.image.repository"


RULES = (
    a_registry_has_a_server,
    a_user_has_a_password,
    a_puller_proves_itself_once,
    a_registry_id_is_that_of_its_server,
    only_hosts_of_azure_have_an_identity,
    the_gated_registry_asks_for_a_login,
    the_gated_registry_is_reported_gone,
)
