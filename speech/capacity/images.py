"""Which images are pulled, and from where."""

from speech.capacity.plan import HelperImages
from speech.catalog.kinds import Kind, kind
from speech.catalog.tags import image_tag
from speech.settings.containers import Container
from speech.settings.operations import Registry

# Seen in the vendor's AKS documents (2026-08); any image with the tools of busybox serves.
GUARD_IMAGE = "mcr.microsoft.com/azurelinux/busybox:1.36"
# The one that the vendor checked (speech-container-speech-to-text-diarization-cache, 2026-09-02).
CACHE_IMAGE = "docker.io/valkey/valkey:8.1.10-alpine"
# The vendor's copy of NVIDIA's, as its own tests of nodes have it (Azure/AgentBaker e2e, 2026).
DEVICE_PLUGIN_IMAGE = "mcr.microsoft.com/oss/v2/nvidia/k8s-device-plugin:v0.18.2"
# What nodes of AKS have already: it is below every pod there.
PAUSE_IMAGE = "mcr.microsoft.com/oss/kubernetes/pause:3.6"
_VENDOR_PREFIX = "azure-cognitive-services/speechservices/"


def image_of(container: Container, registry: Registry) -> str:
    """The image reference: the user's own, by digest, by tag, or by the tag that version, locale and voice make.

    A kind that can do without a version (diagnostic) has no tag where none is named.
    """
    if container.image is not None:
        return f"{container.image.repository}:{container.image.tag}"
    repository = _repository(kind(container.kind), registry)
    if container.digest is not None:
        return f"{repository}@{container.digest}"
    if container.tag is None and container.version is None:
        return repository
    tag = container.tag or image_tag(container.kind, container.version or "", container.locale, container.voice)
    return f"{repository}:{tag}"


def helper_images(registry: Registry) -> HelperImages:
    """Those of the stack file, else the known ones: from the user's registry under their own paths, if there is one."""
    return HelperImages(
        guard=registry.guard_image or _moved(GUARD_IMAGE, registry),
        cache=registry.cache_image or _moved(CACHE_IMAGE, registry),
        device_plugin=_moved(DEVICE_PLUGIN_IMAGE, registry),
        pause=registry.pause_image or _moved(PAUSE_IMAGE, registry),
        registry=registry.server,
    )


def pull_server(registry: Registry) -> str | None:
    """The registry that asks who pulls; None where it asks nobody."""
    asks = registry.username or registry.password or registry.resource_id
    return registry.server if asks else None


def _repository(facts: Kind, registry: Registry) -> str:
    """The vendor's repository in the user's registry: under its prefix, else under the vendor's own path there.

    The prefix stands for the folder of the Speech images; what the vendor keeps elsewhere (diagnostic) keeps its path.
    """
    _, _, path = facts.repository.partition("/")
    gated = facts.gated_repository
    if registry.prefix is None and gated and gated.startswith(f"{registry.server}/"):
        return gated
    if registry.server is None or registry.prefix is None or not path.startswith(_VENDOR_PREFIX):
        return _moved(facts.repository, registry)
    joint = "" if registry.prefix.endswith("-") else "/"
    return f"{registry.server}/{registry.prefix}{joint}{path.removeprefix(_VENDOR_PREFIX)}"


def _moved(image: str, registry: Registry) -> str:
    _, _, path = image.partition("/")
    return f"{registry.server}/{path}" if registry.server else image
