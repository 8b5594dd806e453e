"""Container groups, shares, a registry, a budget and commitments, by the stand-in with the double of Azure behind it."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.engine_harness import Project
from tests.sandbox.plugins.conftest import Azure
from tests.sandbox.plugins.engine_double import AbortedError, Engine

IMAGE = "mcr.microsoft.com/azure-cognitive-services/speechservices/speech-to-text:{version}-amd64-en-us"
PROGRAM = """
    import pulumi
    from pulumi_azure_native import (
        authorization, cognitiveservices, consumption, containerinstance, containerregistry, managedidentity, resources,
        storage,
    )

    group = resources.ResourceGroup("rg", location="westeurope")
    account = cognitiveservices.Account(
        "speech", resource_group_name=group.name, kind="SpeechServices", sku=cognitiveservices.SkuArgs(name="S0")
    )
    keys = pulumi.Output.secret(
        cognitiveservices.list_account_keys_output(account_name=account.name, resource_group_name=group.name)
    )
    plan = cognitiveservices.CommitmentPlan(
        "plan",
        account_name=account.name,
        resource_group_name=group.name,
        commitment_plan_name="connected",
        properties=cognitiveservices.CommitmentPlanPropertiesArgs(
            hosting_model="ConnectedContainer",
            plan_type="STT",
            auto_renew=False,
            current=cognitiveservices.CommitmentPeriodArgs(tier="T1", count=1),
        ),
    )
    budget = consumption.Budget(
        "budget",
        scope=group.id,
        category="Cost",
        amount=20000,
        time_grain="Monthly",
        time_period=consumption.BudgetTimePeriodArgs(start_date="2026-11-01"),
        notifications={{
            "eighty": consumption.NotificationArgs(
                enabled=True, operator="GreaterThan", threshold=80, contact_emails=["ops@contoso.example"]
            )
        }},
    )
    files = storage.StorageAccount(
        "files",
        account_name="contosofiles",
        resource_group_name=group.name,
        kind="StorageV2",
        sku=storage.SkuArgs(name="Standard_LRS"),
        network_rule_set=storage.NetworkRuleSetArgs(default_action="Allow", bypass="AzureServices"),
    )
    share = storage.FileShare(
        "output", account_name=files.name, resource_group_name=group.name, share_name="output", share_quota=100
    )
    file_keys = pulumi.Output.secret(
        storage.list_storage_account_keys_output(account_name=files.name, resource_group_name=group.name)
    )
    images = containerregistry.Registry(
        "images",
        registry_name="contosoinstances",
        resource_group_name=group.name,
        sku=containerregistry.SkuArgs(name="Basic"),
    )
    puller = managedidentity.UserAssignedIdentity("puller", resource_group_name=group.name)
    me = authorization.get_client_config()
    pull = authorization.RoleAssignment(
        "pull",
        scope=images.id,
        principal_id=puller.principal_id,
        principal_type="ServicePrincipal",
        role_definition_id=f"/subscriptions/{{me.subscription_id}}/providers/Microsoft.Authorization/roleDefinitions/"
        "7f951dda-4ed3-4680-a7ca-43fe172d538d",
    )
    instances = containerinstance.ContainerGroup(
        "transcribe",
        container_group_name="transcribe",
        resource_group_name=group.name,
        os_type="Linux",
        restart_policy="Always",
        identity=containerinstance.ContainerGroupIdentityArgs(
            type="UserAssigned", user_assigned_identities=[puller.id]
        ),
        image_registry_credentials=[
            containerinstance.ImageRegistryCredentialArgs(server=images.login_server, identity=puller.id)
        ],
        ip_address=containerinstance.IpAddressArgs(
            type="Public",
            dns_name_label="contoso-{label}",
            ports=[containerinstance.PortArgs(port=5000, protocol="TCP")],
        ),
        init_containers=[
            containerinstance.InitContainerDefinitionArgs(
                name="avx2", image="busybox:1.36", command=["sh", "-c", "grep -q avx2 /proc/cpuinfo"]
            )
        ],
        containers=[
            containerinstance.ContainerArgs(
                name="speech",
                image=images.login_server.apply(lambda server: f"{{server}}/speech-to-text:{version}-amd64-en-us"),
                environment_variables=[
                    containerinstance.EnvironmentVariableArgs(name="Eula", value="accept"),
                    containerinstance.EnvironmentVariableArgs(name="Billing", value=account.properties.endpoint),
                    containerinstance.EnvironmentVariableArgs(name="ApiKey", secure_value=keys.key1),
                    containerinstance.EnvironmentVariableArgs(name="Logging__Disk__Format", value="json"),
                    containerinstance.EnvironmentVariableArgs(name="Mounts__Output", value="/output"),
                ],
                ports=[containerinstance.ContainerPortArgs(port=5000)],
                resources=containerinstance.ResourceRequirementsArgs(
                    requests=containerinstance.ResourceRequestsArgs(cpu={cpu}, memory_in_gb=12)
                ),
                volume_mounts=[containerinstance.VolumeMountArgs(name="output", mount_path="/output")],
                readiness_probe=containerinstance.ContainerProbeArgs(
                    http_get=containerinstance.ContainerHttpGetArgs(path="/ready", port=5000, scheme="http"),
                    period_seconds=1,
                ),
            )
        ],
        volumes=[
            containerinstance.VolumeArgs(
                name="output",
                azure_file=containerinstance.AzureFileVolumeArgs(
                    share_name=share.name,
                    storage_account_name=files.name,
                    storage_account_key=file_keys.keys[0].value,
                ),
            )
        ],
        opts=pulumi.ResourceOptions(
            depends_on=[pull], delete_before_replace=True, replace_on_changes=["containers[*].resources"]
        ),
    )
    pulumi.export("group", group.name)
    pulumi.export("account", account.name)
    pulumi.export("fqdn", instances.ip_address.apply(lambda found: found.fqdn))
    """
RESOURCES = 10


def program(label: str, version: str = "5.1.0", cpu: int = 4) -> str:
    return PROGRAM.format(label=label, version=version, cpu=cpu)


def ready(azure: Azure) -> dict[str, Any]:
    """The row of the one container, once its readiness probe passes."""
    deadline = time.monotonic() + 60
    while True:
        rows = azure.http.get("/sandbox/workloads").json()
        if rows and rows[0]["ready"]:
            return dict(rows[0])
        assert time.monotonic() < deadline, rows
        time.sleep(0.1)


@pytest.mark.engine
def test_a_group_runs_changes_in_place_is_replaced_and_goes(
    azure: Azure, project: Project, everything_left: Callable[[str], list[str]]
) -> None:
    project.program(program("instances"))
    assert project.preview().changes == {"create": RESOURCES + 1}
    assert project.up().changes == {"create": RESOURCES + 1}
    outputs = project.outputs()
    assert outputs["fqdn"] == "contoso-instances.westeurope.azurecontainer.io"
    row = ready(azure)
    assert (row["url"], row["init"][0]["state"]) == (f"http://{outputs['fqdn']}:5000", "not run")
    assert project.up().changes == {}
    assert project.refresh().changes == {}
    assert project.up().changes == {}

    project.program(program("instances", version="5.2.0"))
    changed = project.up()
    assert (changed.changes, changed.steps["transcribe"]) == ({"update": 1}, "update")
    assert ready(azure)["pid"] != row["pid"]

    project.program(program("instances", version="5.2.0", cpu=3))
    steps = [
        event["resourcePreEvent"]["metadata"]["op"] for event in project.up().events if "resourcePreEvent" in event
    ]
    assert [step for step in steps if step != "same"] == ["delete-replaced", "replace", "create-replacement"]
    assert ready(azure)["url"] == row["url"]

    names = {"resourceGroupName": outputs["group"]}
    engine = azure.engine("containerinstance:ContainerGroup")
    keys = [
        engine.invoke("cognitiveservices:listAccountKeys", accountName=outputs["account"], **names)["key1"],
        engine.invoke("storage:listStorageAccountKeys", accountName="contosofiles", **names)["keys"][0]["value"],
    ]
    left = {key: everything_left(key) for key in keys}
    assert list(left.values()) == [[], []]
    project.destroy()
    assert azure.http.get("/sandbox/workloads").json() == []


@pytest.mark.engine
def test_what_only_a_new_group_can_have_is_planned_as_update_and_refused(project: Project) -> None:
    unguarded = program("refused").replace('replace_on_changes=["containers[*].resources"]', "replace_on_changes=[]")
    project.program(unguarded)
    project.up()
    project.program(unguarded.replace("cpu=4", "cpu=3"))
    failed = project.up(expect=1)
    assert failed.steps["transcribe"] == "update"
    assert "InvalidContainerGroupUpdate" in failed.diagnostics
    project.destroy()


def test_only_the_path_replaces_a_group_by_itself() -> None:
    engine = Engine("containerinstance:ContainerGroup")
    before = {"containerGroupName": "g", "resourceGroupName": "rg", "osType": "Linux", "restartPolicy": "Always"}
    assert not engine.diff(before, {**before, "restartPolicy": "Never", "zones": ["1"]}).replaces
    moved = engine.diff(before, {**before, "containerGroupName": "h"})
    assert (list(moved.replaces), moved.deleteBeforeReplace) == (["containerGroupName"], True)


def test_a_share_and_a_plan_are_replaced_with_their_account_only() -> None:
    share = {"accountName": "a", "resourceGroupName": "rg", "shareName": "s", "shareQuota": 1}
    engine = Engine("storage:FileShare")
    assert not engine.diff(share, {**share, "shareQuota": 2}).replaces
    assert list(engine.diff(share, {**share, "accountName": "b"}).replaces) == ["accountName"]
    plan = {"accountName": "a", "resourceGroupName": "rg", "commitmentPlanName": "p", "properties": {"autoRenew": True}}
    engine = Engine("cognitiveservices:CommitmentPlan")
    assert not engine.diff(plan, {**plan, "properties": {"autoRenew": False}}).replaces


def test_rules_that_leave_the_program_are_taken_back(azure: Azure, group: str) -> None:
    engine = azure.engine("storage:StorageAccount")
    wanted = {
        "accountName": f"rules{group[-8:]}",
        "resourceGroupName": group,
        "location": "westeurope",
        "kind": "StorageV2",
        "sku": {"name": "Standard_LRS"},
    }
    closed = {**wanted, "networkRuleSet": {"defaultAction": "Deny", "bypass": "AzureServices"}}
    made, outputs = engine.create(closed)
    assert outputs["networkRuleSet"]["defaultAction"] == "Deny"
    assert engine.update(made, closed, wanted, outputs=outputs)["networkRuleSet"]["defaultAction"] == "Allow"


def test_a_registrys_passwords_are_listed(azure: Azure, group: str) -> None:
    engine = azure.engine("containerregistry:Registry")
    name = f"images{group[-8:]}"
    wanted = {
        "registryName": name,
        "resourceGroupName": group,
        "location": "westeurope",
        "sku": {"name": "Basic"},
        "adminUserEnabled": True,
    }
    _, outputs = engine.create(wanted)
    assert outputs["loginServer"] == f"{name}.azurecr.io"
    found = engine.invoke("containerregistry:listRegistryCredentials", registryName=name, resourceGroupName=group)
    assert (found["username"], len(found["passwords"])) == (name, 2)


def test_a_budget_is_made_on_a_group_read_and_deleted(azure: Azure, group: str) -> None:
    engine = azure.engine("consumption:Budget")
    wanted = {
        "budgetName": "speech",
        "scope": f"/subscriptions/{azure.who.subscription_id}/resourceGroups/{group}",
        "category": "Cost",
        "amount": 100,
        "timeGrain": "Monthly",
        "timePeriod": {"startDate": "2026-11-01T00:00:00Z"},
    }
    made, outputs = engine.create(wanted)
    assert (outputs["amount"], outputs["currentSpend"]["amount"]) == (100, 0)
    assert engine.read(made)[2]["scope"] == wanted["scope"].strip("/")
    engine.delete(made)
    assert engine.read(made)[0] == ""


def test_a_disconnected_plan_needs_an_account_that_may_have_one(azure: Azure, group: str) -> None:
    names = {"accountName": "speech", "resourceGroupName": group}
    speech = {**names, "location": "westeurope", "kind": "SpeechServices", "properties": {}}
    plan = {
        **names,
        "commitmentPlanName": "disconnected",
        "properties": {
            "hostingModel": "DisconnectedContainer",
            "planType": "STT",
            "autoRenew": False,
            "current": {"tier": "T1", "count": 1},
        },
    }
    accounts, plans = azure.engine("cognitiveservices:Account"), azure.engine("cognitiveservices:CommitmentPlan")
    accounts.create({**speech, "sku": {"name": "DC0"}})
    made, outputs = plans.create(plan)
    assert outputs["properties"]["current"]["quota"]["quantity"] == 2000
    plans.delete(made)
    azure.settings(disconnected_approved=False)
    try:
        with pytest.raises(AbortedError, match=r"aka\.ms/csdisconnectedcontainers"):
            plans.create(plan)
    finally:
        azure.settings(disconnected_approved=None)
