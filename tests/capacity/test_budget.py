"""A plan against its budget, and against what a free account gives."""

from typing import Any

import pytest

from speech.capacity.plan import Plan
from speech.capacity.planner import plan
from speech.settings.faults import Finding, InvalidStackError
from speech.settings.parse import parse
from tests.capacity.kinds_of_all import CUSTOM, DOCKER, KUBERNETES, VOICE
from tests.stacks import stack_file

C = "speech:containers[0]"
BUDGET = "speech:budget.usd_a_month"
KNOWN = [("azure-native:location", "eastus"), (f"{C}.demand.hours_a_month", 1000)]
PROD = [("speech:environment", "prod"), ("speech:target.authentication", "local")]


def planned(*changes: tuple[str, Any]) -> Plan:
    return plan(parse(stack_file(*changes)).stack, "dev-westeurope")


def warned(*changes: tuple[str, Any]) -> dict[str, str]:
    return {warning.path: warning.message for warning in planned(*changes).warnings}


def fault(*changes: tuple[str, Any]) -> Finding:
    with pytest.raises(InvalidStackError) as caught:
        planned(*changes)
    (found,) = caught.value.faults
    return found


def budget(usd: float) -> tuple[str, Any]:
    return "speech:budget", {"usd_a_month": usd}


def test_a_dearer_plan_is_a_warning_in_dev_with_its_cost_at_the_peak() -> None:
    total = planned(*KNOWN).cost.total
    assert total is not None
    assert not total.estimated
    message = warned(*KNOWN, budget(100))[BUDGET]
    assert message.startswith(f"is 100: the plan costs {total.high:,.0f} USD a month at the peak. Plan less")


def test_a_dearer_plan_is_a_fault_in_prod() -> None:
    found = fault(*PROD, *KNOWN, budget(100))
    assert found.path == BUDGET
    assert found.message.startswith("is 100: the plan costs")


def test_a_plan_within_its_budget_is_silent() -> None:
    total = planned(*KNOWN).cost.total
    assert total is not None
    assert BUDGET not in warned(*KNOWN, budget(total.high))
    assert BUDGET in warned(*KNOWN, budget(total.high - 1))


def test_a_cost_by_prices_of_other_regions_is_said_to_be_one() -> None:
    assert "at the peak, by prices of other regions" in warned(budget(100))[BUDGET]
    assert "other regions" not in warned(*KNOWN, budget(100))[BUDGET]


def test_a_plan_with_unknown_prices_cannot_be_checked() -> None:
    message = warned(budget(1e6))[BUDGET]
    assert message.startswith(
        "cannot be checked: no price is known of metering (give hours_a_month of transcribe-en); the rest costs"
    )


def test_a_known_part_above_the_budget_is_enough_whatever_the_rest_costs() -> None:
    found = fault(*PROD, budget(100))
    assert "and more: no price is known of metering (give hours_a_month of transcribe-en)" in found.message


@pytest.mark.parametrize("target", [DOCKER, KUBERNETES], ids=lambda each: each["kind"])
def test_hosts_of_the_users_own_are_not_the_stacks_to_pay(target: dict[str, Any]) -> None:
    changes = (("speech:target", target), (f"{C}.demand.hours_a_month", 10))
    assert BUDGET not in warned(*changes, budget(10))
    assert "the plan costs 10 USD a month at the peak" in warned(*changes, budget(9))[BUDGET]


FREE = ("speech:account.sku", "F0")


def test_usage_beyond_the_free_grant_is_a_warning_in_dev_and_a_fault_in_prod() -> None:
    more = (FREE, (f"{C}.demand.hours_a_month", 5.5))
    assert '"F0" gives 5 audio hours a month' in warned(*more)["speech:account.sku"]
    assert fault(*PROD, *more).path == "speech:account.sku"
    assert not warned(FREE, (f"{C}.demand.hours_a_month", 5))


def test_the_grant_is_shared_by_all_containers_and_each_unit_has_its_own() -> None:
    def using(*used: tuple[dict[str, Any], dict[str, Any]]) -> tuple[str, Any]:
        return "speech:containers", [{**each, "demand": {**each["demand"], **usage}} for each, usage in used]

    (heard,) = stack_file()["speech:containers"]
    hours, letters = {"hours_a_month": 3}, {"characters_a_month": 400_000}
    assert "speech:account.sku" in warned(FREE, using((heard, hours), (CUSTOM, hours)))
    assert "speech:account.sku" not in warned(FREE, using((heard, hours), (VOICE, letters)))
    assert "use 0.6:" in warned(FREE, using((VOICE, {"characters_a_month": 600_000})))["speech:account.sku"]


def test_a_free_account_charges_nothing() -> None:
    assert planned(FREE, (f"{C}.demand.hours_a_month", 4)).cost.metering == 0.0
