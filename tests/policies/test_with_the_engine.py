"""The pack under the real engine: a program that breaks every rule is refused, and the repository's own stacks are not."""

from pathlib import Path
from typing import Any

import pytest

from policies.rules import RULES, SECRETS, STACK_RULES
from sandbox.home import REPOSITORY, Home
from sandbox.running import Server, start, stop
from tests.engine_harness import Project, Run
from tests.walk.stack import Stack

PACK = ("--policy-pack", str(REPOSITORY / "policies"))
pytestmark = pytest.mark.engine

BREAKS = """
import pulumi
from pulumi_azure_native import cognitiveservices, containerinstance, containerservice, keyvault, resources
from pulumi_kubernetes import Provider, apps, autoscaling, core

group = resources.ResourceGroup("group", resource_group_name="group")
cognitiveservices.Account(
    "account",
    resource_group_name="group",
    account_name="contoso",
    kind="SpeechServices",
    sku={"name": "S0"},
    properties={"disableLocalAuth": True, "publicNetworkAccess": "Enabled"},
)
vault = keyvault.Vault(
    "vault",
    resource_group_name="group",
    vault_name="contoso-vault",
    properties={"tenantId": "00000000-0000-4000-8000-000000000000", "sku": {"family": "A", "name": "standard"}},
)
keyvault.Secret(
    "secret",
    resource_group_name="group",
    vault_name="contoso-vault",
    secret_name="key",
    properties={"value": "hunter2-plain"},
)
containerservice.AgentPool(
    "pool", resource_group_name="group", resource_name_="cluster", mode="User", vm_size="Standard_D8ps_v5"
)
containerinstance.ContainerGroup(
    "public",
    resource_group_name="group",
    os_type="Linux",
    ip_address={"type": "Public", "ports": [{"port": 5000}]},
    containers=[
        {
            "name": "speech",
            "image": "speech",
            "resources": {"requests": {"cpu": 1, "memoryInGB": 1}},
            "environmentVariables": [{"name": "ApiKey", "value": "hunter2-plain"}],
        }
    ],
)
cluster = pulumi.ResourceOptions(provider=Provider("cluster", render_yaml_to_directory="rendered"))
labels = {"app": "read"}
apps.v1.Deployment(
    "deployment",
    metadata={"name": "read"},
    spec={
        "replicas": 3,
        "selector": {"matchLabels": labels},
        "template": {
            "metadata": {"labels": labels},
            "spec": {"containers": [{"name": "speech", "image": "r.example/speech:latest"}]},
        },
    },
    opts=cluster,
)
autoscaling.v2.HorizontalPodAutoscaler(
    "autoscaler",
    metadata={"name": "read"},
    spec={"maxReplicas": 5, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "read"}},
    opts=cluster,
)
core.v1.Service(
    "service",
    metadata={"name": "read"},
    spec={"type": "LoadBalancer", "selector": labels, "ports": [{"port": 5000}]},
    opts=cluster,
)
"""


def violations(run: Run) -> dict[str, list[dict[str, Any]]]:
    """What each policy said, by its name."""
    found: dict[str, list[dict[str, Any]]] = {}
    for event in run.events:
        if told := event.get("policyEvent"):
            found.setdefault(told["policyName"], []).append(told)
    return found


@pytest.fixture(scope="module")
def broken(home: Home, server: Server) -> Project:
    """A program that breaks every rule, in a stack that says nothing of its environment."""
    project = Project(home.root / "broken", server, {"azure-native:location": "westeurope"})
    project.program(BREAKS)
    return project


@pytest.fixture(scope="module")
def refused(broken: Project) -> Run:
    """Its preview."""
    return broken.preview(*PACK, expect=1)


@pytest.mark.parametrize("rule", [*(rule.name for rule in (*RULES, *STACK_RULES)), SECRETS])
def test_a_stack_that_breaks_a_rule_is_refused_with_path_and_remedy(refused: Run, rule: str) -> None:
    told = violations(refused)[rule]
    assert {one["enforcementLevel"] for one in told} == {"mandatory"}
    path, colon, rest = told[0]["message"].strip().splitlines()[1].partition(": ")
    assert path
    assert colon
    assert len(rest) > 40


def test_no_violation_repeats_a_key(refused: Run) -> None:
    assert "hunter2-plain" not in str(violations(refused))


def test_in_dev_what_is_advised_does_not_refuse(broken: Project) -> None:
    broken.pulumi("config", "set", "speech:environment", "dev")
    levels = {name: told[0]["enforcementLevel"] for name, told in violations(broken.preview(*PACK, expect=1)).items()}
    broken.pulumi("config", "rm", "speech:environment")
    assert levels["images-are-pinned"] == "advisory"
    assert levels["keys-are-never-in-the-clear"] == "mandatory"
    assert "account-is-protected" not in levels


def test_a_configuration_names_registries_and_tags_and_sets_levels(broken: Project, tmp_path: Path) -> None:
    file = tmp_path / "policies.json"
    file.write_text(
        '{"images-come-from-allowed-registries": {"registries": ["contoso.azurecr.io"]},'
        ' "resources-are-tagged": {"tags": ["cost-center"]}, "images-are-pinned": "disabled"}'
    )
    told = violations(broken.preview(*PACK, "--policy-pack-config", str(file), expect=1))
    assert any(
        "r.example is none of the allowed registries (contoso.azurecr.io)" in one["message"]
        for one in told["images-come-from-allowed-registries"]
    )
    assert 'without "cost-center"' in told["resources-are-tagged"][0]["message"]
    assert "images-are-pinned" not in told


def stack(home: Home, server: Server, name: str) -> Stack:
    """One of the repository's stacks, in the sandbox of the file."""
    return Stack(home, server, name)


def test_the_sandbox_stack_keeps_every_rule(home: Home, server: Server) -> None:
    assert not violations(stack(home, server, "sandbox").preview(*PACK))


@pytest.mark.long
def test_what_runs_keeps_every_rule_too(tmp_path: Path) -> None:
    # Updates know keys and addresses, and what the cluster has made of the objects: replicas by the autoscaler.
    home = Home(tmp_path / "home")
    try:
        sandbox = stack(home, start(home), "sandbox")
        assert not violations(sandbox.up(*PACK))
        assert not violations(sandbox.preview(*PACK, "--refresh", "--expect-no-changes"))
    finally:
        stop(home)


# The kubernetes target needs a cluster of the user's, which the sandbox of `make up` has and this one does not.
OTHERS = sorted(
    file.name.removeprefix("Pulumi.").removesuffix(".yaml")
    for file in (REPOSITORY / "stacks").glob("Pulumi.*.yaml")
    if not any(name in file.name for name in ("sandbox", "onprem"))
)


@pytest.mark.long
@pytest.mark.parametrize("name", OTHERS)
def test_every_stack_of_the_repository_keeps_the_rules_of_its_environment(
    home: Home, server: Server, name: str
) -> None:
    run = stack(home, server, name).preview(*PACK)
    mandatory = [one for told in violations(run).values() for one in told if one["enforcementLevel"] == "mandatory"]
    assert not mandatory
