"""Steps, saturation and verdicts, without a container."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from operations.verify import calls, streams
from operations.verify.target import Target, targets
from tests.manifests.made import planned

REQUEST = calls.Request("127.0.0.1:9", "en-US", None, (), b"\0" * 64_000, 1.0)


@dataclass
class Container:
    """Answers `holds` calls of a step at once, with a latency by the number of them."""

    holds: int
    latency: Callable[[int], float] = lambda _: 0.1
    """Of a call, by how many run beside it."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[streams.Load, list[int]]]:
    """Loads such a container; what came of it, and the steps in the order in which they were taken."""

    def load(container: Container, most: int, pods: int | None = None) -> tuple[streams.Load, list[int]]:
        taken: list[int] = []

        def step(_target: Target, _request: calls.Request, count: int) -> streams.Step:
            taken.append(count)
            good = min(count, container.holds)
            refused = ("1013 no free decoder",) * (count - good)
            return streams.Step(count, (container.latency(count),) * good, 0.5, refused)

        monkeypatch.setattr(streams, "_step", step)
        [target] = targets(planned(("speech:containers[0].demand.concurrent_streams", 12)), {})
        return streams.load(target, REQUEST, most, pods, lambda *_: None), taken

    return load


def test_steps_double_and_then_close_in_on_where_it_saturates(asked: Any) -> None:
    found, taken = asked(Container(holds=11), 40)
    assert taken == [1, 2, 4, 8, 16, 12, 10, 11]
    assert found.check.figures["held"] == 11
    assert found.check.figures["saturated"] == 12


def test_the_last_step_is_the_number_asked_for(asked: Any) -> None:
    _, taken = asked(Container(holds=100), 6)
    assert taken == [1, 2, 4, 6]


def test_one_pod_that_carries_its_share_passes_though_the_peak_needs_more(asked: Any) -> None:
    found, _ = asked(Container(holds=7), 12, pods=1)
    assert found.check.state == "pass"
    assert found.check.said.endswith("planned are 12 at the peak, 7 a pod; one answers")


def test_less_than_one_pod_is_planned_for_fails_with_the_setting_to_lower(asked: Any) -> None:
    found, _ = asked(Container(holds=5), 12, pods=1)
    assert found.check.state == "fail"
    assert found.check.remedy == "set scaling.streams_per_pod: 5, and see what that takes:  speech plan dev"


def test_more_than_a_pod_and_less_than_the_peak_is_a_warning_where_pods_are_not_known(asked: Any) -> None:
    found, _ = asked(Container(holds=8), 12)
    assert found.check.state == "warn"
    assert "raise scaling.min_replicas" in str(found.check.remedy)


def test_latency_that_grows_saturates_without_any_failure(asked: Any) -> None:
    found, _ = asked(Container(holds=100, latency=lambda count: 0.09 * count), 12)
    assert found.check.figures["held"] == 6
    assert "p95 latency grows from 90 to 630 ms" in found.check.said


def test_streams_that_wait_as_long_as_they_last_are_too_many_even_on_a_slow_machine(asked: Any) -> None:
    found, _ = asked(Container(holds=100, latency=lambda count: 1.0 if count < 8 else 2.5), 12)
    assert found.check.figures["held"] == 7


def test_a_slow_first_call_does_not_hide_what_later_steps_show(asked: Any) -> None:
    found, _ = asked(Container(holds=100, latency=lambda count: {1: 3.0, 2: 0.1}.get(count, 0.09 * count)), 12)
    assert found.check.figures["held"] == 6


def test_short_latency_may_triple_unnoticed(asked: Any) -> None:
    found, _ = asked(Container(holds=100, latency=lambda count: 0.01 * count), 12)
    assert found.check.figures["saturated"] is None


def test_p95_is_that_of_the_slowest_but_one_in_twenty() -> None:
    step = streams.Step(20, tuple(float(number) for number in range(1, 21)), 1.0, ())
    assert (step.percentile(0.5), step.percentile(0.95)) == (10.0, 19.0)


def test_a_container_that_refuses_even_one_stream_holds_none(asked: Any) -> None:
    found, taken = asked(Container(holds=0), 4)
    assert taken == [1]
    assert found.check.said.startswith("0 at once are held, 1 are too many: 1 failed (1013 no free decoder)")


def test_audio_of_a_stream_is_paced_and_lasts_long_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[calls.Request] = []

    def call(request: calls.Request) -> calls.Answer:
        seen.append(request)
        return calls.Answer("text", 0.1, 0.5)

    monkeypatch.setattr(streams.calls, "CALLS", {"recognise": call})
    [target] = targets(planned(), {})
    streams.load(target, replace(REQUEST, samples=b"\0" * 32_000), 1, None, lambda *_: None)
    assert seen[0].paced
    assert len(seen[0].samples) == 4 * 32_000
