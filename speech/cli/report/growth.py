"""What other demands would cost in the plan's own pools: more or fewer nodes, the sizes as they are."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from speech.capacity import cost
from speech.capacity.money import Amount, Part
from speech.capacity.nodes import Pods, candidate
from speech.capacity.plan import ContainerPlan, Plan, PodShape, Range
from speech.capacity.pods import PodDemand, pods_for, streams_of
from speech.catalog.kinds import kind
from speech.catalog.vm_sizes import vm_size
from speech.settings.containers import Container
from speech.settings.stack import Stack
from speech.settings.target import AksTarget, TargetKind

_POINTS = 240
"""As many as a picture shows apart."""
_TIMES = 2
"""How far beyond today's demand."""


@dataclass(frozen=True, slots=True)
class Point:
    """So many streams at the peak, all containers together: what carries them, and US dollars a month for it."""

    streams: int
    units: Range
    usd: Amount | None


@dataclass(frozen=True, slots=True)
class Growth:
    """The plan at other demands, every container's in today's proportion."""

    unit: str
    """node, group, pod or host: what is added for more."""
    now: Point
    points: tuple[Point, ...]
    table: tuple[Point, ...]
    """A few round ones."""


def growth(stack: Stack, plan: Plan) -> Growth | None:
    """From one stream to twice those of the plan; None where nothing is demanded."""
    total = sum(each.streams for each in plan.containers)
    if not total:
        return None
    step = max(1, ceil(_TIMES * total / _POINTS))
    counts = sorted({1, total, *range(step, _TIMES * total + 1, step)})
    quarters = sorted({max(1, round(total * part / 4)) for part in (1, 2, 3, 4, 5, 6, 8)})
    known = {streams: _point(stack, plan, streams, total) for streams in {*counts, *quarters}}
    return Growth(
        unit=_UNITS[TargetKind(plan.target)],
        now=known[total],
        points=tuple(known[streams] for streams in counts),
        table=tuple(known[streams] for streams in quarters),
    )


_UNITS = {
    TargetKind.AKS: "node",
    TargetKind.KUBERNETES: "pod",
    TargetKind.CONTAINER_INSTANCES: "group",
    TargetKind.DOCKER: "host",
}


def _point(stack: Stack, plan: Plan, streams: int, total: int) -> Point:
    demands = dict(_demands(stack, streams / total))
    if isinstance(stack.target, AksTarget):
        return _on_nodes(stack, stack.target, plan, streams, demands)
    if plan.container_groups:
        return _in_groups(stack, plan, streams, demands)
    served = [demands[each.name] for each in plan.containers if not each.once]
    if plan.target == TargetKind.DOCKER:
        hosts = max((each.peak for each in served), default=1)
        return Point(streams, Range(hosts, hosts), None)
    pods = Range(sum(each.replicas.min for each in served), sum(each.replicas.max for each in served))
    return Point(streams, pods, None)


def _demands(stack: Stack, factor: float) -> Iterator[tuple[str, PodDemand]]:
    """Every container's pods at so many times its demand."""
    zones = len(stack.target.zones) if isinstance(stack.target, AksTarget) else 0
    for each in stack.containers:
        pods = pods_for(_scaled(each, factor), kind(each.kind), zones, "")
        if isinstance(pods, PodDemand):
            yield each.name, pods


def _scaled(container: Container, factor: float) -> Container:
    if container.demand is None:
        return container
    streams = streams_of(container.demand, kind(container.kind))
    scaled = {"concurrent_streams": _times(streams.max, factor), "base_streams": _times(streams.min, factor)}
    demand = container.demand.model_copy(update=scaled)
    # A ceiling for the bill says nothing of what more would cost.
    scaling = container.scaling.model_copy(update={"max_replicas": None})
    return container.model_copy(update={"demand": demand, "scaling": scaling})


def _times(streams: int, factor: float) -> int:
    return max(1, ceil(round(streams * factor, 6)))


def _on_nodes(stack: Stack, target: AksTarget, plan: Plan, streams: int, demands: dict[str, PodDemand]) -> Point:
    """The plan's pools, each with its own size."""
    least, most, usd = 0, 0, _fixed(plan)
    for pool in plan.node_pools:
        size = vm_size(pool.vm_size)
        members = [each for each in plan.containers if each.pool == pool.name and not each.once]
        pods = [each for member in members for each in _pods(member, demands[member.name])]
        zones, version = len(pool.zones), target.version
        found = candidate(size, pods, zones, version, stack.location, target.os_disk) if size and pods else None
        nodes = found.nodes if found else pool.nodes
        least, most = least + nodes.min, most + nodes.max
        added = found.cost if found else None
        usd = usd.plus(added) if usd and added else None
    return Point(streams, Range(least, most), usd)


def _pods(member: ContainerPlan, demand: PodDemand) -> list[Pods]:
    pods = [Pods(member.shape, demand.replicas, kind(member.kind).image_gib, member.gpus)]
    return pods + ([Pods(member.cache.shape, Range(1, 1))] if member.cache else [])


def _fixed(plan: Plan) -> Amount | None:
    """What does not grow with the pools: the cluster's own nodes, its tier, the network."""
    grows = {f"{pool.name} {what}" for pool in plan.node_pools for what in ("pool", "disks")}
    usd = Amount(0.0, 0.0)
    for line in plan.cost.lines:
        if line.amount and line.what not in grows and line.part is not Part.COMMITMENTS:
            usd = usd.plus(line.amount)
    return usd


def _in_groups(stack: Stack, plan: Plan, streams: int, demands: dict[str, PodDemand]) -> Point:
    once = {each.name for each in plan.containers if each.once}
    shapes = {group.container: PodShape(group.cpu, group.memory_gib) for group in plan.container_groups}
    groups = [shape for name, shape in shapes.items() if name not in once for _ in range(demands[name].replicas.max)]
    line = cost.container_groups(groups, stack.location)
    usd = line.amount
    for other in plan.cost.lines:
        if usd and other.amount and other.part is Part.NETWORK:
            usd = usd.plus(other.amount)
    return Point(streams, Range(len(groups), len(groups)), usd)
