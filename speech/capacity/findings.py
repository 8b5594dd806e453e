"""What is worth a warning about a plan, whatever its host."""

from collections.abc import Iterator

from speech.capacity.pods import carried_by, rule_of, shape_for
from speech.catalog.kinds import kind
from speech.settings.containers import Container
from speech.settings.faults import Finding, Severity
from speech.settings.stack import Stack
from speech.settings.target import KubernetesTarget


def warnings(stack: Stack) -> Iterator[Finding]:
    """What is inferred rather than documented, and what is left to the user."""
    for at, container in enumerate(stack.containers):
        yield from _guesses(container, f"speech:containers[{at}]")
        yield from _beyond_the_ceiling(container, f"speech:containers[{at}]")
    network = stack.network
    if network.exposure == "public" and not (network.gateway and network.gateway.tls):
        message = '"public" without a gateway with TLS: audio and text cross the internet unencrypted'
        yield _warning("speech:network.exposure", message)
    if network.domain:
        ingress = isinstance(stack.target, KubernetesTarget) and stack.target.ingress_class
        one = "the gateway's address" if network.gateway else "the Ingress of the cluster" if ingress else None
        address = one or "its address in the stack's outputs"
        yield _warning("speech:network.domain", f"no DNS record is made: point each name at {address}")


def _guesses(container: Container, path: str) -> Iterator[Finding]:
    """Figures that no vendor publishes."""
    facts, scaling, demand = kind(container.kind), container.scaling, container.demand
    rule = rule_of(scaling, facts)
    if not (facts.once or scaling.streams_per_pod or scaling.cpu_per_stream) and rule.confidence == "low":
        yield _warning(
            f"{path}.scaling.streams_per_pod",
            f"no vendor figure: planned by others' reports ({rule.as_of}). Measure it and write it down",
        )
    if demand and demand.characters_a_second and demand.speaking_rate is None:
        yield _warning(
            f"{path}.demand.speaking_rate",
            f"no figure is published: planned with {facts.speaking_rate:g} characters a second a stream, a judgement"
            f" ({facts.evidence['speaking_rate'].as_of}). Measure it and write it down",
        )


def _beyond_the_ceiling(container: Container, path: str) -> Iterator[Finding]:
    """A container larger than the vendor's advice: works, and slower than two of half its size."""
    facts = kind(container.kind)
    ceiling, carried, shape = facts.ceiling, carried_by(container, facts), shape_for(container, facts)
    if ceiling is None:
        return
    source = f"(vendor, {ceiling.evidence.as_of})"
    if carried and carried > ceiling.streams:
        yield _warning(
            f"{path}.scaling",
            f"{carried} streams a pod: beyond 6 to {ceiling.streams} more pods are better than more streams {source}",
        )
    if shape.cpu > ceiling.cpu:
        yield _warning(
            f"{path}.resources.cpu",
            f"is {shape.cpu:g}: beyond {ceiling.cpu:g} cores memory of another socket slows each. Take more, smaller"
            f" pods {source}",
        )


def _warning(path: str, message: str) -> Finding:
    return Finding(path, message, Severity.WARNING)
