"""docs/capacity.md says what the plan does."""

import pytest

from speech.capacity.planner import plan
from tests.capacity.page import DEMANDS, PAGE, Demand, render
from tests.capacity.recipe import recipe


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text() == render(), "run `make docs`"


def test_there_are_ten_demands_from_4_to_20_000_streams() -> None:
    streams = sorted(each.streams for each in DEMANDS)
    assert len(streams) == 10
    assert (streams[0], streams[-1]) == (4, 20_000)


@pytest.mark.parametrize("demand", DEMANDS, ids=lambda each: each.who)
def test_no_demand_of_the_page_costs_more_than_the_recipe(demand: Demand) -> None:
    made = plan(demand.stack, "page")
    assert made.proof is not None
    assert made.proof.usd <= recipe(demand.stack)[1]
