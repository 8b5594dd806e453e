"""What containers keep beyond the life of their pods."""

import hashlib
import json
from collections.abc import Iterator

from speech.capacity.plan import Volume
from speech.catalog.kinds import Kind
from speech.settings.containers import Container, Model
from speech.settings.options import Output

_LICENSE_GIB = 1


def volumes(container: Container, facts: Kind, image: str, *, disconnected: bool) -> tuple[Volume, ...]:
    """Volumes of one container. Names are DNS labels, which storage shares and claims take alike.

    A container serves the model that its volume holds, whatever it is told (CSTT page, 2026-01-30), and a licence opens
    one version of an image (STT page, 2025-12-19): what a volume is good for is a part of its name.
    """
    return tuple(_volumes(container, facts, image, disconnected=disconnected))


def _volumes(container: Container, facts: Kind, image: str, *, disconnected: bool) -> Iterator[Volume]:
    licensed = disconnected and facts.disconnected
    if container.model is not None and facts.models_path is not None:
        name = f"{container.name}-models-{_mark(_content(container.model))}"
        yield Volume("models", name, container.model.volume_gib, facts.models_path, per_pod=False)
    if licensed:
        name = f"{container.name}-license-{_mark(image)}"
        yield Volume("license", name, _LICENSE_GIB, container.options.license_path, per_pod=False)
    # Usage records of a disconnected container lie there until the end of the year.
    output = container.options.output or (Output() if licensed else None)
    if output is not None:
        yield Volume("output", f"{container.name}-output", output.size_gib, output.path, per_pod=True)


def _content(model: Model) -> str:
    return json.dumps(model.model_dump(include={"id", "display"}, exclude_defaults=True), sort_keys=True)


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:6]
