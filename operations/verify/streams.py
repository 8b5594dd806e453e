"""Many streams at once: where a container saturates, against what the plan says it carries."""

import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from operations.verify import audio, calls
from operations.verify.check import Check, State
from operations.verify.target import Target

STREAM_SECONDS = 4.0
"""Audio of one stream, sent at the pace of speech where the plan's streams are live."""
_SLOWER, _NOTICED_SECONDS = 3.0, 0.5
"""A step saturates when its p95 latency is this many times that of the quickest step, and that much longer."""
_LATE_SECONDS = 20.0
_BETWEEN_SECONDS = 0.2
"""So that the far end has seen the last of a step before the next one comes."""
_REASON = 160


@dataclass(frozen=True, slots=True)
class Step:
    """So many streams at once."""

    streams: int
    latencies: tuple[float, ...]
    """Of those that were answered, in seconds, shortest first."""
    real_time_factor: float
    """The worst."""
    failures: tuple[str, ...]
    """Why the others were not."""

    def percentile(self, part: float) -> float | None:
        """The latency that this part of the streams had at most (nearest rank)."""
        if not self.latencies:
            return None
        return self.latencies[max(0, math.ceil(part * len(self.latencies)) - 1)]


@dataclass(frozen=True, slots=True)
class Load:
    """What came of all steps."""

    check: Check
    table: tuple[str, ...]
    document: dict[str, Any]


def load(
    target: Target,
    request: calls.Request,
    most: int,
    pods: int | None,
    tell: Callable[[str, float], None],
) -> Load:
    """One step after the other up to `most` streams, until one saturates. `pods`: how many answer, where known."""
    planned, per_pod = target.container.streams, target.container.streams_per_pod
    samples = request.samples
    one = replace(request, samples=samples * math.ceil(STREAM_SECONDS / max(audio.seconds_of(samples), 1.0)))
    if target.facts.client_call not in calls.SPEAKS:
        one = replace(one, paced=True, seconds=STREAM_SECONDS + _LATE_SECONDS)
    found: list[Step] = []
    while (count := _next(found, most)) is not None:
        left = max(1, most.bit_length() + 1 - len(found))
        tell(f"{count} of {most} streams", left * (audio.seconds_of(one.samples) + 1))
        found = sorted([*found, _step(target, one, count)], key=lambda step: step.streams)
    return Load(_check(target, found, most, pods), _table(found), _document(found, planned, per_pod, pods))


def _next(found: Sequence[Step], most: int) -> int | None:
    """Twice as many until one saturates, then between that and the last that did not; none where all is known."""
    held, broke = _edge(found)
    if broke is None:
        return None if held == most else min(most, max(1, 2 * held))
    return (held + broke.streams) // 2 if broke.streams - held > 1 else None


def _edge(found: Sequence[Step]) -> tuple[int, Step | None]:
    """The most streams that are held, and the first step that is too much, where there is one."""
    broke = next((step for step in found if _saturates(step, _quickest(found))), None)
    return max((step.streams for step in found if not broke or step.streams < broke.streams), default=0), broke


def _quickest(found: Sequence[Step]) -> float:
    """The least p95 latency of a step: on a busy machine that is not always the first one's."""
    return min((late for step in found if (late := step.percentile(0.95)) is not None), default=0.0)


def _step(target: Target, request: calls.Request, count: int) -> Step:
    call = calls.CALLS[target.facts.client_call or ""]
    together = threading.Barrier(count)

    def stream() -> calls.Answer | str:
        together.wait()
        try:
            return call(request)
        except calls.CallFailedError as error:
            return str(error)

    with ThreadPoolExecutor(count) as pool:
        answers = [each.result() for each in [pool.submit(stream) for _ in range(count)]]
    good = [one for one in answers if isinstance(one, calls.Answer)]
    time.sleep(_BETWEEN_SECONDS)
    return Step(
        count,
        tuple(sorted(one.latency for one in good)),
        max((one.real_time_factor for one in good), default=0.0),
        tuple(one for one in answers if isinstance(one, str)),
    )


def _saturates(step: Step, quickest: float) -> bool:
    """Whether it is too much: compared with the p95 latency of the quickest step."""
    late = step.percentile(0.95)
    if step.failures or late is None:
        return True
    if step.streams == 1:
        return False  # it was alone: a first call may be slow
    # Streams that wait so long don't run beside each other any more: a client may have tried again.
    return late > quickest + _NOTICED_SECONDS and (late > _SLOWER * quickest or late > STREAM_SECONDS / 2)


def _check(target: Target, found: Sequence[Step], most: int, pods: int | None) -> Check:
    planned, per_pod = target.container.streams, target.container.streams_per_pod
    carried = min(per_pod * pods, planned) if pods else None
    plan = f"planned are {planned} at the peak, {per_pod} a pod"
    if pods:
        plan += f"; {'one answers' if pods == 1 else f'{pods} answer'}"
    held, broke = _edge(found)
    figures = {"held": held, "saturated": broke.streams if broke else None, "planned": planned, "pods": pods}
    if broke is None:
        return Check("streams", State.PASS, f"{most} at once are held; {plan}", None, figures)
    said = f"{held} at once are held, {broke.streams} are too many: {_why(broke, _quickest(found))}; {plan}"
    if held >= planned or (carried is not None and held >= carried):
        return Check("streams", State.PASS, said, None, figures)
    if held >= per_pod:
        remedy = "more pods come with load: ask again while they are there, or raise scaling.min_replicas"
        return Check("streams", State.WARN, said, remedy, figures)
    remedy = f"set scaling.streams_per_pod: {max(held, 1)}, and see what that takes:  speech plan {target.plan.stack}"
    return Check("streams", State.FAIL, said, remedy, figures)


def _why(broke: Step, quickest: float) -> str:
    if broke.failures:
        reason, _ = Counter(broke.failures).most_common(1)[0]
        return f"{len(broke.failures)} failed ({reason[:_REASON].rstrip()})"
    return f"p95 latency grows from {_ms(quickest)} to {_ms(broke.percentile(0.95))} ms"


def _table(found: Sequence[Step]) -> tuple[str, ...]:
    head = f"{'streams':>7}  {'p50 ms':>7}  {'p95 ms':>7}  {'factor':>6}  {'failed':>6}"
    return (head, *(_row(step) for step in found))


def _row(step: Step) -> str:
    p50, p95 = _ms(step.percentile(0.5)), _ms(step.percentile(0.95))
    return f"{step.streams:>7}  {p50:>7}  {p95:>7}  {step.real_time_factor:>6.2f}  {len(step.failures):>6}"


def _ms(seconds: float | None) -> str:
    return "-" if seconds is None else f"{1000 * seconds:.0f}"


def _document(found: Sequence[Step], planned: int, per_pod: int, pods: int | None) -> dict[str, Any]:
    return {
        "planned": planned,
        "streams_per_pod": per_pod,
        "pods": pods,
        "steps": [
            {
                "streams": step.streams,
                "p50_seconds": step.percentile(0.5),
                "p95_seconds": step.percentile(0.95),
                "real_time_factor": step.real_time_factor,
                "failures": dict(Counter(step.failures)),
            }
            for step in found
        ],
    }
