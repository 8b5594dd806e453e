"""From pods to nodes."""

from hypothesis import given
from hypothesis import strategies as st

from speech.capacity.nodes import Pods, candidate, cheapest, fits, nodes_for, room, usable
from speech.capacity.plan import PodShape, Range
from speech.catalog.kinds import Size
from speech.catalog.vm_sizes import VmSize, vm_size, vm_sizes

STT = PodShape(7, 16)


def size(name: str) -> VmSize:
    found = vm_size(name)
    assert found is not None
    return found


def test_an_eight_core_pod_does_not_fit_an_eight_core_node() -> None:
    assert not fits(PodShape(8, 8), room(size("Standard_D8s_v5"), "1.35"))


def test_a_seven_core_pod_fits_an_eight_core_node_once() -> None:
    option = candidate(size("Standard_D8as_v5"), [Pods(STT, Range(3, 4))], 0, "1.35", "westeurope")
    assert option is not None
    assert option.pods_per_node == 1
    assert option.nodes == Range(3, 4)


def test_a_size_that_holds_no_pod_is_no_candidate() -> None:
    assert candidate(size("Standard_D4s_v5"), [Pods(STT, Range(1, 1))], 0, "1.35", "westeurope") is None


def test_each_zone_has_a_node() -> None:
    option = candidate(size("Standard_D32s_v5"), [Pods(STT, Range(3, 3))], 3, "1.35", "westeurope")
    assert option is not None
    assert option.nodes == Range(3, 3)


def test_the_cheapest_at_the_peak_wins() -> None:
    pods = [Pods(STT, Range(2, 3))]
    sizes = [each for each in vm_sizes() if usable(each)]
    options = [found for each in sizes if (found := candidate(each, pods, 0, "1.35", "westeurope"))]
    best = cheapest(options)
    assert best.usd == min(option.usd for option in options)
    assert fits(STT, room(best.size, "1.35"))


def test_the_planner_never_chooses_arm_burstable_slow_or_retiring_sizes() -> None:
    chosen = {each.name for each in vm_sizes() if usable(each)}
    assert chosen
    assert not chosen & {"Standard_D8ps_v5", "Standard_D8s_v3", "Standard_F8s_v2", "Standard_B8s_v2"}


SHAPES = st.lists(
    st.builds(PodShape, st.sampled_from([1.0, 2.0, 4.0, 7.0]), st.sampled_from([1.0, 8.0, 16.0])), max_size=30
)


@given(SHAPES)
def test_packing_uses_no_fewer_nodes_than_cores_and_memory_allow(shapes: list[PodShape]) -> None:
    node = Size(15.0, 56.0)
    used = nodes_for(shapes, node)
    assert used >= sum(shape.cpu for shape in shapes) / node.cpu - 1e-9
    assert used >= sum(shape.memory_gib for shape in shapes) / node.memory_gib - 1e-9
    assert used <= len(shapes)
