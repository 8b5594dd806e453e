"""Whether the images that will be pulled are there: their manifests are asked for, nothing is pulled."""

import re
from collections.abc import Iterator, Sequence
from http import HTTPStatus

import httpx

from operations.doctor.check import Check, failed, left_out, passed
from operations.doctor.subject import Subject
from operations.doctor.threads import each
from operations.service_address import REGISTRY, base_url
from speech.catalog.tags import tags

_ACCEPT = ", ".join(
    f"application/vnd.{form}+json"
    for form in (
        "oci.image.index.v1",
        "oci.image.manifest.v1",
        "docker.distribution.manifest.list.v2",
        "docker.distribution.manifest.v2",
    )
)
"""Forms of a manifest (OCI distribution specification)."""
_HUB, _HUB_API = "docker.io", "registry-1.docker.io"
_CHALLENGE = re.compile(r'(realm|service|scope)="([^"]*)"')
_CONNECT_SECONDS = 4


def images(subject: Subject) -> Iterator[Check]:
    """Every image of the stack, its helpers too."""
    wanted = dict(_wanted(subject))
    patience = httpx.Timeout(subject.seconds, connect=_CONNECT_SECONDS)
    with httpx.Client(timeout=patience, follow_redirects=True) as client:
        found = dict(zip(wanted, each(lambda image: _status(client, image), wanted), strict=True))
    there = [image for image, status in found.items() if status == HTTPStatus.OK]
    if there:
        yield passed("images", f"{len(there)} of {len(found)} are in their registries")
    unsure: dict[tuple[str, int | None], list[str]] = {}
    for image, status in found.items():
        if status == HTTPStatus.NOT_FOUND:
            yield failed("images", f"{image} ({wanted[image]}) is not there", *_instead(subject, image))
        elif status != HTTPStatus.OK:
            unsure.setdefault((image.partition("/")[0], status), []).append(image)
    for (server, status), those in unsure.items():
        remedies = [f"docker manifest inspect {image}" for image in those]
        yield left_out("images", f"{server} {_refusal(status)}: {len(those)} of {len(found)} not looked for", *remedies)


def _refusal(status: int | None) -> str:
    if status is None:
        return "cannot be reached"
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return "asks who pulls, and nobody says so here"
    return f"answers {status}"


def _wanted(subject: Subject) -> Iterator[tuple[str, str]]:
    plan = subject.plan
    for container in plan.containers:
        yield container.image, container.name
        if container.cache:
            yield container.cache.image, f"the cache of {container.name}"
        if container.gpus:
            yield plan.images.device_plugin, "offers GPUs to pods"
    yield plan.images.guard, "looks for AVX2"


def _instead(subject: Subject, image: str) -> Iterator[str]:
    """The newest version that the catalogue knows, or where to look."""
    number, container = next(
        ((at, one) for at, one in enumerate(subject.plan.containers) if one.image == image), (0, None)
    )
    newest = tags(container.kind).newest if container else None
    if newest and container and newest != container.version:
        yield subject.setting(f"speech:containers[{number}].version", newest)
    yield "speech catalog refresh --what tags"


def _status(client: httpx.Client, image: str) -> int | None:
    """What its registry answers; None where it does not."""
    server, repository, tag = _parts(image)
    url = f"{base_url(REGISTRY, f'https://{server}')}/v2/{repository}/manifests/{tag}"
    try:
        answer = client.head(url, headers={"Accept": _ACCEPT})
        if answer.status_code == HTTPStatus.UNAUTHORIZED and (token := _anonymous(client, answer)):
            answer = client.head(url, headers={"Accept": _ACCEPT, "Authorization": f"Bearer {token}"})
    except httpx.HTTPError:
        return None
    return answer.status_code


def _anonymous(client: httpx.Client, refused: httpx.Response) -> str | None:
    """The token that a registry gives to anybody; None where it gives none."""
    asked = dict(_CHALLENGE.findall(refused.headers.get("WWW-Authenticate", "")))
    realm = asked.pop("realm", "")
    if not realm.startswith("https://"):
        return None
    answer = client.get(realm, params=asked)
    if answer.status_code != HTTPStatus.OK:
        return None
    content = answer.json()
    return str(content.get("token") or content.get("access_token") or "") or None


def _parts(image: str) -> Sequence[str]:
    """Server, repository, and tag or digest of a reference."""
    server, _, rest = image.partition("/")
    repository, at, digest = rest.partition("@")
    if at:
        return _api(server), repository.rpartition(":")[0] or repository, digest
    repository, colon, tag = rest.rpartition(":")
    return (_api(server), repository, tag) if colon else (_api(server), rest, "latest")


def _api(server: str) -> str:
    return _HUB_API if server == _HUB else server
