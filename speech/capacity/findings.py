"""What is worth a warning about a plan, whatever its host."""

from collections.abc import Iterator

from speech.catalog.kinds import kind
from speech.settings.faults import Finding, Severity
from speech.settings.stack import Stack
from speech.settings.target import KubernetesTarget


def warnings(stack: Stack) -> Iterator[Finding]:
    """What is inferred rather than documented, and what is left to the user."""
    for at, container in enumerate(stack.containers):
        facts = kind(container.kind)
        if container.scaling.streams_per_pod is None and facts.streams.confidence == "low" and not facts.once:
            yield _warning(
                f"speech:containers[{at}].scaling.streams_per_pod",
                f"no vendor figure: planned by others' reports ({facts.streams.as_of}). Measure it and write it down",
            )
    network = stack.network
    if network.exposure == "public":
        yield _warning(
            "speech:network.exposure", '"public" without a gateway: audio and text cross the internet unencrypted'
        )
    if network.domain:
        ingress = isinstance(stack.target, KubernetesTarget) and stack.target.ingress_class
        address = "the Ingress of the cluster" if ingress else "its address in the stack's outputs"
        yield _warning("speech:network.domain", f"no DNS record is made: point each name at {address}")


def _warning(path: str, message: str) -> Finding:
    return Finding(path, message, Severity.WARNING)
