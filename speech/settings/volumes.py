"""Which containers keep something."""

from speech.catalog.kinds import kind
from speech.settings.containers import Container


def needs_volume(container: Container, *, disconnected: bool) -> bool:
    """Whether it has a model, an output mount, or the licence and the records of a disconnected container."""
    licensed = disconnected and kind(container.kind).disconnected
    return container.model is not None or container.options.output is not None or licensed
