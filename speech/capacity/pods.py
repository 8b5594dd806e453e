"""From the demand of a container to its pods."""

from dataclasses import dataclass
from math import ceil, floor

from speech.capacity.plan import PodShape, Range
from speech.catalog.kinds import Kind, StreamRule
from speech.settings.containers import Audio, Container, ScaleBy
from speech.settings.faults import Finding


@dataclass(frozen=True, slots=True)
class PodDemand:
    """Pods that carry a container's peak: their shape, the streams that each carries, their least and most number."""

    shape: PodShape
    streams_per_pod: int
    replicas: Range
    peak: int
    """Pods that the peak with its headroom needs, whatever else asks for more."""


def shape_for(container: Container, kind: Kind) -> PodShape:
    """The shape that the stack file gives, else the planning row of the image's version."""
    given = container.resources or kind.size_row(container.image_version).planning
    return PodShape(given.cpu, given.memory_gib)


def streams_on(shape: PodShape, rule: StreamRule, audio: Audio) -> int | None:
    """Streams that one pod of this shape carries; None where the rule says nothing of it."""
    for size, streams in rule.table:
        if (size.cpu, size.memory_gib) == (shape.cpu, shape.memory_gib):
            return streams
    cores = rule.file_cpu if audio is Audio.FILE else rule.live_cpu
    # A tenth of a thousandth of slack: 7 / 1.4 is 5, whatever binary fractions make of it.
    return max(1, floor(shape.cpu / cores + 1e-4)) if cores else None


def pods_for(container: Container, kind: Kind, zones: int, path: str) -> PodDemand | Finding:
    """Pods that carry the container's peak with its headroom, or the fault that keeps them from it.

    At least one pod a zone, the minimum of the settings, and what the base needs; at most what the peak with its
    headroom needs, never less than the least.
    """
    shape, demand, scaling = shape_for(container, kind), container.demand, container.scaling
    if kind.once:
        return PodDemand(shape, 0, Range(1, 1), 1)
    if demand is None:
        return Finding(f"{path}.demand", "missing")
    streams = scaling.streams_per_pod or streams_on(shape, kind.streams, demand.audio)
    if streams is None:
        return Finding(
            f"{path}.scaling.streams_per_pod",
            f"missing. No figure is published for a {kind.name} pod of {shape}: measure it and write it down",
        )
    base = demand.base_streams or demand.concurrent_streams
    least = max(scaling.min_replicas, zones, ceil(base / streams))
    peak = ceil(round(demand.concurrent_streams * (1 + scaling.headroom), 6) / streams)
    most = max(least, peak)
    if scaling.max_replicas is not None:
        if scaling.max_replicas < most:
            return Finding(
                f"{path}.scaling.max_replicas",
                f"is {scaling.max_replicas}: {demand.concurrent_streams} streams, headroom {scaling.headroom:g}, "
                f"need {most} pods of {streams} streams",
            )
        most = scaling.max_replicas
    if scaling.by is ScaleBy.FIXED:
        least = most
    return PodDemand(shape, streams, Range(least, most), peak)
