"""What one more stream costs."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speech.capacity.next_stream import NextStream, next_streams
from speech.capacity.plan import Plan, Range
from speech.capacity.planner import plan
from speech.settings.parse import parse
from speech.settings.stack import Stack
from tests.capacity.kinds_of_all import CHECK, DOCKER, KUBERNETES, VOICE
from tests.stacks import stack_file

C = "speech:containers[0]"
EAST = ("azure-native:location", "eastus")
ALIKE = 0.01
"""The planner takes the smaller pool of those that cost the same within a hundredth."""


def planned(*changes: tuple[str, Any]) -> tuple[Stack, Plan]:
    stack = parse(stack_file(*changes)).stack
    return stack, plan(stack, "dev-westeurope")


def step(*changes: tuple[str, Any]) -> NextStream:
    (found,) = next_streams(*planned(*changes), most=1).values()
    return found


def peak(streams: int, **demand: object) -> float:
    _, made = planned(EAST, (f"{C}.demand", {"concurrent_streams": streams, "hours_a_month": 0, **demand}))
    total = made.cost.total
    assert total is not None
    return total.high


def test_the_pods_of_a_peak_carry_some_streams_more() -> None:
    found = step(EAST)  # 3 pods of 7: 21 streams are 17 and a fifth of headroom
    assert (found.fits, found.pods) == (17, Range(3, 4))
    assert found.extra is not None


def test_its_cost_is_that_of_the_plan_with_one_stream_more_than_fits() -> None:
    found = step(EAST, (f"{C}.demand.base_streams", 5))
    assert found.extra is not None
    assert found.extra.high == pytest.approx(peak(18, base_streams=5) - peak(12, base_streams=5))


def test_characters_are_raised_where_the_demand_is_in_characters() -> None:
    spoken = {**VOICE, "demand": {"characters_a_second": 60}}
    found = step(EAST, ("speech:containers", [spoken]))
    assert (found.fits, found.pods) == (4, Range(1, 2))  # 5 streams a pod, less a fifth of headroom


def test_a_ceiling_refuses_the_step_and_says_so() -> None:
    found = step((f"{C}.scaling", {"max_replicas": 3}))
    assert (found.pods, found.extra) == (None, None)
    assert found.refused == "is 3: 18 streams, headroom 0.2, need 4 pods of 7 streams"


def test_nodes_of_the_users_own_have_no_price() -> None:
    found = step(("speech:target", KUBERNETES))
    assert (found.pods, found.extra) == (Range(3, 4), None)


def test_what_has_no_streams_or_one_pod_alone_has_no_step() -> None:
    assert not next_streams(*planned(("speech:containers", [CHECK])), most=9)
    assert not next_streams(*planned(("speech:target", DOCKER)), most=9)


@settings(max_examples=40, deadline=None)
@given(streams=st.integers(1, 2000), more=st.integers(0, 300))
def test_more_streams_never_cost_less(streams: int, more: int) -> None:
    assert peak(streams + more) >= peak(streams) * (1 - ALIKE)


@settings(max_examples=25, deadline=None)
@given(streams=st.integers(1, 500), headroom=st.floats(0, 2))
def test_what_is_said_to_fit_fits_and_one_more_does_not(streams: int, headroom: float) -> None:
    scaling = (f"{C}.scaling", {"headroom": headroom})
    _, made = planned((f"{C}.demand.concurrent_streams", streams), scaling)
    found = step((f"{C}.demand.concurrent_streams", streams), scaling)
    assert found.fits >= streams
    pods = [
        planned((f"{C}.demand.concurrent_streams", count), scaling)[1].containers[0].replicas.max
        for count in (found.fits, found.fits + 1)
    ]
    assert pods == [made.containers[0].replicas.max, made.containers[0].replicas.max + 1]


def test_only_so_many_containers_are_planned_again_as_are_asked_for() -> None:
    (one,) = stack_file()["speech:containers"]
    three = [{**one, "name": name} for name in ("a", "b", "c")]
    assert list(next_streams(*planned(("speech:containers", three)), most=2)) == ["a", "b"]
