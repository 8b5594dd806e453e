"""A stack's budget, from its first preview to its end, by the real engine."""

from typing import Any

import pytest

from tests.walk.stack import Stack

pytestmark = pytest.mark.engine

BUDGET = "azure-native:consumption:Budget"


def write(stack: Stack, budget: str) -> None:
    stack.change("  speech:containers:\n", f"  speech:budget: {budget}\n  speech:containers:\n")


def budget(stack: Stack) -> dict[str, Any]:
    (found,) = (each for each in stack.state() if each["type"] == BUDGET)
    return {**found["inputs"], **found["outputs"]}


def test_a_clusters_budget_counts_its_nodes_and_changes_in_place(stack: Stack) -> None:
    write(stack, "{usd_a_month: 20000, contact_emails: [team@contoso.example]}")
    preview = stack.preview()
    assert stack.up().changes == preview.changes, "the first preview hid nothing"
    assert stack.up().changes == {}
    found = budget(stack)
    assert found["amount"] == 20_000
    assert "resourceGroups" not in found["scope"], "its nodes lie in another group than the stack's own"
    group, nodes = found["filter"]["dimensions"]["values"]
    assert (group, nodes[:3]) == ("rg-speech-sandbox", "MC_")
    assert sorted(each["threshold"] for each in found["notifications"].values()) == [80, 100]

    stack.change("usd_a_month: 20000", "usd_a_month: 30000")
    changed = stack.up()
    assert changed.changed == {"speech-budget": {"amount"}}
    stack.refresh()
    assert stack.up().changes == {}
    stack.destroy()
    assert stack.state() == []


def test_hosts_of_the_users_own_have_a_budget_on_the_stacks_group(stack: Stack) -> None:
    stack.change("kind: aks", "kind: docker")
    write(stack, "{usd_a_month: 100}")
    assert "cannot be checked: no price is known of" in stack.preview().diagnostics
    stack.up()
    assert budget(stack)["scope"].endswith("/resourceGroups/rg-speech-sandbox")
    stack.refresh()
    assert stack.up().changes == {}


def test_a_dearer_plan_is_told_before_anything_is_made_and_refused_in_prod(stack: Stack) -> None:
    write(stack, "{usd_a_month: 1}")
    assert "speech:budget.usd_a_month: is 1: the plan costs" in stack.preview().diagnostics
    stack.change("speech:environment: dev", "speech:environment: prod")
    stack.change("kind: aks", "kind: aks\n    authentication: local\n    zones: []")
    refused = stack.preview(expect=1)
    assert "speech:budget.usd_a_month" in refused.diagnostics
    assert "Traceback" not in refused.diagnostics
