"""The HorizontalPodAutoscaler on paper: what it makes of the processors' use, sync after sync.

By the documentation of Kubernetes 1.36 (concepts/workloads/autoscaling/horizontal-pod-autoscale) and, where that is
silent (whole percents, what a scaling policy counts), by pkg/controller/podautoscaler of 1.36.3, and held against that
controller by `make conformance`. One metric: the processors' use, or streams that KEDA counts at a gateway.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import ceil
from typing import Literal

SYNC_SECONDS = 15
"""--horizontal-pod-autoscaler-sync-period. AKS leaves it, and the tolerance, as they are."""
TOLERANCE = 0.1
"""--horizontal-pod-autoscaler-tolerance: a ratio so near to one changes nothing."""
_FULL_PERCENT = 100


@dataclass(frozen=True, slots=True)
class Policy:
    """How many pods may come, or go, in a period."""

    type: Literal["Pods", "Percent"]
    value: int
    period_seconds: int


@dataclass(frozen=True, slots=True)
class Rules:
    """One direction of `behavior`."""

    stabilization_seconds: int
    select: Literal["Max", "Min", "Disabled"]
    """Of several policies, the one that allows the largest or the smallest change."""
    policies: tuple[Policy, ...]


@dataclass(frozen=True, slots=True)
class Behavior:
    """Both directions."""

    up: Rules
    down: Rules


@dataclass(frozen=True, slots=True)
class Observed:
    """What the metrics say of the pods that are not going. All have the same request."""

    sampled: int
    """Ready pods with a sample."""
    used_percent: float
    """Of its request, by each of these on average."""
    unready: int = 0
    """Pods that wait for a node, start, or have no sample from after they were ready: what they use is not looked
    at."""
    missing: int = 0
    """Ready pods without a sample."""
    streams: float = 0.0
    """What the gateway counts for all of them, the streams that wait too."""


def recommended(current: int, seen: Observed, target_percent: int) -> int:
    """Pods that the metric asks for, before windows, policies and bounds."""
    if not seen.sampled:
        return current
    used = seen.sampled * seen.used_percent
    ratio = _ratio(used, seen.sampled, target_percent)
    grows = ratio > 1
    if not (seen.unready and grows) and not seen.missing:
        return current if _near(ratio) else ceil(ratio * seen.sampled)
    # Nobody knows what the others use: nothing where pods would come, all where pods would go.
    supposed = 0 if grows else max(_FULL_PERCENT, target_percent)
    count = seen.sampled + seen.missing + seen.unready * grows
    second = _ratio(used + seen.missing * supposed, count, target_percent)
    if _near(second) or (second > 1) is not grows:
        return current
    wanted = ceil(second * count)
    return current if (wanted > current) is not grows else wanted


def recommended_by_streams(current: int, streams: float, target: float) -> int:
    """Pods for so many streams, `target` a pod: an external metric of type AverageValue, for which every pod counts,
    whether it is ready or not.
    """
    return current if _near(streams / (target * current)) else ceil(streams / target - 1e-9)


def _ratio(used_percent: float, pods: int, target_percent: int) -> float:
    """Of the use to the target. The controller cuts the use to whole percents (metrics/utilization.go)."""
    return int(used_percent / pods + 1e-9) / target_percent


def _near(ratio: float) -> bool:
    return abs(1 - ratio) <= TOLERANCE + 1e-9


@dataclass(slots=True)
class Autoscaler:
    """One autoscaler with what it remembers. Time is in seconds, and goes forward."""

    target_percent: int
    least: int
    most: int
    behavior: Behavior
    target_streams: float | None = None
    """Of a pod: goes by them, and not by the percents."""
    _recommended: list[tuple[float, int]] = field(default_factory=list)
    _changes: list[tuple[float, int]] = field(default_factory=list)

    def sync(self, now: float, current: int, seen: Observed) -> int:
        """Pods from now on."""
        if not self._recommended:
            self._recommended.append((now, current))
        if not self.least <= current <= self.most:
            wanted = min(max(current, self.least), self.most)
        elif self._blind(seen):
            wanted = current
        else:
            wanted = self._limited(now, current, self._stable(now, current, self._asked(current, seen)))
        if wanted != current:
            self._changes.append((now, wanted - current))
        return wanted

    def _blind(self, seen: Observed) -> bool:
        """Whether no pod has a sample: the controller then gives up, and remembers nothing of it for its windows."""
        return self.target_streams is None and not seen.sampled

    def _asked(self, current: int, seen: Observed) -> int:
        if self.target_streams is not None:
            return recommended_by_streams(current, seen.streams, self.target_streams)
        return recommended(current, seen, self.target_percent)

    def _stable(self, now: float, current: int, asked: int) -> int:
        """Up to the lowest that was asked for in the one window, down to the highest in the other."""
        up, down = self.behavior.up.stabilization_seconds, self.behavior.down.stabilization_seconds
        lowest = min([asked, *(pods for at, pods in self._recommended if at > now - up)])
        highest = max([asked, *(pods for at, pods in self._recommended if at > now - down)])
        self._recommended = [each for each in self._recommended if each[0] > now - max(up, down)]
        self._recommended.append((now, asked))
        return min(max(current, lowest), highest)

    def _limited(self, now: float, current: int, wanted: int) -> int:
        """As far as the policies let it go at once."""
        if wanted > current:
            return min(wanted, max(current, min(self.most, self._limit(now, current, self.behavior.up, 1))))
        if wanted < current:
            return max(wanted, min(current, max(self.least, self._limit(now, current, self.behavior.down, -1))))
        return current

    def _limit(self, now: float, current: int, rules: Rules, sign: int) -> int:
        if rules.select == "Disabled":
            return current
        proposed = []
        for policy in rules.policies:
            start = current - sum(change for at, change in self._changes if at > now - policy.period_seconds)
            if policy.type == "Pods":
                proposed.append(start + sign * policy.value)
            else:
                exact = start * (1 + sign * policy.value / 100)
                proposed.append(ceil(exact) if sign > 0 else int(exact))
        farthest = rules.select == "Max"
        return max(proposed) if (sign > 0) is farthest else min(proposed)


@dataclass(frozen=True, slots=True)
class Moment:
    """One sync."""

    seconds: int
    load: float
    """Streams that are asked for."""
    ready: int
    """Pods that serve."""
    wanted: int
    """Pods that serve or start."""


def follow(
    loads: Iterable[float],
    scaler: Autoscaler,
    pods: int,
    streams_per_pod: int,
    full_percent: float,
    start_seconds: int,
    late_syncs: int = 1,
) -> Iterator[Moment]:
    """How pods follow a load, one value a sync; streams spread evenly, those that find no pod are refused.

    A pod with all its streams uses `full_percent` of its request. A new pod serves after `start_seconds`, and metrics
    are `late_syncs` old.
    """
    starting: list[int] = []
    ready, seen = pods, deque[float](maxlen=late_syncs + 1)
    for at, load in enumerate(loads):
        now = at * SYNC_SECONDS
        ready, starting = (
            ready + sum(due <= now for due in starting),
            [due for due in starting if due > now],
        )
        seen.append(load)
        sampled = seen[0]
        used = min(1.0, sampled / (ready * streams_per_pod)) * full_percent
        current = ready + len(starting)
        wanted = scaler.sync(now, current, Observed(ready, used, unready=len(starting), streams=sampled))
        starting.extend([now + start_seconds] * (wanted - current))
        gone = max(0, current - wanted)
        # What is not ready goes first, the youngest of it before the others.
        starting, ready = starting[: max(0, len(starting) - gone)], ready - max(0, gone - len(starting))
        yield Moment(now, load, ready, wanted)
