"""Whatever is asked for: plans that fit, are near the least that any costs, and never above the documentation's recipe."""

import random
import time
from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from speech.capacity import solver
from speech.capacity.nodes import room
from speech.capacity.plan import NodePool, Plan, PodShape
from speech.capacity.planner import plan
from speech.catalog.vm_sizes import vm_size
from speech.settings.parse import parse
from speech.settings.stack import Stack
from tests.capacity.kinds_of_all import RISKS
from tests.capacity.recipe import recipe
from tests.capacity.test_packing import RULES, without_a_place
from tests.stacks import stack_file

KINDS: Sequence[dict[str, Any]] = [
    {"kind": "speech-to-text", "locale": "en-US", "version": "5.1.0"},
    {"kind": "speech-to-text", "locale": "de-DE", "version": "3.6.0"},
    {"kind": "neural-text-to-speech", "locale": "en-US", "voice": "AriaNeural", "version": "3.11.0"},
    {"kind": "language-identification", "version": "1.18.0"},
    {"kind": "speech-to-text", "locale": "en-US", "version": "5.1.0", "resources": {"cpu": 4, "memory_gib": 12}},
    {"kind": "speech-to-text", "locale": "en-US", "version": "5.1.0", "options": {"diarization": {}}},
]
LISTS = [[], ["Standard_D16as_v5", "Standard_D32as_v5"], ["Standard_D16s_v5"], ["Standard_E16s_v5", "Standard_D32as_v5"]]
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
        left, nodes, pods = room(size, version), pool.nodes.max if most else pool.nodes.min, pods_of(made, pool, most=most)
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
    _, usd = recipe(stack)
    assert found.proof.usd <= usd
    check_it_fits(found, "1.35", seed)
