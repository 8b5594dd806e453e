"""Which image runs, and who can change it."""

from collections.abc import Iterator
from dataclasses import dataclass

from policies.reading import About, Resource, containers

_MOVING = ("latest", "stable", "main", "edge", "nightly")
DOCKER_HUB = "docker.io"


@dataclass(frozen=True, slots=True)
class Image:
    """`host/repository:tag@digest`, in its parts."""

    host: str
    """docker.io where none is written, as most runtimes read it."""
    named: bool
    """Whether the host is written."""
    tag: str
    digest: str


def parsed(reference: str) -> Image:
    """The parts of an image's reference (github.com/distribution/reference)."""
    rest, _, digest = reference.partition("@")
    first, slash, _ = rest.partition("/")
    named = bool(slash) and ("." in first or ":" in first or first == "localhost")
    _, colon, tag = rest.rpartition("/")[2].partition(":")
    return Image(first if named else DOCKER_HUB, named, tag if colon else "", digest)


def images_are_pinned(resource: Resource, about: About) -> Iterator[str]:
    """What was tested is what runs, on every node and after every restart."""
    for path, reference in _images(resource):
        image = parsed(reference)
        if image.digest or "floating-tag" in about.acknowledged:
            continue
        if not image.tag or image.tag in _MOVING:
            yield (
                f'{path}: "{reference}" is another image whenever a node pulls it anew. Write a version '
                "(speech:containers[].version), or a digest"
            )


def images_come_from_allowed_registries(resource: Resource, about: About) -> Iterator[str]:
    """An image is code with the account's key in its hands."""
    for path, reference in _images(resource):
        image = parsed(reference)
        if not image.named:
            yield f'{path}: "{reference}" names no registry, so each runtime takes its own. Write the host before it'
        elif about.registries and image.host not in about.registries:
            yield (
                f"{path}: {image.host} is none of the allowed registries ({', '.join(about.registries)}). Mirror the "
                "image there (speech:registry), or allow the host in the policy's configuration"
            )


def _images(resource: Resource) -> Iterator[tuple[str, str]]:
    for container in containers(resource):
        image = container.body.get("image")
        if isinstance(image, str):
            yield f"{container.path}.image", image
