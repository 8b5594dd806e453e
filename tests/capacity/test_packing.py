"""Nodes enough for any order of the scheduler."""

import random
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speech.capacity.nodes import nodes_for
from speech.capacity.plan import PodShape
from speech.catalog.kinds import Size

Groups = list[tuple[PodShape, int]]
Node = list[float]
"""What is left of one: cores, GiB, pods."""
SHAPES = st.builds(
    PodShape,
    st.sampled_from([0.25, 0.5, 1.0, 2.0, 3.5, 4.0, 6.0, 7.0]),
    st.sampled_from([1.0, 3.0, 8.0, 12.0, 16.0]),
)
GROUPS = st.lists(st.tuples(SHAPES, st.integers(0, 9)), max_size=5, unique_by=lambda group: group[0])
NODES = st.sampled_from([Size(7.32, 28.99), Size(15.24, 59.1), Size(15.24, 28.8), Size(31.0, 118.0)])


def holds(node: Node, pod: PodShape) -> bool:
    return node[0] >= pod.cpu - 1e-9 and node[1] >= pod.memory_gib - 1e-9 and node[2] >= 1


def put(node: Node, pod: PodShape, sign: int = 1) -> None:
    node[0] -= sign * pod.cpu
    node[1] -= sign * pod.memory_gib
    node[2] -= sign


Rule = Callable[[Sequence[Node], PodShape], Node]
RULES: dict[str, Rule] = {
    "first": lambda nodes, _: nodes[0],
    "emptiest": lambda nodes, _: max(nodes, key=lambda node: (node[0], node[1])),
    "fullest": lambda nodes, _: min(nodes, key=lambda node: (node[0], node[1])),
    "least memory": lambda nodes, _: min(nodes, key=lambda node: node[1]),
}


def without_a_place(pods: Sequence[PodShape], nodes: int, node: Size, places: int, rule: Rule) -> PodShape | None:
    """The first pod that no node holds when they come in this order."""
    free: list[Node] = [[node.cpu, node.memory_gib, places] for _ in range(nodes)]
    for pod in pods:
        fitting = [each for each in free if holds(each, pod)]
        if not fitting:
            return pod
        put(rule(fitting, pod), pod)
    return None


def orders(groups: Groups, seed: int) -> list[list[PodShape]]:
    pods = [shape for shape, count in groups for _ in range(count)]
    shuffled = list(pods)
    random.Random(seed).shuffle(shuffled)
    by_size = sorted(pods, key=lambda pod: (pod.cpu, pod.memory_gib))
    return [pods, shuffled, by_size, by_size[::-1]]


@settings(max_examples=150, deadline=None)
@given(GROUPS, NODES, st.integers(2, 18), st.integers(0, 5))
def test_no_order_of_the_scheduler_leaves_a_pod_without_a_place(
    groups: Groups, node: Size, places: int, seed: int
) -> None:
    fitting = [group for group in groups if holds([node.cpu, node.memory_gib, places], group[0])]
    nodes = nodes_for(fitting, node, places)
    for pods in orders(fitting, seed):
        for rule in RULES.values():
            assert without_a_place(pods, nodes, node, places, rule) is None


@settings(max_examples=60, deadline=None)
@given(GROUPS, NODES, st.integers(0, 1000))
def test_pods_that_come_and_go_leave_a_place_for_the_rest(groups: Groups, node: Size, seed: int) -> None:
    """Pods vanish where they stand and come again anywhere: the way in which nodes get holes."""
    fitting = [group for group in groups if holds([node.cpu, node.memory_gib, 18], group[0])]
    free: list[Node] = [[node.cpu, node.memory_gib, 18] for _ in range(nodes_for(fitting, node))]
    chance = random.Random(seed)
    waiting = [shape for shape, count in fitting for _ in range(count)]
    placed: list[tuple[Node, PodShape]] = []
    for _ in range(6 * len(waiting)):
        if waiting and (not placed or chance.random() < 0.6):
            pod = waiting.pop(chance.randrange(len(waiting)))
            open_to_it = [each for each in free if holds(each, pod)]
            assert open_to_it, f"no place for {pod}"
            there = RULES[chance.choice(list(RULES))](open_to_it, pod)
            put(there, pod)
            placed.append((there, pod))
        elif placed:
            there, pod = placed.pop(chance.randrange(len(placed)))
            put(there, pod, -1)
            waiting.append(pod)


def most_blocked(groups: Groups, node: Size, pod: PodShape) -> int:
    """Nodes that the others can block to one more pod of this shape at most: by trying every way to fill them."""
    kinds = [shape for shape, _ in groups]
    ways = {
        way
        for way in _fillings(kinds, [node.cpu, node.memory_gib, 18], (0,) * len(kinds))
        if not holds(_left(node, kinds, way), pod)
    }

    def deeper(left: tuple[int, ...], allowed: list[tuple[int, ...]]) -> int:
        best = 0
        for at, way in enumerate(allowed):
            if all(a >= b for a, b in zip(left, way, strict=True)):
                rest = tuple(a - b for a, b in zip(left, way, strict=True))
                best = max(best, 1 + deeper(rest, allowed[at:]))
        return best

    return deeper(tuple(count - (shape == pod) for shape, count in groups), sorted(ways))


def _left(node: Size, kinds: Sequence[PodShape], way: tuple[int, ...]) -> Node:
    left: Node = [node.cpu, node.memory_gib, 18]
    for shape, count in zip(kinds, way, strict=True):
        for _ in range(count):
            put(left, shape)
    return left


def _fillings(kinds: Sequence[PodShape], left: Node, way: tuple[int, ...]) -> set[tuple[int, ...]]:
    found = {way}
    for at, shape in enumerate(kinds):
        if way[at] < 6 and not any(way[at + 1 :]) and holds(left, shape):
            less = list(left)
            put(less, shape)
            found |= _fillings(kinds, less, (*way[:at], way[at] + 1, *way[at + 1 :]))
    return found


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(SHAPES, st.integers(1, 4)), min_size=1, max_size=3, unique_by=lambda group: group[0]),
    st.sampled_from([Size(7.32, 28.99), Size(15.24, 59.1)]),
)
def test_the_count_is_above_every_arrangement_that_blocks_all_nodes(groups: Groups, node: Size) -> None:
    fitting = [group for group in groups if holds([node.cpu, node.memory_gib, 18], group[0])]
    for shape, _ in fitting:
        assert nodes_for(fitting, node) > most_blocked(fitting, node, shape)


@pytest.mark.parametrize(
    ("groups", "nodes"),
    [
        ([(PodShape(7, 16), 6)], 3),
        ([(PodShape(7, 16), 6), (PodShape(1, 1), 1)], 3),  # two large ones leave 1.24 cores
        ([(PodShape(7, 16), 6), (PodShape(1, 1), 2)], 4),  # both on one node, which then has a place for one large one
        ([(PodShape(7, 16), 6), (PodShape(1, 1), 6)], 5),
    ],
)
def test_small_pods_that_are_spread_keep_large_ones_out(groups: Groups, nodes: int) -> None:
    assert nodes_for(groups, Size(15.24, 59.1)) == nodes
