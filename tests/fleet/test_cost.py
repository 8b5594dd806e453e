"""What stacks cost, by their plan and by what is up."""

from collections.abc import Mapping
from typing import Any

import pytest

from operations.fleet.cost import Cost, difference, planned, running, together
from speech.capacity.money import Amount
from speech.capacity.plan import Plan
from speech.capacity.planner import plan
from speech.manifests.outputs import monthly_cost
from speech.settings.parse import parse
from tests.stacks import stack_file

HOURS = ("speech:containers[0].demand.hours_a_month", 100)
MORE = ("speech:containers[0].demand.concurrent_streams", 60)


def plan_of(*changes: tuple[str, object]) -> Plan:
    return plan(parse(stack_file(*changes)).stack, "dev-westeurope")


def output(*changes: tuple[str, object]) -> Mapping[str, Any]:
    """What a stack of this plan has as its output."""
    return monthly_cost(plan_of(*changes))


def test_a_cost_has_its_usage_where_hours_are_given() -> None:
    assert planned(plan_of(HOURS)).metered
    assert not planned(plan_of()).metered
    assert planned(plan_of()).amount is not None, "the rest is known"


def test_a_plan_and_the_output_that_it_makes_cost_the_same() -> None:
    assert running(output(HOURS)) == planned(plan_of(HOURS))


def test_a_stack_that_stays_costs_no_more() -> None:
    assert difference(output(HOURS), plan_of(HOURS)) == 0


def test_like_is_compared_with_like_where_hours_were_not_given_before() -> None:
    without = difference(output(), plan_of(MORE))
    assert without
    assert difference(output(), plan_of(HOURS, MORE)) == pytest.approx(without), "usage is in neither"


def test_hosts_of_ones_own_cost_what_nobody_knows() -> None:
    own = ("speech:target", {"kind": "docker"})
    assert planned(plan_of(own)).amount is None
    assert difference(output(own), plan_of(own)) is None


def test_a_sum_says_how_many_are_missing_from_it() -> None:
    costs = [Cost(Amount(1, 2), metered=True), Cost(None, metered=False), Cost(Amount(10, 20), metered=False)]
    assert together(costs) == (Cost(Amount(11, 22), metered=False), 1)
    assert together([Cost(None, metered=False)])[0].amount is None
