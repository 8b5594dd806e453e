"""Why a plan is as it is: short sentences about each container, the nodes, the usage, and what nobody wrote down."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from speech.capacity import explanation
from speech.capacity.money import Amount
from speech.capacity.next_stream import NextStream, next_streams, spare_pods_cost
from speech.capacity.plan import ContainerPlan, Plan
from speech.capacity.pods import rule_of, shape_for, streams_on
from speech.catalog.kinds import Kind, kind
from speech.catalog.stream_rules import stream_rules
from speech.cli import scaling_text, tiers_text
from speech.settings.containers import Container, Demand
from speech.settings.parse import Parsed
from speech.settings.stack import Stack
from speech.settings.target import AksTarget

_MOST_STEPS = 20
"""Containers whose next stream is planned: each takes a plan of its own."""


@dataclass(frozen=True, slots=True)
class Explained:
    """Sentences, by what they are about."""

    containers: dict[str, list[str]]
    nodes: list[str]
    rejected: list[dict[str, Any]]
    """Of each pool, every other size of the catalogue and why it was not taken."""
    usage: list[str]
    defaults: list[str]


def explained(parsed: Parsed, plan: Plan) -> Explained:
    """Everything that decided the plan. Plans the stack again for what one more stream costs."""
    stack = parsed.stack
    pools, steps = explanation.explain(stack, plan), next_streams(stack, plan, _MOST_STEPS)
    return Explained(
        containers={
            container.name: list(_container(stack, plan, at, steps.get(container.name)))
            for at, container in enumerate(stack.containers)
        },
        nodes=[sentence for pool in pools for sentence in pool.sentences] or list(plan.why),
        rejected=[
            {"pool": pool.pool, "vm_size": each.vm_size, "ground": each.ground.name.lower(), "reason": each.reason}
            for pool in pools
            for each in pool.rejected
        ],
        usage=[*tiers_text.ladder(plan), *_unpriced(plan)],
        defaults=list(_defaults(parsed)),
    )


def _container(stack: Stack, plan: Plan, at: int, step: NextStream | None) -> Iterator[str]:
    container, planned = stack.containers[at], plan.containers[at]
    facts = kind(container.kind)
    yield _size(container, planned, facts)
    if facts.once or container.demand is None:
        yield "it runs once and ends: nothing scales"
        return
    if container.demand.characters_a_second:
        yield _spoken(container.demand, planned, facts)
    yield _carried(container, container.demand, planned, facts)
    if others := _other_rules(container, container.demand, planned, facts):
        yield others
    if plan.target == "docker":
        yield f"a host runs one of it, which carries {planned.streams_per_pod} streams"
        return
    yield _least(stack, container, planned)
    yield _most(container, planned)
    yield from scaling_text.sentences(container, planned)
    if planned.spare_pods:
        yield _spare(planned, spare_pods_cost(stack, plan, at))
    if step:
        yield _step(step, planned)


def _size(container: Container, planned: ContainerPlan, facts: Kind) -> str:
    low, high, (least, most) = planned.vendor.minimum, planned.vendor.recommended, planned.vendor.model_gib
    model = f", with {least:g} to {most:g} GiB more for the model" if most else ""
    more = f" to {high.cpu:g} cpu {high.memory_gib:g} GiB" if high != low else ""
    vendor = f"{low.cpu:g} cpu {low.memory_gib:g} GiB{more}{model}"
    asked = f"the vendor asks for {vendor} ({planned.vendor.as_of})" if high.cpu else "the vendor names no size"
    if container.resources:
        return f"a pod of {planned.shape}, as the stack file has it; {asked}"
    note = facts.evidence["planning"].note
    return f"a pod of {planned.shape}, the planned size: {asked}" + (f" ({note})" if note else "")


def _spoken(demand: Demand, planned: ContainerPlan, facts: Kind) -> str:
    rate, source = demand.speaking_rate, "as the stack file has it"
    if rate is None:
        rate, source = facts.speaking_rate, "a judgement"
    return (
        f"{demand.characters_a_second:g} characters a second are {planned.streams} streams that speak"
        f" {rate:g} each ({source})"
    )


def _carried(container: Container, demand: Demand, planned: ContainerPlan, facts: Kind) -> str:
    scaling, count = container.scaling, planned.streams_per_pod
    if scaling.streams_per_pod:
        return f"it carries {count} streams, as streams_per_pod says"
    if scaling.cpu_per_stream:
        return f"it carries {count} streams of {scaling.cpu_per_stream:g} cpu, as cpu_per_stream says"
    rule = rule_of(scaling, facts)
    what = f"it carries {count} streams by the rule {rule.name} ({rule.as_of}, confidence {rule.confidence})"
    cores = rule.cpu(demand.audio)
    return f"{what}: {cores:g} cpu a {demand.audio} stream" if cores else what


def _other_rules(container: Container, demand: Demand, planned: ContainerPlan, facts: Kind) -> str | None:
    used = container.scaling.rule or facts.streams.name
    shape = shape_for(container, facts)
    found = {
        name: streams
        for name, rule in stream_rules(planned.kind).items()
        if name != used and (streams := streams_on(shape, rule, demand.audio))
    }
    if not found:
        return None
    return f"other published rules: {', '.join(f'{name} {streams}' for name, streams in found.items())}"


def _least(stack: Stack, container: Container, planned: ContainerPlan) -> str:
    """What asks for the most of those that are always there."""
    if planned.fixed:
        return "as many pods always run as the peak needs: nothing scales here"
    demand, zones = container.demand, len(stack.target.zones) if isinstance(stack.target, AksTarget) else 0
    least = planned.replicas.min
    if zones == least:
        reason = f"one in each of {zones} zones"
    elif container.scaling.min_replicas == least:
        reason = "min_replicas"
    else:
        based = demand and (demand.base_streams or demand.base_characters_a_second)
        reason = "the streams that are always there" if based else "a base that nobody wrote: the peak is taken"
    return f"least {least}: {reason}"


def _most(container: Container, planned: ContainerPlan) -> str:
    headroom, streams = container.scaling.headroom, planned.streams
    most, carried = planned.replicas.max, planned.streams_per_pod
    needed = streams * (1 + headroom)
    counted = f"{streams} streams and {headroom:.0%} of headroom are {needed:g}, {carried} a pod"
    if container.scaling.max_replicas:
        return f"most {most}: max_replicas; {counted}"
    if (most - 1) * carried >= round(needed, 6):
        return f"most {most}: as many as the least; {counted} would need fewer"
    return f"most {most}: {counted}"


def _spare(planned: ContainerPlan, cost: Amount | None) -> str:
    """What it buys, and its price."""
    count = planned.spare_pods
    places = "a place is" if count == 1 else f"{count} places are"
    kept = f"{places} kept free for the next pods, by pods of low priority that go when one comes: no wait for a node"
    if cost is None:
        return f"{kept}, on hosts without a known price"
    estimate = "~" if cost.estimated else ""
    return (
        f"{kept}: {estimate}{cost.low:,.0f} USD a month more at the least load, {estimate}{cost.high:,.0f} at the peak"
    )


def _step(step: NextStream, planned: ContainerPlan) -> str:
    if step.pods is None:
        return f"{max(step.fits, planned.streams) + 1} streams do not fit: {step.refused}"
    spare = step.fits - planned.streams
    head = (
        f"one more stream costs nothing up to {step.fits}; stream {step.fits + 1} needs"
        if spare > 0
        else "one more stream needs"
    )
    pods = f"{head} {step.pods} pods"
    if step.extra is None:
        return f"{pods}, on hosts without a known price"
    sign = "more" if step.extra.high > -1 else "less"
    estimate = "~" if step.extra.estimated else ""
    return f"{pods}: {estimate}{abs(step.extra.high):,.0f} USD a month {sign} at the peak, metering apart"


def _unpriced(plan: Plan) -> Iterator[str]:
    unknown = [line.what for line in plan.cost.lines if line.amount is None]
    if unknown:
        yield f"no price is known of {', '.join(unknown)}: the sum leaves it out as unknown, never as zero"
    if plan.cost.metering is None:
        yield f"metering is unknown: {plan.cost.metering_unknown}"


def _defaults(parsed: Parsed) -> Iterator[str]:
    """One sentence a setting; containers that agree share it."""

    def nameless(picked: tuple[str, object]) -> tuple[str, str]:
        path, value = picked
        head, bracket, rest = path.partition("[")
        return f"{head}[]{rest.partition(']')[2]}" if bracket else path, _written(value)

    environment = parsed.stack.environment
    for (path, value), _ in groupby(sorted(parsed.picked, key=nameless), key=nameless):
        yield f"{environment} picks  {path}: {value}"


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"[{', '.join(map(str, value))}]" if isinstance(value, list | tuple) else str(value)
