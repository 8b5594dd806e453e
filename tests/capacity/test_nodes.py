"""From pods to nodes."""

from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.capacity.nodes import MAX_PODS, Candidate, Pods, candidate, cheapest, fits, nodes_for, room, usable
from speech.capacity.plan import PodShape, Range
from speech.catalog.kinds import Size
from speech.catalog.vm_sizes import VmSize, vm_size, vm_sizes

STT = PodShape(7, 16)


def size(name: str) -> VmSize:
    found = vm_size(name)
    assert found is not None
    return found


def pool_of(name: str, pods: list[Pods], zones: int = 0) -> Candidate:
    found = candidate(size(name), pods, zones, "1.35", "westeurope")
    assert found is not None
    return found


def test_an_eight_core_pod_does_not_fit_an_eight_core_node() -> None:
    assert not fits(PodShape(8, 8), room(size("Standard_D8s_v5"), "1.35"))


def test_a_seven_core_pod_fits_an_eight_core_node_once() -> None:
    option = pool_of("Standard_D8as_v5", [Pods(STT, Range(3, 4))])
    assert option.pods_per_node == 1
    assert option.nodes == Range(3, 4)


def test_a_size_that_holds_no_pod_is_no_candidate() -> None:
    assert candidate(size("Standard_D4s_v5"), [Pods(STT, Range(1, 1))], 0, "1.35", "westeurope") is None


def test_each_zone_has_a_node() -> None:
    assert pool_of("Standard_D32s_v5", [Pods(STT, Range(3, 3))], zones=3).nodes == Range(3, 3)


def test_the_cheapest_at_the_peak_wins_its_disks_included() -> None:
    pods = [Pods(STT, Range(2, 3))]
    sizes = [each for each in vm_sizes() if usable(each)]
    options = [found for each in sizes if (found := candidate(each, pods, 0, "1.35", "westeurope"))]
    best = cheapest(options)
    assert best.cost is not None
    assert best.cost.high <= 1.01 * min(option.cost.high for option in options if option.cost)
    assert best.machines is not None
    assert best.storage is not None
    assert best.cost.high == best.machines.high + best.storage.high
    assert fits(STT, room(best.size, "1.35"))


def test_a_hundredth_is_no_reason_to_leave_a_size_whose_price_is_known() -> None:
    known = pool_of("Standard_D8as_v5", [Pods(STT, Range(6, 6))])
    guessed = pool_of("Standard_D16as_v5", [Pods(STT, Range(6, 6))])  # its price in westeurope is not known
    assert known.cost is not None
    assert guessed.cost is not None
    assert guessed.cost.high < known.cost.high < 1.01 * guessed.cost.high
    assert cheapest([guessed, known]) is known


def test_a_size_without_any_price_is_chosen_last() -> None:
    priced = pool_of("Standard_D32s_v5", [Pods(STT, Range(1, 1))])
    free = Candidate(priced.size, priced.disk, priced.nodes, priced.pods_per_node, None, None)
    assert cheapest([free, priced]) is priced


def test_the_planner_never_chooses_arm_burstable_slow_or_retiring_sizes() -> None:
    chosen = {each.name for each in vm_sizes() if usable(each)}
    assert chosen
    assert not chosen & {"Standard_D8ps_v5", "Standard_D8s_v3", "Standard_F8s_v2", "Standard_B8s_v2"}


def test_a_node_takes_no_more_pods_than_its_limit_whatever_their_size() -> None:
    node = Size(64, 256)
    assert nodes_for([(PodShape(0.5, 1), MAX_PODS)], node) == 2, "some of the limit are AKS's own pods"


GROUPS = st.lists(
    st.tuples(
        st.builds(PodShape, st.sampled_from([1.0, 2.0, 4.0, 7.0]), st.sampled_from([1.0, 8.0, 16.0])),
        st.integers(0, 12),
    ),
    max_size=6,
)


@given(GROUPS)
def test_packing_uses_no_fewer_nodes_than_cores_and_memory_allow(groups: list[tuple[PodShape, int]]) -> None:
    node = Size(15.0, 56.0)
    used = nodes_for(groups, node)
    assert used >= sum(shape.cpu * count for shape, count in groups) / node.cpu - 1e-9
    assert used >= sum(shape.memory_gib * count for shape, count in groups) / node.memory_gib - 1e-9
    assert used <= sum(count for _, count in groups)


@pytest.mark.parametrize("count", [1, 17_000])
def test_many_pods_take_as_many_nodes_as_they_must(count: int) -> None:
    node = room(size("Standard_D16s_v5"), "1.35")
    each = floor(min(node.cpu / 7, node.memory_gib / 16))
    assert nodes_for([(STT, count)], node) == -(-count // each)
