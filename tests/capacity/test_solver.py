"""The choice of sets, and what HiGHS says of the same."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speech.capacity.nodes import Pods, usable
from speech.capacity.packing_alike import alike
from speech.capacity.packing_pools import Split, lower_bound, split
from speech.capacity.plan import PodShape, Range
from speech.capacity.solver import Price, partition
from speech.capacity.solver_highs import Program, minimum
from speech.catalog.vm_sizes import vm_sizes
from speech.settings.parse import parse
from speech.settings.target import AksTarget
from tests.stacks import stack_file


def target(**words: object) -> AksTarget:
    found = parse(stack_file(("speech:target", {"kind": "aks", **words}))).stack.target
    assert isinstance(found, AksTarget)
    return found


SIZES = [size for size in vm_sizes() if usable(size)]


@st.composite
def demands(draw: st.DrawFn, least: int, most: int) -> list[list[Pods]]:
    shapes = st.builds(
        PodShape,
        st.sampled_from([0.5, 1, 2, 3.5, 4, 5, 6.5, 7, 8, 12, 15]),
        st.sampled_from([1, 2, 5, 8, 12, 16, 20, 28]),
    )
    ranges = st.builds(lambda low, more: Range(low, low + more), st.integers(1, 4), st.integers(0, 30))
    return draw(
        st.lists(
            st.builds(lambda shape, count: [Pods(shape, count, 10.0)], shapes, ranges), min_size=least, max_size=most
        )
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 5), st.integers(1, 4), st.randoms(use_true_random=False))
def test_the_cheapest_sets_are_those_that_highs_finds(items: int, pools: int, chance: object) -> None:
    peaks = {chosen: round(chance.uniform(1, 9) * chosen.bit_count() ** 0.7, 3) for chosen in range(1, 1 << items)}  # type: ignore[attr-defined]
    program = Program()
    columns = {chosen: program.amount(usd, 1.0, whole=True) for chosen, usd in peaks.items()}
    for item in range(items):
        program.between(1.0, {column: 1.0 for chosen, column in columns.items() if chosen >> item & 1}, 1.0)
    program.between(0.0, dict.fromkeys(columns.values(), 1.0), float(pools))
    found = partition({chosen: Price(usd, usd) for chosen, usd in peaks.items()}, items, pools)
    assert found is not None
    assert found.lowest == pytest.approx(minimum(program, 5.0).bound, rel=1e-6)
    assert found.peak <= 1.018 * found.lowest + 1e-9
    assert sum(peaks[chosen] for chosen in found.sets) == pytest.approx(found.peak)
    everything = 0
    for chosen in found.sets:
        assert not everything & chosen, "no item is in two sets"
        everything |= chosen
    assert everything == (1 << items) - 1


def test_what_cannot_be_shared_out_has_no_partition() -> None:
    assert partition({1: Price(1, 1)}, 2, 2) is None
    assert partition({1: Price(1, 1), 2: Price(1, 1)}, 2, 1) is None


def test_one_pool_is_taken_where_two_save_hardly_anything() -> None:
    found = partition({1: Price(499, 499), 2: Price(499, 499), 3: Price(1000, 1000)}, 2, 3)
    assert found is not None
    assert (found.sets, found.lowest) == ((3,), 998)


def test_what_costs_less_at_the_least_load_is_taken_where_the_peak_costs_alike() -> None:
    found = partition({1: Price(500, 500), 2: Price(480, 480), 3: Price(990, 300)}, 2, 2)
    assert found is not None
    assert found.sets == (3,)


@settings(max_examples=6, deadline=None)
@given(demands(12, 12), st.sampled_from([[], ["1", "2", "3"]]))
def test_twelve_containers_on_every_size_are_weighed_within_two_seconds(
    found: list[list[Pods]], zones: list[str]
) -> None:
    began = time.process_time()
    made = split(found, SIZES, target(zones=zones, system_nodes=3), "westeurope")
    assert time.process_time() - began < 2
    assert made is not None
    assert sorted(at for pool in made.pools for at in pool) == list(range(12))


@settings(max_examples=15, deadline=None)
@given(demands(2, 7), st.integers(1, 3))
def test_the_freer_problem_costs_no_more_than_the_least_plan(found: list[list[Pods]], pools: int) -> None:
    wanted = target(max_pools=pools)
    exact = split(found, SIZES, wanted, "westeurope")
    freer = lower_bound(found, SIZES, wanted, "westeurope")
    assert exact is not None
    assert freer <= exact.bound + 0.01


def test_the_time_limit_leaves_a_plan_and_a_bound() -> None:
    chance = [[Pods(PodShape(1 + number % 13, 2 + number % 29), Range(1, 1 + number), 10.0)] for number in range(24)]
    hurried = split(chance, SIZES, target(planning_seconds=0.01), "westeurope")
    patient = split(chance, SIZES, target(planning_seconds=1), "westeurope")
    assert hurried is not None
    assert patient is not None
    assert isinstance(hurried, Split)
    assert hurried.pools == patient.pools
    assert 0 <= hurried.bound <= patient.bound + 1e-6


def test_alike_containers_are_one_first_then_neighbours_by_size() -> None:
    shapes = [PodShape(7, 16), PodShape(1, 1), PodShape(7, 16), PodShape(6, 16), PodShape(1, 2)]
    numbers, merged = alike([[Pods(shape, Range(1, 2), 10.0)] for shape in shapes], 2)
    assert sorted(map(sorted, numbers)) == [[0, 2, 3], [1, 4]]
    largest = [max(pods, key=lambda each: each.replicas.max) for pods in merged]
    assert {(each.shape, each.replicas) for each in largest} == {
        (PodShape(7, 16), Range(3, 6)),
        (PodShape(1, 2), Range(2, 4)),
    }


def test_more_pools_never_cost_more() -> None:
    pods = [[Pods(PodShape(cpu, 2 * cpu), Range(1, 7), 10.0)] for cpu in (1, 2, 4, 7, 12)]
    bounds = [
        found.bound for most in (1, 2, 3, 4, 5) if (found := split(pods, SIZES, target(max_pools=most), "westeurope"))
    ]
    assert len(bounds) == 5
    assert all(more <= few for few, more in pairwise(bounds))
