"""What one more stream costs: how many fit the pods that there are, and what the pod after them adds."""

from dataclasses import dataclass
from math import ceil, floor

from pydantic import BaseModel

from speech.capacity.money import Amount, Part
from speech.capacity.plan import Plan, Range
from speech.capacity.planner import plan
from speech.catalog.kinds import kind
from speech.settings.containers import Container, Demand
from speech.settings.faults import InvalidStackError
from speech.settings.stack import Stack
from speech.settings.target import AksTarget, TargetKind

_SECONDS = 0.2
"""For the solver, where many containers share pools: a step's cost needs no proof."""


@dataclass(frozen=True, slots=True)
class NextStream:
    """The step above a container's peak."""

    fits: int
    """Streams that its pods carry with their headroom: one more needs another pod."""
    pods: Range | None
    """Those of one stream more than fits; None where that cannot be."""
    extra: Amount | None
    """US dollars a month that they add to compute and network; None where no price is known, or it cannot be."""
    refused: str | None = None
    """Why it cannot be."""


def spare_pods_cost(stack: Stack, made: Plan, at: int) -> Amount | None:
    """What the places that a container keeps free add to compute and network, US dollars a month; None where no price
    is known. Plans the stack with them and without.
    """
    hurried, scaling = _hurried(stack), stack.containers[at].scaling
    without = _changed(hurried, at, scaling=scaling.model_copy(update={"spare_pods": 0}))
    try:
        return _difference(plan(without, made.stack), plan(hurried, made.stack))
    except InvalidStackError:
        return None


def next_streams(stack: Stack, made: Plan, most: int) -> dict[str, NextStream]:
    """The steps of the first containers of a plan, by name; none of what has no streams, or carries them on one pod.

    Plans the stack once more for each, with as many streams as need another pod.
    """
    try:
        before = plan(_hurried(stack), made.stack)
    except InvalidStackError:
        return {}
    steps = ((container.name, _next(stack, before, at)) for at, container in enumerate(stack.containers[:most]))
    return {name: step for name, step in steps if step is not None}


def _next(stack: Stack, before: Plan, at: int) -> NextStream | None:
    container, planned = stack.containers[at], before.containers[at]
    if kind(container.kind).once or container.demand is None or before.target == TargetKind.DOCKER:
        return None
    carried, most = planned.streams_per_pod, planned.replicas.max
    # As pods are counted: the peak with its headroom, its parts of a stream beyond the sixth place left out.
    fits = floor(most * carried / (1 + container.scaling.headroom) + 1e-6)
    wanted = max(fits, planned.streams) + 1
    try:
        after = plan(_hurried(_changed(stack, at, demand=_raised(container, wanted))), before.stack)
    except InvalidStackError as error:
        return NextStream(fits, None, None, error.faults[0].message)
    pods = after.containers[at].replicas
    return NextStream(fits, pods, _difference(before, after))


def _difference(before: Plan, after: Plan) -> Amount | None:
    """Of what has a price in both: volumes that nobody prices stay as they are."""
    parts = [part for part in (Part.COMPUTE, Part.NETWORK) if any(line.part is part for line in after.cost.lines)]
    old, new = before.cost.sum(*parts), after.cost.sum(*parts)
    if old is None or new is None:
        return None
    return Amount(new.low - old.low, new.high - old.high, new.estimated)


def _hurried(stack: Stack) -> Stack:
    """Without a budget, which would refuse the step, and with little time for the solver."""
    target = stack.target
    if isinstance(target, AksTarget):
        target = target.model_copy(update={"planning_seconds": min(target.planning_seconds, _SECONDS)})
    return stack.model_copy(update={"budget": None, "target": target})


def _changed(stack: Stack, at: int, **settings: BaseModel | None) -> Stack:
    """With other settings of one container."""
    changed = stack.containers[at].model_copy(update=settings)
    return stack.model_copy(update={"containers": (*stack.containers[:at], changed, *stack.containers[at + 1 :])})


def _raised(container: Container, streams: int) -> Demand | None:
    """The base stays what it is, where it is written; else it is the peak, as always."""
    demand = container.demand
    if demand is None or demand.characters_a_second is None:
        return demand and demand.model_copy(update={"concurrent_streams": streams})
    rate = demand.speaking_rate or kind(container.kind).speaking_rate or 1.0
    return demand.model_copy(update={"characters_a_second": ceil(streams * rate)})
