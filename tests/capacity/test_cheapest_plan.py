"""Whatever is asked for: plans that fit, are near the least that any costs, and never above the documentation's recipe."""

import random
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import product
from math import inf
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from speech.capacity.nodes import Pods, candidate, room, usable
from speech.capacity.plan import NodePool, Plan, PodShape, Range
from speech.capacity.planner import plan
from speech.catalog.kinds import kind
from speech.catalog.vm_sizes import vm_size, vm_sizes
from speech.settings.parse import parse
from speech.settings.stack import Stack
from tests.capacity.kinds_of_all import RISKS
from tests.capacity.recipe import recipe
from tests.capacity.test_packing import RULES, without_a_place
from tests.stacks import stack_file

REPOSITORY = Path(__file__).resolve().parents[2]
KINDS: Sequence[dict[str, Any]] = [
    {"kind": "speech-to-text", "locale": "en-US", "version": "5.1.0"},
    {"kind": "speech-to-text", "locale": "de-DE", "version": "3.6.0"},
    {"kind": "neural-text-to-speech", "locale": "en-US", "voice": "AriaNeural", "version": "3.11.0"},
    {"kind": "language-identification", "version": "1.18.0"},
    {"kind": "speech-to-text", "locale": "en-US", "version": "5.1.0", "resources": {"cpu": 4, "memory_gib": 12}},
    {"kind": "speech-to-text", "locale": "en-US", "version": "5.1.0", "options": {"diarization": {}}},
]
LISTS = [
    [],
    ["Standard_D16as_v5", "Standard_D32as_v5"],
    ["Standard_D16s_v5"],
    ["Standard_E16s_v5", "Standard_D32as_v5"],
]
ZONES = [[], ["1", "2"], ["1", "2", "3"]]


