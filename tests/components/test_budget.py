"""The budget that Azure keeps, of the groups in which the stack's money goes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tests.capacity.kinds_of_all import DOCKER
from tests.components.deployed import deployed

TOKEN = "azure-native:consumption:Budget"
BUDGET = ("speech:budget", {"usd_a_month": 20_000, "contact_emails": ["a@contoso.example", "b@contoso.example"]})


def made(*changes: tuple[str, object]) -> Mapping[str, Any]:
    (found,) = (each for each in deployed(*changes).made if each.token == TOKEN)
    return found.inputs


def test_a_stack_without_a_budget_makes_none() -> None:
    assert not [each for each in deployed().made if each.token == TOKEN]


def test_a_budget_is_of_the_month_and_its_amount() -> None:
    found = made(BUDGET)
    assert (found["amount"], found["timeGrain"], found["category"]) == (20_000, "Monthly", "Cost")
    start = datetime.fromisoformat(found["timePeriod"]["startDate"])
    assert (start.day, start.hour, start.tzinfo) == (1, 0, UTC)


def test_people_are_written_to_at_80_and_100_percent() -> None:
    found = made(BUDGET)["notifications"]
    assert sorted(each["threshold"] for each in found.values()) == [80, 100]
    for each in found.values():
        assert each["contactEmails"] == ["a@contoso.example", "b@contoso.example"]
        assert each["enabled"] is True


def test_without_people_nobody_is_written_to() -> None:
    assert not made(("speech:budget", {"usd_a_month": 10})).get("notifications")


def test_the_nodes_of_a_cluster_are_in_its_budget_though_their_group_is_another() -> None:
    found = made(BUDGET)
    assert found["scope"].startswith("/subscriptions/")
    assert "resourceGroups" not in found["scope"]
    dimension = found["filter"]["dimensions"]
    assert (dimension["name"], dimension["operator"]) == ("ResourceGroupName", "In")
    assert dimension["values"] == ["rg-speech-test", "MC_rg-speech-test"]


def test_a_host_without_nodes_has_its_budget_on_the_stacks_own_group() -> None:
    found = made(BUDGET, ("speech:target", DOCKER))
    assert found["scope"] == "/ids/speech-group"
    assert "filter" not in found


def test_the_start_of_a_budget_is_never_changed() -> None:
    (budget,) = (each for each in deployed(BUDGET).made if each.token == TOKEN)
    assert budget.opts.ignore_changes == ["timePeriod"]
