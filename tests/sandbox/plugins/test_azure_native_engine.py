"""The stand-in under the real engine, with the double of Azure behind it."""

import time
from collections.abc import Callable

import pytest

from tests.engine_harness import Project
from tests.sandbox.plugins.conftest import Azure

pytestmark = pytest.mark.engine

PROGRAM = """
    import pulumi
    from pulumi_azure_native import authorization, cognitiveservices, keyvault, resources

    config = pulumi.Config()
    me = authorization.get_client_config()
    group = resources.ResourceGroup("rg", location=config.get("location") or "westeurope")
    account = cognitiveservices.Account(
        "speech",
        resource_group_name=group.name,
        kind="SpeechServices",
        sku=cognitiveservices.SkuArgs(name="S0"),
        tags={"purpose": config.get("purpose") or "trial"},
    )
    keys = pulumi.Output.secret(
        cognitiveservices.list_account_keys_output(account_name=account.name, resource_group_name=group.name)
    )
    vault = keyvault.Vault(
        "kv",
        resource_group_name=group.name,
        properties=keyvault.VaultPropertiesArgs(
            tenant_id=me.tenant_id,
            sku=keyvault.SkuArgs(family="A", name="standard"),
            enable_rbac_authorization=True,
        ),
    )
    officer = authorization.RoleAssignment(
        "officer",
        scope=vault.id,
        principal_id=me.object_id,
        principal_type="ServicePrincipal",
        role_definition_id=f"/subscriptions/{me.subscription_id}/providers/Microsoft.Authorization/roleDefinitions/"
        "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
    )
    secret = keyvault.Secret(
        "speech-key",
        resource_group_name=group.name,
        vault_name=vault.name,
        properties=keyvault.SecretPropertiesArgs(value=keys.key1),
        opts=pulumi.ResourceOptions(depends_on=[officer]),
    )
    pulumi.export("group", group.name)
    pulumi.export("account", account.name)
    pulumi.export("accountId", account.id)
    pulumi.export("endpoint", account.properties.endpoint)
    pulumi.export("key", keys.key1)
    """
RESOURCES = 5
STACK = 1

ACCOUNT_ONLY = """
    from pulumi_azure_native import cognitiveservices, resources

    group = resources.ResourceGroup("rg", location="westeurope")
    account = cognitiveservices.Account(
        "speech",
        resource_group_name=group.name,
        kind="SpeechServices",
        sku=cognitiveservices.SkuArgs(name="{sku}"),
        {more}
    )
    """


def test_a_stack_is_previewed_made_left_alone_changed_refreshed_and_destroyed(azure: Azure, project: Project) -> None:
    project.program(PROGRAM)
    foreseen = project.preview()
    assert foreseen.changes == {"create": RESOURCES + STACK}
    assert azure.requests("/resourceGroups/rg") == []

    assert project.up().changes == {"create": RESOURCES + STACK}
    outputs = project.outputs()
    assert outputs["endpoint"] == "https://westeurope.api.cognitive.microsoft.com/"
    assert outputs["key"] == "[secret]"
    assert project.up().changes == {}

    project.pulumi("config", "set", "purpose", "more")
    assert project.preview().steps["speech"] == "update"
    changed = project.up()
    assert changed.changes == {"update": 1}
    assert changed.steps["speech"] == "update"

    account = azure.engine("cognitiveservices:Account")
    _, known, inputs = account.read(outputs["accountId"])
    account.update(outputs["accountId"], inputs, {**inputs, "tags": {"purpose": "changed by hand"}}, outputs=known)
    assert project.refresh().changes == {"update": 1}
    assert project.up().steps["speech"] == "update"
    assert project.refresh().changes == {}

    assert project.destroy().changes == {"delete": RESOURCES + STACK}
    assert project.state() == []
    assert account.read(outputs["accountId"])[0] == ""


def test_a_replacement_stands_before_the_old_one_goes_where_the_name_was_drawn(project: Project) -> None:
    project.program('from pulumi_azure_native import resources\nresources.ResourceGroup("rg", location="westeurope")')
    project.up()
    project.program('from pulumi_azure_native import resources\nresources.ResourceGroup("rg", location="northeurope")')
    replaced = project.up()
    assert replaced.changes == {"replace": 1}
    steps = [event["resourcePreEvent"]["metadata"]["op"] for event in replaced.events if "resourcePreEvent" in event]
    assert [step for step in steps if step != "same"] == ["create-replacement", "replace", "delete-replaced"]
    project.destroy()


