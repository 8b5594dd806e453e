"""When pods come and go: what follows from streams and headroom, and what a load does to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speech.capacity.autoscaler import SYNC_SECONDS, Autoscaler, Moment, follow
from speech.capacity.plan import ContainerPlan, Plan
from speech.capacity.planner import plan
from speech.capacity.pods import PodDemand, pods_for
from speech.capacity.scaling import added_above, behavior, burst, full_percent, target_percent, target_streams
from speech.catalog.kinds import kind
from speech.settings.containers import Container
from speech.settings.parse import parse
from tests.settings.broken_scaling import COUNTED
from tests.stacks import stack_file

C = "speech:containers[0]"
AN_HOUR = 3600 // SYNC_SECONDS


def planned(*changes: tuple[str, object]) -> ContainerPlan:
    return plan(parse(stack_file(*changes)).stack, "dev").containers[0]


def full(**scaling: object) -> float:
    keys = {"name": "a", "kind": "speech-to-text", "demand": {"concurrent_streams": 12}}
    each = Container.model_validate({**keys, "scaling": {"min_replicas": 1, **scaling}})
    found = pods_for(each, kind(each.kind), 0, C)
    assert isinstance(found, PodDemand)
    return full_percent(each, kind(each.kind), found)


@pytest.mark.parametrize(
    ("scaling", "percent"),
    [
        ({}, 100),  # 7 streams of one core on 7
        ({"rule": "faq-measured"}, 94),  # 11 of 0.6
        ({"rule": "faq-latency"}, 29),  # 2, of a core each by the kind's own rule
        ({"streams_per_pod": 4}, 57),
        ({"streams_per_pod": 9}, 100),  # measured: more than the rule has, and no pod uses more than all
        ({"cpu_per_stream": 1.5}, 86),
    ],
)
def test_a_full_pod_uses_what_its_streams_cost(scaling: dict[str, object], percent: int) -> None:
    assert round(full(**scaling)) == percent


def test_a_kind_whose_rule_is_a_table_is_taken_to_use_all_of_it() -> None:
    spoken = {"name": "a", "kind": "language-identification", "version": "1.18.0", "demand": {"concurrent_streams": 6}}
    each = Container.model_validate({**spoken, "scaling": {"min_replicas": 1}})
    found = pods_for(each, kind(each.kind), 0, C)
    assert isinstance(found, PodDemand)
    assert full_percent(each, kind(each.kind), found) == 100


@pytest.mark.parametrize(
    ("used", "headroom", "target", "above"),
    [(100, 0.2, 74, 82), (100, 0, 80, 89), (100, 1, 44, 49), (29, 0.2, 21, 24), (100, 4, 17, 19)],
)
def test_pods_are_added_before_the_headroom_is_used(used: float, headroom: float, target: int, above: int) -> None:
    assert target_percent(used, headroom) == target
    assert added_above(target) == above
    assert above <= max(used / (1 + headroom), used * 0.9)


def test_the_plan_has_the_target_of_its_headroom() -> None:
    assert planned().target_cpu_percent == 74
    assert planned((f"{C}.scaling", {"headroom": 1})).target_cpu_percent == 44


def test_no_pod_goes_that_was_needed_within_the_time_of_its_return() -> None:
    assert behavior(10).down.stabilization_seconds == 25 * 60
    assert behavior(70).down.stabilization_seconds == 3600, "the most that the API takes"


@dataclass(frozen=True)
class Fleet:
    """Pods of one container under a load."""

    carried: int
    headroom: float
    peak: int
    least: int
    startup_minutes: int
    used: float
    by_streams: bool = False

    @property
    def most(self) -> int:
        return max(self.least, ceil(round(self.peak * (1 + self.headroom), 6) / self.carried))

    @property
    def startup_seconds(self) -> int:
        return self.startup_minutes * 60

    @property
    def reaction_seconds(self) -> int:
        """A sample, the window that it must last, the syncs until so many pods are asked for, and their start."""
        return 60 + 5 * SYNC_SECONDS + self.startup_seconds + (60 if self.by_streams else 0)

    def at(self, load: float) -> int:
        """Pods that such a load needs with its headroom."""
        return min(self.most, max(self.least, ceil(load * (1 + self.headroom) / self.carried)))

    def under(self, loads: Sequence[float]) -> list[Moment]:
        target = target_percent(self.used, self.headroom)
        streams = target_streams(self.carried, self.headroom) if self.by_streams else None
        scaler = Autoscaler(target, self.least, self.most, behavior(self.startup_minutes), streams)
        late = 5 if self.by_streams else 1
        return list(follow(loads, scaler, self.at(loads[0]), self.carried, self.used, self.startup_seconds, late))


FLEETS = st.builds(
    Fleet,
    carried=st.integers(1, 12),
    headroom=st.floats(0.05, 1),
    peak=st.integers(1, 60),
    least=st.integers(1, 6),
    startup_minutes=st.integers(1, 25),
    used=st.floats(60, 100),
    by_streams=st.booleans(),
)
SLOPES = st.lists(st.tuples(st.integers(1, AN_HOUR), st.floats(-3, 1)), min_size=1, max_size=12)


def curve(fleet: Fleet, start: float, slopes: Sequence[tuple[int, float]], steepest: float) -> list[float]:
    """From a part of the peak, up and down; 1 grows by `steepest` a sync."""

    def values() -> Iterator[float]:
        load = max(1.0, start * fleet.peak)
        for syncs, slope in slopes:
            for _ in range(syncs):
                load = min(float(fleet.peak), max(0.5, load * steepest**slope))
                yield load

    return list(values())


@settings(max_examples=25, deadline=None)
@given(fleet=FLEETS, start=st.floats(0.01, 1), slopes=SLOPES)
def test_no_stream_is_refused_while_the_load_grows_slower_than_start_and_headroom_allow(
    fleet: Fleet, start: float, slopes: Sequence[tuple[int, float]]
) -> None:
    steepest = (1 + fleet.headroom) ** (SYNC_SECONDS / fleet.reaction_seconds)
    found = fleet.under(curve(fleet, start, slopes, steepest))
    assert [each for each in found if each.ready * fleet.carried < each.load - 1e-6] == []


@settings(max_examples=25, deadline=None)
@given(fleet=FLEETS, start=st.floats(0.01, 1), slopes=SLOPES, steepest=st.floats(1.001, 2))
def test_whatever_the_load_the_bounds_are_kept_and_pods_go_one_by_one(
    fleet: Fleet, start: float, slopes: Sequence[tuple[int, float]], steepest: float
) -> None:
    found = fleet.under(curve(fleet, start, slopes, steepest))
    assert all(fleet.least <= each.wanted <= fleet.most for each in found)
    gone = [after.seconds for before, after in pairwise(found) if after.wanted < before.wanted]
    assert all(after.wanted >= before.wanted - 1 for before, after in pairwise(found))
    assert all(later - earlier >= 300 for earlier, later in pairwise(gone))


@settings(max_examples=15, deadline=None)
@given(fleet=FLEETS, swings=st.lists(st.floats(0.1, 1), min_size=2, max_size=8))
def test_a_load_that_swings_faster_than_the_window_comes_to_rest(fleet: Fleet, swings: Sequence[float]) -> None:
    window = behavior(fleet.startup_minutes).down.stabilization_seconds // SYNC_SECONDS
    held = window // 2 // len(swings)  # a whole swing takes half a window at most
    once = [max(0.5, part * fleet.peak) for part in swings for _ in range(held)]
    settled = (fleet.most + 2) * 40 + 4 * window
    loads = once * (settled // len(once) + 2)
    found = fleet.under(loads)[settled:]
    assert len({each.wanted for each in found}) == 1


@settings(max_examples=15, deadline=None)
@given(fleet=FLEETS, part=st.floats(0.1, 1))
def test_the_peak_has_the_most_pods_of_the_plan_and_no_load_fewer_than_its_headroom_needs(
    fleet: Fleet, part: float
) -> None:
    load = max(0.5, part * fleet.peak)
    enough = fleet.under([load] * ((fleet.most + 2) * 40 + 8 * AN_HOUR))[-1].wanted
    assert enough >= fleet.at(load)
    assert fleet.under([float(fleet.peak)] * 8 * AN_HOUR)[-1].wanted == fleet.most


def test_a_jump_is_served_in_steps_since_full_pods_show_no_more_than_that_they_are_full() -> None:
    demand = (f"{C}.demand", {"concurrent_streams": 120, "base_streams": 40, "audio": "live"})
    found = burst(planned(demand), 40, 100, 10)
    assert found is not None
    assert (found.at_rest, found.lost) == (7, 71)
    assert found.minutes > 2 * 25, "a third more pods at a time, each time a node and a start"


def test_more_headroom_loses_less_of_a_jump_and_serves_it_sooner() -> None:
    demand = (f"{C}.demand", {"concurrent_streams": 120, "base_streams": 40, "audio": "live"})
    tight, wide = (
        burst(planned(demand, (f"{C}.scaling", {"headroom": headroom})), 40, 100, 10) for headroom in (0.1, 1)
    )
    assert tight
    assert wide
    assert wide.lost < tight.lost
    assert wide.minutes < tight.minutes


def test_no_jump_is_lost_where_the_least_pods_carry_the_peak() -> None:
    found = burst(planned((f"{C}.scaling", {"min_replicas": 3})), 12, 100, 10)
    assert found is not None
    assert (found.lost, found.minutes) == (0, 0)


def test_a_fixed_number_of_pods_follows_no_burst() -> None:
    assert burst(planned((f"{C}.scaling.by", "fixed")), 12, 100, 10) is None


def test_a_full_pod_that_uses_next_to_nothing_of_its_cores_adds_none() -> None:
    scaling = (f"{C}.scaling", {"streams_per_pod": 1})
    made = planned(scaling, (f"{C}.demand", {"concurrent_streams": 4, "base_streams": 1}))
    made = replace(made, target_cpu_percent=target_percent(1.25, 0.2))
    found = burst(made, 1, 1.25, 10)
    assert found is not None
    assert (found.lost, found.minutes) == (3, None)


@pytest.mark.parametrize(
    ("carried", "headroom", "target"), [(7, 0.2, 5.304), (7, 0, 6.364), (1, 4, 0.182), (1, 0, 0.91)]
)
def test_streams_a_pod_leave_headroom_and_the_tolerance_of_the_autoscaler(
    carried: int, headroom: float, target: float
) -> None:
    assert target_streams(carried, headroom) == target


def test_a_full_fleet_without_headroom_grows_with_the_first_stream_that_waits() -> None:
    def wanted(streams: float) -> int:
        scaler = Autoscaler(0, 1, 9, behavior(10), target_streams(7, 0))
        return list(follow([streams] * AN_HOUR, scaler, 2, 7, 100, 600))[-1].wanted

    assert wanted(14) == 2
    assert wanted(15) == 3


def test_a_count_of_streams_shows_a_jump_in_its_whole_height() -> None:
    demand = (f"{C}.demand", {"concurrent_streams": 120, "base_streams": 40, "audio": "live"})
    by_cpu, by_streams = (burst(planned(demand, *more), 40, 100, 10) for more in ([], COUNTED))
    assert by_cpu
    assert by_streams
    assert by_streams.lost <= by_cpu.lost
    assert by_streams.minutes is not None
    assert by_streams.minutes < 30, "a node, a start, and a few minutes to notice"
    assert by_cpu.minutes is not None
    assert by_streams.minutes < by_cpu.minutes / 2


def test_streams_that_cost_next_to_nothing_are_still_counted() -> None:
    scaling = (f"{C}.scaling", {"streams_per_pod": 1, "by": "streams"})
    made = planned(*COUNTED, scaling, (f"{C}.demand", {"concurrent_streams": 4, "base_streams": 1}))
    found = burst(made, 1, 1.25, 10)
    assert found is not None
    assert found.minutes is not None


def test_places_that_are_kept_free_are_counted_at_the_least_at_the_most_and_in_the_quota() -> None:
    def made(spare_pods: int) -> Plan:
        keys = stack_file((f"{C}.scaling", {"spare_pods": spare_pods}), ("speech:target.vm_size", "Standard_D8as_v5"))
        return plan(parse(keys).stack, "dev")

    (without,), (kept,) = made(0).node_pools, made(2).node_pools
    assert (kept.nodes.min, kept.nodes.max) == (without.nodes.min + 2, without.nodes.max + 2), "a pod a node"
    (before,), (after,) = made(0).quota, made(2).quota
    assert after.vcpus == before.vcpus + 2 * 8
    assert made(2).containers[0].replicas == made(0).containers[0].replicas