@st.composite
def containers(draw: st.DrawFn, most: int = 12) -> list[dict[str, Any]]:
    made = []
    for number in range(draw(st.integers(1, most))):
        peak = draw(st.sampled_from([1, 4, 12, 40, 70, 200]))
        demand: dict[str, Any] = {"concurrent_streams": peak, "base_streams": max(1, peak // draw(st.integers(1, 9)))}
        kind = draw(st.sampled_from(KINDS))
        if kind["kind"] == "speech-to-text":
            demand["audio"] = draw(st.sampled_from(["live", "file"]))
        if kind["kind"] == "speech-to-text" and draw(st.booleans()):
            kind = {
                **kind,
                "resources": {
                    "cpu": draw(st.sampled_from([4, 5, 6.5, 8, 12, 15])),
                    "memory_gib": draw(st.sampled_from([14, 16, 24, 32])),
                },
            }
        made.append({"name": f"c{number}", **kind, "demand": demand})
    return made


def stack_of(made: Sequence[dict[str, Any]], **target: object) -> Stack:
    found = stack_file(
        ("speech:target", {"kind": "aks", **target}),
        ("speech:containers", list(made)),
        ("speech:acknowledge", RISKS),
        ("azure-native:location", "westeurope"),
    )
    return parse(found).stack


def pods_of(made: Plan, pool: NodePool, *, most: bool) -> list[PodShape]:
    found: list[PodShape] = []
    for each in made.containers:
        if each.pool == pool.name:
            found += [each.shape] * (each.replicas.max if most else each.replicas.min)
            found += [each.cache.shape] if each.cache else []
    return found


def check_it_fits(made: Plan, version: str, seed: int) -> None:
    """By itself: every pod finds a place on the pool's nodes, at the peak and at the least load, in several orders."""
    chance = random.Random(seed)
    for pool, most in product(made.node_pools, (True, False)):
        size = vm_size(pool.vm_size)
        assert size is not None
        assert pool.nodes.min >= len(pool.zones)
        left, nodes, pods = (
            room(size, version),
            pool.nodes.max if most else pool.nodes.min,
            pods_of(made, pool, most=most),
        )
        largest_first = sorted(pods, key=lambda pod: (pod.cpu, pod.memory_gib), reverse=True)
        mixed = list(pods)
        chance.shuffle(mixed)
        for order in (largest_first[::-1], largest_first, mixed):
            for rule in ("emptiest", "fullest", "first"):
                assert without_a_place(order, nodes, left, 18, RULES[rule]) is None, f"{pool} {rule}"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(containers(), st.sampled_from(LISTS), st.sampled_from(ZONES), st.integers(1, 4), st.integers(0, 99))
def test_every_plan_fits_is_near_the_least_and_never_above_the_recipe(
    made: list[dict[str, Any]], sizes: list[str], zones: list[str], pools: int, seed: int
) -> None:
    stack = stack_of(made, vm_sizes=sizes, zones=zones, max_pools=pools, system_nodes=3, tier="Standard")
    found = plan(stack, "random")
    assert found.proof is not None
    assert found.proof.gap <= 0.03
    assert len(found.node_pools) <= pools
    if pools >= 3:  # whoever allows fewer pools than that asks for nodes that are shared
        _, usd = recipe(stack)
        assert found.proof.usd <= usd
    check_it_fits(found, "1.35", seed)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(containers(most=4), st.sampled_from(LISTS), st.sampled_from(ZONES), st.integers(1, 3))
def test_the_bound_of_a_small_plan_is_the_least_of_every_choice(
    made: list[dict[str, Any]], sizes: list[str], zones: list[str], pools: int
) -> None:
    stack = stack_of(made, vm_sizes=sizes, zones=zones, max_pools=pools, system_nodes=3, tier="Standard")
    found = plan(stack, "small")
    assert found.proof is not None
    assert found.proof.lower_bound_usd == pytest.approx(least(found, sizes, zones, pools), abs=0.02)


def least(made: Plan, sizes: Sequence[str], zones: Sequence[str], pools: int) -> float:
    """The cost of the cheapest of all ways to share containers out, each pool of each size: by going through them."""
    pods = [
        [
            Pods(each.shape, each.replicas, kind(each.kind).image_gib),
            *([Pods(each.cache.shape, Range(1, 1))] if each.cache else []),
        ]
        for each in made.containers
    ]
    among = tuple(dict.fromkeys(pod.shape for each in pods for pod in each))
    names = [size for size in vm_sizes() if (size.name in sizes if sizes else usable(size))]

    def cheapest(group: Sequence[int]) -> float:
        together = [pod for at in group for pod in pods[at]]
        options = (candidate(size, together, len(zones), "1.35", "westeurope", "auto", among) for size in names)
        return min((option.cost.high for option in options if option and option.cost), default=inf)

    return min(sum(map(cheapest, groups)) for groups in partitions(list(range(len(pods)))) if len(groups) <= pools)


def partitions(items: list[int]) -> list[list[list[int]]]:
    if not items:
        return [[]]
    first, found = items[0], []
    for rest in partitions(items[1:]):
        found.append([[first], *rest])
        found += [[*rest[:at], [first, *rest[at]], *rest[at + 1 :]] for at in range(len(rest))]
    return found


def test_a_container_may_need_a_size_that_holds_no_other() -> None:
    large = {
        "name": "large",
        **KINDS[0],
        "resources": {"cpu": 15, "memory_gib": 100},
        "demand": {"concurrent_streams": 8},
    }
    wide = {"name": "wide", **KINDS[0], "resources": {"cpu": 30, "memory_gib": 32}, "demand": {"concurrent_streams": 8}}
    found = plan(stack_of([large, wide], vm_sizes=["Standard_E16s_v5", "Standard_F32as_v6"]), "two")
    assert {pool.vm_size for pool in found.node_pools} == {"Standard_E16s_v5", "Standard_F32as_v6"}
    only = plan(stack_of([large, wide], vm_sizes=["Standard_E16s_v5", "Standard_F32als_v6"]), "two")
    assert [pool.vm_size for pool in only.node_pools] == ["Standard_E16s_v5", "Standard_F32als_v6"]


def test_many_containers_share_few_pools_within_seconds() -> None:
    made = [
        {"name": f"c{number}", **KINDS[number % 4], "demand": {"concurrent_streams": 5 + number % 7}}
        for number in range(200)
    ]
    stack = stack_of(made, zones=["1", "2", "3"], system_nodes=3, tier="Standard")
    began = time.process_time()
    found = plan(stack, "many")
    assert time.process_time() - began < 2
    assert len(found.node_pools) <= 3
    assert found.proof is not None
    assert 0 < found.proof.lower_bound_usd <= found.proof.usd
    check_it_fits(found, "1.35", 0)


def test_the_same_stack_has_the_same_plan() -> None:
    made = [
        {"name": f"c{number}", **KINDS[number % 5], "demand": {"concurrent_streams": 9 * number + 1}}
        for number in range(16)
    ]
    stack = stack_of(made, zones=["1", "2", "3"], system_nodes=3, tier="Standard")
    assert plan(stack, "same") == plan(stack, "same")


def test_small_plans_do_not_start_the_solver() -> None:
    asked = "import sys, speech.files.stack_file as s; s.planned(s.find('all-kinds-westeurope')); print('highspy' in sys.modules, 'numpy' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=REPOSITORY)
    assert said.stdout.split() == ["False", "False"]