def test_a_fixed_name_is_freed_before_it_is_taken_again(project: Project) -> None:
    program = (
        "from pulumi_azure_native import resources\n"
        'resources.ResourceGroup("rg", resource_group_name="fixed", location="{location}")'
    )
    project.program(program.format(location="westeurope"))
    project.up()
    project.program(program.format(location="northeurope"))
    steps = [
        event["resourcePreEvent"]["metadata"]["op"] for event in project.up().events if "resourcePreEvent" in event
    ]
    assert [step for step in steps if step != "same"] == ["delete-replaced", "replace", "create-replacement"]
    project.destroy()


def test_an_existing_resource_is_imported_and_then_unchanged(azure: Azure, project: Project, group: str) -> None:
    azure.engine("managedidentity:UserAssignedIdentity").create(
        {"resourceName": "speech-pods", "resourceGroupName": group, "location": "westeurope"}
    )
    resource_id = (
        f"/subscriptions/{azure.who.subscription_id}/resourceGroups/{group}"
        "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/speech-pods"
    )
    project.program("import pulumi")
    token = "azure-native:managedidentity:UserAssignedIdentity"
    project.pulumi("import", token, "pods", resource_id, "--yes", "--protect=false")
    project.program(
        f"""
        from pulumi_azure_native import managedidentity
        managedidentity.UserAssignedIdentity(
            "pods", resource_group_name="{group}", resource_name_="speech-pods", location="westeurope"
        )
        """
    )
    assert project.up().changes == {}
    project.destroy()


def test_wrong_inputs_stop_the_preview_with_all_faults(project: Project) -> None:
    more = 'properties={"custom_sub_domain_name": 3, "colour": "red"}, identity={"type": "Sometimes"},'
    project.program(ACCOUNT_ONLY.format(sku="S0", more=more))
    said = project.preview(expect=1).diagnostics
    assert "resource 'speech' has a problem: 'properties.customSubDomainName' should be of type 'string'" in said
    assert "'properties.colour' is no property of the type" in said
    assert "'identity.type' is 'Sometimes', which is none of None, SystemAssigned, UserAssigned" in said


def test_a_resource_that_was_partly_made_is_kept_and_updated_by_the_next_run(azure: Azure, project: Project) -> None:
    project.program(ACCOUNT_ONLY.format(sku="S0", more=""))
    azure.fault(kind="operation", method="PUT", path="/accounts/", code="QuotaExceeded", message="no more")
    failed = project.up(expect=1)
    assert 'Code="Failed"' in failed.diagnostics
    [account] = [found for found in project.state() if found["type"].endswith(":Account")]
    assert account["initErrors"] == ['Code="Failed"']
    assert project.up().steps["speech"] == "update"
    [account] = [found for found in project.state() if found["type"].endswith(":Account")]
    assert "initErrors" not in account
    project.destroy()


def test_a_key_is_left_nowhere_in_clear(
    azure: Azure, project: Project, everything_left: Callable[[str], list[str]]
) -> None:
    project.program(PROGRAM)
    runs = [
        project.pulumi("preview", "--diff"),
        project.pulumi("up", "--yes", "--diff"),
        project.pulumi("stack", "output"),
        project.pulumi("stack", "export"),
        project.pulumi("refresh", "--yes", "--diff"),
        project.pulumi("stack", "history", "--json"),
    ]
    outputs = project.outputs()
    names = {"accountName": outputs["account"], "resourceGroupName": outputs["group"]}
    key = azure.engine("cognitiveservices:Account").invoke("cognitiveservices:listAccountKeys", **names)["key1"]
    assert project.outputs("--show-secrets")["key"] == key
    assert [run.arguments for run in runs if key in run.out + run.err] == []
    assert everything_left(key) == []
    runs = [project.pulumi("destroy", "--yes", "--diff")]
    assert [run.arguments for run in runs if key in run.out + run.err] == []


def test_the_engine_does_not_wait_for_the_plugin_to_end(project: Project) -> None:
    project.program(ACCOUNT_ONLY.format(sku="S0", more=""))
    done = project.preview()
    ended = time.time()
    worked = max(event["timestamp"] for event in done.events if "resourcePreEvent" in event)
    assert ended - worked < 5  # what the engine would give a plugin that ignores its SIGINT
