"""From the demand of a container to its pods."""

from dataclasses import dataclass, replace
from math import ceil, floor

from speech.capacity.plan import PodShape, Range
from speech.catalog.kinds import Kind, StreamRule
from speech.catalog.stream_rules import stream_rules
from speech.settings.containers import Audio, Container, Demand, ScaleBy, Scaling
from speech.settings.faults import Finding


@dataclass(frozen=True, slots=True)
class PodDemand:
    """Pods that carry a container's peak: their shape, the streams that each carries, their least and most number."""

    shape: PodShape
    streams_per_pod: int
    replicas: Range
    peak: int
    """Pods that the peak with its headroom needs, whatever else asks for more."""
    streams: Range
    """Streams that are always there, and those of the peak, without headroom."""


def shape_for(container: Container, kind: Kind) -> PodShape:
    """The shape that the stack file gives, else the planning row of the image's version."""
    given = container.resources or kind.size_row(container.image_version).planning
    return PodShape(given.cpu, given.memory_gib)


def streams_of(demand: Demand, kind: Kind) -> Range:
    """Base and peak in streams. Characters a second become streams by what one stream speaks in a second."""
    if demand.concurrent_streams is not None:
        return Range(demand.base_streams or demand.concurrent_streams, demand.concurrent_streams)
    rate = demand.speaking_rate or kind.speaking_rate
    if not rate or not demand.characters_a_second:
        raise ValueError("a demand without a peak: the rules of the settings let none through")
    base = demand.base_characters_a_second or demand.characters_a_second
    return Range(*(ceil(round(characters / rate, 6)) for characters in (base, demand.characters_a_second)))


def rule_of(scaling: Scaling, kind: Kind) -> StreamRule:
    """The rule that the settings name, or the kind's own; with the cores that they write in its place."""
    rule = stream_rules(kind.name)[scaling.rule] if scaling.rule else kind.streams
    own = scaling.cpu_per_stream
    return replace(rule, live_cpu=own, file_cpu=own, table=(), streams_per_pod=None) if own else rule


def streams_on(shape: PodShape, rule: StreamRule, audio: Audio) -> int | None:
    """Streams that one pod of this shape carries; None where the rule says nothing of it."""
    if rule.streams_per_pod:
        return rule.streams_per_pod
    for size, streams in rule.table:
        if (size.cpu, size.memory_gib) == (shape.cpu, shape.memory_gib):
            return streams
    cores = rule.cpu(audio)
    # A tenth of a thousandth of slack: 7 / 1.4 is 5, whatever binary fractions make of it.
    return max(1, floor(shape.cpu / cores + 1e-4)) if cores else None


def carried_by(container: Container, kind: Kind) -> int | None:
    """Streams that one pod of the container carries: measured by the user, or by a rule; None where none is known."""
    if container.scaling.streams_per_pod or container.demand is None:
        return container.scaling.streams_per_pod
    return streams_on(shape_for(container, kind), rule_of(container.scaling, kind), container.demand.audio)


def pods_for(container: Container, kind: Kind, zones: int, path: str) -> PodDemand | Finding:
    """Pods that carry the container's peak with its headroom, or the fault that keeps them from it.

    At least one pod a zone, the minimum of the settings, and what the base needs; at most what the peak with its
    headroom needs, never less than the least.
    """
    shape, demand, scaling = shape_for(container, kind), container.demand, container.scaling
    if kind.once:
        return PodDemand(shape, 0, Range(1, 1), 1, Range(0, 0))
    if demand is None:
        return Finding(f"{path}.demand", "missing")
    carried = carried_by(container, kind)
    if carried is None:
        return Finding(
            f"{path}.scaling.streams_per_pod",
            f"missing. No figure is published for a {kind.name} pod of {shape}: measure it and write it down",
        )
    streams = streams_of(demand, kind)
    least = max(scaling.min_replicas, zones, ceil(streams.min / carried))
    peak = ceil(round(streams.max * (1 + scaling.headroom), 6) / carried)
    most = max(least, peak)
    if scaling.max_replicas is not None:
        if scaling.max_replicas < most:
            return Finding(
                f"{path}.scaling.max_replicas",
                f"is {scaling.max_replicas}: {streams.max} streams, headroom {scaling.headroom:g}, "
                f"need {most} pods of {carried} streams",
            )
        most = scaling.max_replicas
    if scaling.by is ScaleBy.FIXED:
        least = most
    return PodDemand(shape, carried, Range(least, most), peak, streams)
