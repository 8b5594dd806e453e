"""Names hold Azure's limits, and no two stacks share one."""

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from speech.capacity.names import names, pool_name
from speech.capacity.planner import plan
from speech.settings.parse import parse
from tests.stacks import stack_file

STACK = parse(stack_file(("speech:account", {}))).stack
STACK_NAMES = st.from_regex(r"[A-Za-z0-9_.-]{1,100}", fullmatch=True)  # as Pulumi has them


def test_a_stack_named_for_its_environment_and_region_gives_its_name_to_all() -> None:
    found = names(STACK, "prod-westeurope")
    assert found["resource_group"] == "rg-speech-prod-westeurope"
    assert found["cluster"] == "aks-speech-prod-westeurope"
    assert found["account"] == "speech-prod-westeurope"


@given(STACK_NAMES)
def test_every_name_holds_the_limits_of_its_type(stack_name: str) -> None:
    found = names(STACK, stack_name)
    assert all(re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", name) for name in found.values())
    assert len(found["cluster"]) <= 54  # DNS prefix; the name itself may have 63
    assert max(map(len, found.values())) <= 64  # accounts; all others are allowed more


@given(STACK_NAMES, STACK_NAMES)
def test_two_stacks_never_share_a_name(one: str, other: str) -> None:
    if one != other:
        assert names(STACK, one)["resource_group"] != names(STACK, other)["resource_group"]


def test_a_pool_changes_its_name_with_what_azure_never_changes_in_it() -> None:
    (pool,) = plan(parse(stack_file()).stack, "dev").node_pools
    assert re.fullmatch(r"[a-z][a-z0-9]{0,11}", pool_name(pool))
    assert pool_name(replace(pool, vm_size="Standard_D16as_v5")) != pool_name(pool)
    assert pool_name(replace(pool, zones=("1",))) != pool_name(pool)
    assert pool_name(replace(pool, nodes=pool.nodes, surge=pool.surge + 1)) == pool_name(pool)
