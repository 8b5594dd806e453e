"""When a container's pods come and go, and what a burst loses, in sentences."""

from collections.abc import Iterator

from speech.capacity.autoscaler import TOLERANCE
from speech.capacity.plan import ContainerPlan
from speech.capacity.pods import pods_for, streams_of
from speech.capacity.scaling import added_above, burst, full_percent
from speech.catalog.kinds import kind
from speech.settings.containers import Container
from speech.settings.faults import Finding


def sentences(container: Container, planned: ContainerPlan) -> Iterator[str]:
    """None where nothing scales."""
    facts, replicas = kind(container.kind), planned.replicas
    if planned.fixed or facts.once or container.demand is None:
        return
    if replicas.min < replicas.max:
        window = planned.behavior.down.stabilization_seconds // 60
        step = planned.behavior.down.policies[0].period_seconds // 60
        goes = f"one goes every {step} minutes, if none of the last {window} needed it"
        yield from _by_cpu(planned, goes) if planned.target_streams is None else _by_streams(planned, goes)
    base = streams_of(container.demand, facts).min
    pods = pods_for(container, facts, 0, "")
    full = 100.0 if isinstance(pods, Finding) else full_percent(container, facts, pods)
    if found := burst(planned, base, full, planned.startup_minutes):
        yield _burst(base, planned.streams, found.at_rest, found.lost, found.minutes)


def _by_cpu(planned: ContainerPlan, goes: str) -> Iterator[str]:
    marks = added_above(planned.target_cpu_percent)
    yield f"pods are added when {marks}% of their cpu is used (target {planned.target_cpu_percent}%); {goes}"
    if planned.gpus:
        yield "that sees no GPU: where streams wait for it, write  by: fixed"
    else:
        cheapest = marks / 100 * planned.shape.cpu / planned.streams_per_pod
        yield (
            f"where a stream costs less than {cheapest:.2g} cpu, full pods stay below that and none is added:"
            " measure, and write cpu_per_stream"
        )


def _by_streams(planned: ContainerPlan, goes: str) -> Iterator[str]:
    target = planned.target_streams or 0.0
    yield (
        f"pods are added when the gateway counts more than {target * (1 + TOLERANCE):.3g} streams a pod, those that"
        f" wait too (KEDA's target {target:g}); {goes}"
    )
    yield f"without a count nothing changes for five minutes, then the most run: {planned.replicas.max}"


def _burst(base: int, peak: int, pods: int, lost: int, minutes: int | None) -> str:
    if not lost:
        return f"a burst up to the peak of {peak} streams loses none: the pods that are there carry them"
    found = f"a burst from {base} streams to {peak} at once finds {pods} pods: {lost} streams are refused"
    if minutes is None:
        return f"{found}, and no pod is added: full ones use too little of their cores"
    return f"{found} at first, and up to {minutes} minutes pass until none is"
