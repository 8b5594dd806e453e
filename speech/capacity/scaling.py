"""When pods come and go: the autoscaler's target and pace, and what a burst loses while it follows."""

from dataclasses import dataclass
from itertools import repeat
from math import ceil

from speech.capacity.autoscaler import SYNC_SECONDS, TOLERANCE, Autoscaler, Behavior, Policy, Rules, follow
from speech.capacity.drain import NEW_NODE_SECONDS
from speech.capacity.plan import ContainerPlan
from speech.capacity.pods import PodDemand, rule_of
from speech.catalog.kinds import Kind
from speech.settings.containers import Container

_MOST_USE = 0.9
"""Of what a full pod uses: without headroom, a measure that is a tenth short must still add pods."""
_SETTLES_SECONDS = 60
"""Use that lasts no longer adds no pod: a pod that has just become ready compiles on its first streams."""
_SCRAPE_SECONDS = 60
"""Between two looks of Prometheus at a gateway, where nobody has written less (its own default)."""
_LONGEST_WINDOW = 3600
_STEP_SECONDS = 300
_HORIZON_SECONDS = 7 * 24 * 3600


def full_percent(container: Container, kind: Kind, pods: PodDemand) -> float:
    """What a pod with all its streams uses of its cores, in percent.

    By the rule that the settings name, else by the kind's own; all of them where neither says what a stream costs.
    """
    if container.demand is None:
        return 100.0
    audio = container.demand.audio
    cores = rule_of(container.scaling, kind).cpu(audio) or kind.streams.cpu(audio)
    return min(1.0, pods.streams_per_pod * cores / pods.shape.cpu) * 100 if cores else 100.0


def target_percent(full: float, headroom: float) -> int:
    """The autoscaler's target: it adds pods before less than the headroom is free beside the streams that are served.

    With n streams on pods that carry N each, full(N) = `full` percent and headroom h, pods must be added when
    use > full / (1 + h). The controller does nothing until the use, cut to whole percents, is more than
    target x (1 + tolerance): the target is so much lower. So a load at rest has at least n (1 + h) / N pods, and the
    peak has the plan's most pods.
    """
    added_at = min(full / (1 + headroom), full * _MOST_USE)
    return max(1, int((added_at - 1) / (1 + TOLERANCE) + 1e-9))


def added_above(target: int) -> int:
    """Percent of use, in whole numbers, from which on pods are added."""
    return int(target * (1 + TOLERANCE) + 1e-9) + 1


def target_streams(streams_per_pod: int, headroom: float) -> float:
    """Streams a pod that KEDA's autoscaler goes by, in thousandths as it reads them, rounded up.

    It adds pods when there are more than streams_per_pod / (1 + headroom) for each: the tolerance is taken off. Streams
    that wait for a place count, so that a full fleet without headroom is seen, and a jump in its whole height.
    """
    return ceil(1000 * streams_per_pod / (1 + headroom) / (1 + TOLERANCE) - 1e-9) / 1000


def behavior(startup_minutes: int) -> Behavior:
    """The pace. Up: at most twice as many pods a minute. Down: a pod every five minutes, and none that was asked for
    within the time that its return would take on a new node (an hour at most, as the API allows).
    """
    back = NEW_NODE_SECONDS + startup_minutes * 60
    return Behavior(
        up=Rules(_SETTLES_SECONDS, "Max", (Policy("Percent", 100, 60),)),
        down=Rules(min(back, _LONGEST_WINDOW), "Min", (Policy("Pods", 1, _STEP_SECONDS),)),
    )


@dataclass(frozen=True, slots=True)
class Burst:
    """A load that jumps from the base to the peak at once."""

    at_rest: int
    """Pods that the base has."""
    lost: int
    """Streams that find no pod at first."""
    minutes: int | None
    """Until there are pods for all, where each new pod needs a new node and all the time that it may take. None where
    full pods use so little of their cores that the autoscaler adds none."""


def burst(planned: ContainerPlan, base: int, full: float, startup_minutes: int) -> Burst | None:
    """What the jump costs; None where no pod comes."""
    if planned.fixed or planned.once:
        return None
    carried, pods, streams = planned.streams_per_pod, planned.replicas, planned.target_streams
    added = added_above(planned.target_cpu_percent)

    def rests(count: int) -> bool:
        if streams is not None:
            return base <= count * streams * (1 + TOLERANCE) + 1e-9
        return base * full / (count * carried) < added

    rest = next(count for count in range(pods.min, pods.max + 1) if count == pods.max or rests(count))
    scaler = Autoscaler(planned.target_cpu_percent, pods.min, pods.max, planned.behavior, streams)
    late = 1 if streams is None else 1 + _SCRAPE_SECONDS // SYNC_SECONDS
    jump = repeat(float(planned.streams), _HORIZON_SECONDS // SYNC_SECONDS)
    moments = follow(jump, scaler, rest, carried, full, NEW_NODE_SECONDS + startup_minutes * 60, late)
    served = next((each.seconds for each in moments if each.ready * carried >= planned.streams), None)
    return Burst(rest, max(0, planned.streams - rest * carried), None if served is None else ceil(served / 60))
