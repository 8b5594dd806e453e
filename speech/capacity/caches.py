"""The cache that real-time diarization keeps its voices in."""

from speech.capacity.plan import Cache, PodShape
from speech.catalog.kinds import Kind
from speech.catalog.versions import is_before
from speech.settings.containers import Container

PORT = 6379
# A judgement: it holds four hours of voices' marks, no audio; beside a pod of 7 cores it leaves an 8-core node whole.
SHAPE = PodShape(cpu=0.25, memory_gib=1)


def cache(container: Container, facts: Kind, image: str) -> Cache | None:
    """The stack's own cache beside a container; None where it needs none, or the user has one."""
    asked = container.options.diarization
    first = facts.first_versions.get("diarization-cache")
    if asked is None or asked.cache is not None or first is None or is_before(container.image_version, first):
        return None
    return Cache(image=image, shape=SHAPE, port=PORT)
