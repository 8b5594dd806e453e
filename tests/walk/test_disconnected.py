"""Containers that run by a licence, with plans that were bought before, by the real engine."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from azure.mgmt.cognitiveservices.models import CommitmentPlan
from ruamel.yaml import YAML

from sandbox.arm.speech_models import base_models
from sandbox.home import Home
from sandbox.running import start, stop
from sandbox.verify import Target, verify
from tests.sandbox.arm.azure_clients import Azure
from tests.walk.request_bodies import lost
from tests.walk.stack import Stack
from tests.walk.test_existing_account import ENDPOINT, THEIRS, make_theirs
from tests.walk.test_kubernetes_host import NODE

pytestmark = pytest.mark.engine

GROUP, ACCOUNT = "rg-speech-sandbox", "contoso-speech-sandbox"
ACCOUNT_LINES = "    custom_domain: contoso-speech-sandbox\n"
CUSTOM_PLAN = {"kind": "custom-speech-to-text", "hosting": "disconnected", "tier": "T1"}
CUSTOM = {
    "speech:billing": {"eula": "accept", "mode": "disconnected"},
    "speech:model_account": {"endpoint": ENDPOINT},
    "speech:acknowledge": ["disconnected-approved"],
    "speech:containers": [
        {
            "name": "custom-med",
            "kind": "custom-speech-to-text",
            "version": "5.1.0",
            "model": {"id": base_models("en-us")[-1]["id"]},
            "options": {"output": {}},
            "demand": {"concurrent_streams": 3},
        }
    ],
}
PLAN = "{kind: speech-to-text, hosting: disconnected, tier: T1}"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A sandbox of its own, stopped by its own pid."""
    home = Home(tmp_path / "home")
    try:
        yield home
    finally:
        stop(home)


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
    bodies = [entry["body"] for entry in stack.ask("journal") if is_plan(entry)]
    assert [lost(CommitmentPlan, body) for body in bodies] == [[]]

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

    stack.ask("settings", "PUT", {"disconnected_approved": False})
    assert "aka.ms/csdisconnectedcontainers" in stack.preview().diagnostics, "nothing is listed: a warning"


def is_plan(entry: dict[str, Any]) -> bool:
    return entry["method"] == "PUT" and "/commitmentPlans/" in entry["path"]


def served(stack: Stack) -> dict[str, Any]:
    (deployment,) = (one for one in stack.state() if one["type"].endswith(":Deployment"))
    found: dict[str, Any] = deployment["inputs"]["spec"]["template"]["spec"]["containers"][0]
    return found


def test_a_custom_model_comes_from_an_account_of_its_own_into_a_cluster_of_the_user_s(home: Home) -> None:
    stack = Stack(home, start(home), "onprem-westeurope")
    azure = Azure(stack.server)
    make_theirs(azure)
    key = str(azure.speech.accounts.list_keys("theirs", THEIRS).key1)
    yaml = YAML()
    content = yaml.load(stack.file)
    content["config"] |= CUSTOM
    content["config"]["speech:account"] |= {"sku": "DC0", "commitments": [{**CUSTOM_PLAN}]}
    content["config"]["speech:target"]["storage_class"] = "standard"
    yaml.dump(content, stack.file)
    stack.secret("speech:target.kubeconfig", json.dumps(stack.cluster("factory", NODE)))
    stack.secret("speech:model_account.key", key)

    said = [stack.preview(), stack.up()]
    assert stack.up().changes == {}
    rows = {row["deployment"]: row for row in stack.workloads() if "deployment" in row}
    assert rows["custom-med"]["state"] == "Running", stack.workloads()
    target = Target("custom-med", "custom-speech-to-text", rows["custom-med"]["address"], status=None)
    told = StringIO()
    assert verify([target], told), told.getvalue()
    # The cluster's own store keeps Secrets, as a real one does.
    files = [path for path in stack.files() if not path.name.startswith(stack.home.kube_store.name)]
    leaks = [path for path in files if key.encode() in path.read_bytes()]
    assert leaks == []
    assert not any(key in run.text for run in said)
    stack.destroy()
    assert stack.state() == []
