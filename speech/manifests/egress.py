"""What a stack reaches outside: the one list behind firewalls, outputs and NO_PROXY."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from speech.capacity.addresses import POD_CIDR, SERVICE_CIDR
from speech.capacity.caches import cache
from speech.capacity.images import helper_images, image_of
from speech.capacity.volumes import volumes
from speech.catalog.egress import Destination, egress
from speech.catalog.kinds import kind
from speech.catalog.regions import clouds, region
from speech.manifests.reach import namespace_of
from speech.settings.containers import Container
from speech.settings.stack import Stack
from speech.settings.target import AksTarget, ContainerInstancesTarget

_VENDOR_REGISTRY, _DOCKER_HUB = "mcr.microsoft.com", "docker.io"
_HTTP_PORT, _HTTPS_PORT = 80, 443


def uses(stack: Stack) -> tuple[str, ...]:
    """What the stack needs the outside for, as the catalogue names it."""
    return tuple(_uses(stack))


def _uses(stack: Stack) -> Iterator[str]:
    account = stack.account
    # A private endpoint is inside the network; an account of the user's own has a host of its own (below).
    if account.mode == "create" and not (account.private_endpoint and not account.public_access):
        yield "metering"
    if any(container.model for container in stack.containers):
        yield "model-download"
    pulled = {host for host, _ in _images(stack)}
    if _VENDOR_REGISTRY in pulled or isinstance(stack.target, AksTarget):
        yield "registry"
    if _DOCKER_HUB in pulled:
        yield "docker-hub"
    if any(container.options.application_insights for container in stack.containers):
        yield "application-insights"
    if isinstance(stack.target, AksTarget | ContainerInstancesTarget) and _keeps_something(stack):
        yield "file-shares"
    if isinstance(stack.target, AksTarget):
        yield from _aks_uses(stack, stack.target)


def _keeps_something(stack: Stack) -> bool:
    disconnected = stack.billing.mode == "disconnected"
    return any(volumes(each, kind(each.kind), "", disconnected=disconnected) for each in stack.containers)


def _aks_uses(stack: Stack, target: AksTarget) -> Iterator[str]:
    account = stack.account
    yield "aks"
    if not target.private:
        yield "aks-public-api"
    if any(kind(container.kind).gpu for container in stack.containers):
        yield "gpu"
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
        *_model_account(stack),
        *egress(_cloud(stack), stack.location, uses(stack), stack.account.custom_domain),
        *_own_registries(stack),
        *(destination for container in stack.containers for destination in _of_options(container)),
        *_issuer(stack),
    ]
    return tuple({(one.host, one.port, one.protocol): one for one in reversed(found)}.values())[::-1]


def _existing_account(stack: Stack, endpoint: str | None) -> Iterator[Destination]:
    account = stack.account
    if account.mode == "existing":
        source = "speech:account.endpoint" if account.endpoint else "speech:account.resource_id"
        reason = "usage reports of the containers to the existing account"
        yield _url(account.endpoint or endpoint or "", reason, source)


def _model_account(stack: Stack) -> Iterator[Destination]:
    account = stack.model_account
    if account is not None:
        source = "speech:model_account.endpoint" if account.endpoint else "speech:model_account.resource_id"
        yield _url(account.endpoint or "", "custom models of the disconnected containers", source)


def _images(stack: Stack) -> Iterator[tuple[str, str]]:
    """The registry of every image that is pulled, and what for."""
    helpers = helper_images(stack.registry)
    for container in stack.containers:
        image = image_of(container, stack.registry)
        yield _registry(image), f"the image of {container.name}"
        if cache(container, kind(container.kind), helpers.cache):
            yield _registry(helpers.cache), f"the image of the cache of {container.name}"
    yield _registry(helpers.guard), "the image that looks for AVX2"
    gateway = stack.network.gateway
    if gateway and gateway.install:
        yield helpers.registry or _DOCKER_HUB, "the images of Envoy Gateway"
    if any(container.scaling.spare_pods for container in stack.containers) or _certificate(stack):
        yield _registry(helpers.pause), "the image of pods that do nothing"


def _certificate(stack: Stack) -> str | None:
    """The gateway's, where a vault has it."""
    gateway = stack.network.gateway
    return gateway.tls.vault_certificate if gateway and gateway.tls else None


def _registry(image: str) -> str:
    return image.partition("/")[0]


def _own_registries(stack: Stack) -> Iterator[Destination]:
    for host, reason in _images(stack):
        if host not in {_VENDOR_REGISTRY, _DOCKER_HUB}:
            yield Destination(host, _HTTPS_PORT, "HTTPS", reason, "speech:containers, speech:registry")


def _issuer(stack: Stack) -> Iterator[Destination]:
    """The proxies of a gateway fetch the keys by which callers' tokens are signed."""
    jwt = stack.network.clients.jwt
    if jwt and not namespace_of(urlsplit(jwt.jwks_url).hostname or ""):
        yield _url(jwt.jwks_url, "keys of whoever signs the callers' tokens", "speech:network.clients.jwt.jwks_url")


def _of_options(container: Container) -> Iterator[Destination]:
    """Servers of a container's options, but those inside the cluster."""
    options, name = container.options, container.name
    source = f"speech:containers ({name}) options"
    found = []
    if options.sentiment:
        found.append(_url(options.sentiment.host, f"sentiment, for {name}", source))
    if options.proxy:
        found.append(_url(options.proxy.url, f"the proxy of {name}", source))
    if options.fluentd:
        found.append(Destination(options.fluentd.host, options.fluentd.port, "TCP", f"the log of {name}", source))
    if options.diarization and options.diarization.cache:
        host, _, port = options.diarization.cache.rpartition(":")
        found.append(Destination(host, int(port), "TCP", f"the cache of {name}", source))
    yield from (one for one in found if not namespace_of(one.host or ""))


def _url(address: str, reason: str, source: str) -> Destination:
    url = urlsplit(address)
    protocol, port = ("HTTP", _HTTP_PORT) if url.scheme == "http" else ("HTTPS", _HTTPS_PORT)
    return Destination(url.hostname, url.port or port, protocol, reason, source)


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
