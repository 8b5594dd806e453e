"""Containers that run by a licence, with plans that were bought before, by the real engine."""

from typing import Any

import pytest

from tests.sandbox.arm.azure_clients import Azure
from tests.walk.stack import Stack

pytestmark = pytest.mark.engine

GROUP, ACCOUNT = "rg-speech-sandbox", "contoso-speech-sandbox"
ACCOUNT_LINES = "    custom_domain: contoso-speech-sandbox\n"
PLAN = "{kind: speech-to-text, hosting: disconnected, tier: T1}"


def disconnect(stack: Stack, plan: str = PLAN) -> None:
    """The sandbox's stack file, disconnected."""
    stack.change(ACCOUNT_LINES, f"{ACCOUNT_LINES}    sku: DC0\n    commitments: [{plan}]\n")
    stack.change("    eula: accept", "    mode: disconnected\n    eula: accept")
    stack.change("  speech:containers:\n", "  speech:acknowledge: [disconnected-approved]\n  speech:containers:\n")
    stack.change("      version: 5.1.0\n", "      version: 5.1.0\n      options: {output: {}}\n")


def test_a_disconnected_container_runs_by_its_licence_without_endpoint_or_key(stack: Stack) -> None:
    disconnect(stack)
    stack.preview()
    stack.up()
    assert stack.up().changes == {}
    (plan,) = Azure(stack.server).speech.commitment_plans.list(GROUP, ACCOUNT)
    assert (plan.properties.hosting_model, plan.properties.plan_type) == ("DisconnectedContainer", "STT")
    assert len(stack.ask("purchases")) == 1, "nothing is bought twice"

    states = {row.get("deployment") or row.get("job"): row["state"] for row in stack.workloads()}
    assert states.pop("transcribe-en") == "Running", states
    container = served(stack)
    assert not any("Billing" in word or "ApiKey" in word for word in container["args"])
    assert not any(variable["name"].startswith("SPEECH_") for variable in container["env"])

    stack.destroy()
    assert stack.state() == []
    assert len(stack.ask("purchases")) == 1


def test_a_tier_that_azure_does_not_sell_is_refused_before_anything_is_made(stack: Stack) -> None:
    disconnect(stack, PLAN.replace("T1", "T9"))
    refused = stack.preview(expect=1)
    assert "speech:account.commitments[0]: Azure sells no plan" in refused.diagnostics
    assert "STT T1, STT T2, STT T3" in refused.diagnostics
    assert "Traceback" not in refused.diagnostics
    assert stack.up(expect=1).code
    assert stack.ask("purchases") == []


def served(stack: Stack) -> dict[str, Any]:
    (deployment,) = (one for one in stack.state() if one["type"].endswith(":Deployment"))
    found: dict[str, Any] = deployment["inputs"]["spec"]["template"]["spec"]["containers"][0]
    return found
