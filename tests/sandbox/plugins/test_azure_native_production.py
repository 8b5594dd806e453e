"""Private links, monitoring, restored accounts and Entra clusters, by the stand-in with the double of Azure behind it."""

import base64

import pytest

from sandbox.home import ADMIN_GROUP_ID
from tests.engine_harness import Project
from tests.sandbox.plugins.conftest import Azure
from tests.sandbox.plugins.engine_double import AbortedError, Engine

NETWORK = """
    import pulumi
    from pulumi_azure_native import cognitiveservices, monitor, network, operationalinsights, privatedns, resources

    config = pulumi.Config()
    group = resources.ResourceGroup("rg", location="westeurope")
    vnet = network.VirtualNetwork(
        "net",
        resource_group_name=group.name,
        address_space=network.AddressSpaceArgs(address_prefixes=["10.80.0.0/16"]),
    )
    one = network.Subnet(
        "one", resource_group_name=group.name, virtual_network_name=vnet.name, address_prefix="10.80.1.0/24"
    )
    two = network.Subnet(
        "two",
        resource_group_name=group.name,
        virtual_network_name=vnet.name,
        address_prefix="10.80.2.0/24",
        opts=pulumi.ResourceOptions(depends_on=[one]),
    )
    account = cognitiveservices.Account(
        "speech",
        resource_group_name=group.name,
        kind="SpeechServices",
        sku=cognitiveservices.SkuArgs(name="S0"),
        properties=cognitiveservices.AccountPropertiesArgs(custom_sub_domain_name="contoso-links"),
    )
    """
LINKS = """
    endpoint = network.PrivateEndpoint(
        "endpoint",
        resource_group_name=group.name,
        subnet=network.SubnetArgs(id={subnet}.id),
        private_link_service_connections=[
            network.PrivateLinkServiceConnectionArgs(
                name="account", private_link_service_id=account.id, group_ids=["account"]
            )
        ],
        opts=pulumi.ResourceOptions(ignore_changes=["customDnsConfigs"]),
    )
    zone = privatedns.PrivateZone(
        "zone",
        resource_group_name=group.name,
        private_zone_name="privatelink.cognitiveservices.azure.com",
        location="global",
    )
    link = privatedns.VirtualNetworkLink(
        "link",
        resource_group_name=group.name,
        private_zone_name=zone.name,
        virtual_network=privatedns.SubResourceArgs(id=vnet.id),
        registration_enabled=False,
        location="global",
    )
    records = network.PrivateDnsZoneGroup(
        "records",
        resource_group_name=group.name,
        private_endpoint_name=endpoint.name,
        private_dns_zone_group_name="default",
        private_dns_zone_configs=[network.PrivateDnsZoneConfigArgs(name="account", private_dns_zone_id=zone.id)],
    )
    workspace = operationalinsights.Workspace(
        "logs",
        resource_group_name=group.name,
        sku=operationalinsights.WorkspaceSkuArgs(name="PerGB2018"),
        retention_in_days={days},
    )
    setting = monitor.DiagnosticSetting(
        "setting",
        name="speech",
        resource_uri=account.id,
        workspace_id=workspace.id,
        logs=[monitor.DiagnosticsLogSettingsArgs(category="Audit", enabled=True)],
        metrics=[monitor.DiagnosticsMetricSettingsArgs(category="AllMetrics", enabled=True)],
    )
    keys = pulumi.Output.secret(
        operationalinsights.get_shared_keys_output(resource_group_name=group.name, workspace_name=workspace.name)
    )
    pulumi.export("interfaces", endpoint.network_interfaces)
    pulumi.export("records", records.private_dns_zone_configs)
    pulumi.export("logs", setting.logs)
    pulumi.export("key", keys.primary_shared_key)
    """


@pytest.mark.engine
def test_private_links_and_monitoring_come_change_and_go(project: Project) -> None:
    project.program(NETWORK + LINKS.format(subnet="one", days=30))
    assert project.preview().changes == {"create": 12}
    assert project.up().changes == {"create": 12}
    outputs = project.outputs()
    [config] = outputs["records"]
    assert config["record_sets"][0]["ip_addresses"] == ["10.80.1.4"]
    assert {each["category"]: each["enabled"] for each in outputs["logs"]}["Trace"] is False
    assert outputs["key"] == "[secret]"
    assert project.up().changes == {}
    # The zone group took over the names: an input, so a program has to ignore it.
    assert project.refresh().changed["endpoint"] == {"customDnsConfigs"}
    assert project.up().changes == {}

    project.program(NETWORK + LINKS.format(subnet="two", days=60))
    changed = project.up()
    assert changed.changes == {"replace": 2, "update": 1}
    assert changed.steps["logs"] == "update"
    assert project.outputs()["records"][0]["record_sets"][0]["ip_addresses"] == ["10.80.2.4"]
    project.destroy()


ENTRA = f"""
    import base64

    import pulumi
    from pulumi_azure_native import containerservice, resources
    from pulumi_kubernetes import Provider
    from pulumi_kubernetes.core.v1 import ConfigMap

    group = resources.ResourceGroup("rg", location="westeurope")
    cluster = containerservice.ManagedCluster(
        "aks",
        resource_group_name=group.name,
        dns_prefix="aks",
        identity=containerservice.ManagedClusterIdentityArgs(
            type=containerservice.ResourceIdentityType.SYSTEM_ASSIGNED
        ),
        agent_pool_profiles=[
            containerservice.ManagedClusterAgentPoolProfileArgs(
                name="system", mode="System", vm_size="Standard_D2s_v3", count=1
            )
        ],
        aad_profile=containerservice.ManagedClusterAADProfileArgs(
            managed=True, admin_group_object_ids=["{ADMIN_GROUP_ID}"]
        ),
        disable_local_accounts=True,
    )
    users = containerservice.list_managed_cluster_user_credentials_output(
        resource_group_name=group.name, resource_name=cluster.name, format="exec"
    )
    kubeconfig = users.apply(lambda found: base64.b64decode(found.kubeconfigs[0].value).decode())
    provider = Provider("cluster", kubeconfig=kubeconfig, cluster_identifier="aks")
    ConfigMap("settings", data={{"a": "1"}}, opts=pulumi.ResourceOptions(provider=provider))
    """


@pytest.mark.engine
def test_a_cluster_with_entra_takes_objects_from_its_administrators_only(azure: Azure, project: Project) -> None:
    project.program(ENTRA)
    azure.settings(groups=["0f0f0f0f-0000-4000-8000-000000000001"])
    try:
        assert "may do nothing in this cluster" in project.up(expect=1).diagnostics
    finally:
        azure.settings(groups=None)
    assert project.up().steps["settings"] == "create"
    assert project.up().changes == {}
    project.destroy()


def zone(azure: Azure, group: str) -> tuple[Engine, dict[str, object]]:
    engine = azure.engine("privatedns:PrivateZone")
    inputs, faults = engine.check({"resourceGroupName": group, "privateZoneName": "privatelink.example.com"})
    assert faults == []
    return engine, inputs


def test_a_zone_without_a_location_is_sent_to_the_groups_region_and_refused(azure: Azure, group: str) -> None:
    engine, inputs = zone(azure, group)
    assert inputs["location"] == "westeurope"
    with pytest.raises(AbortedError, match="LocationNotAvailableForResourceType"):
        engine.create(inputs)
    assert engine.create({**inputs, "location": "global"})[1]["numberOfRecordSets"] == 1


def test_an_endpoint_moves_to_another_subnet_by_replacement() -> None:
    before = {"privateEndpointName": "pe", "resourceGroupName": "rg", "subnet": {"id": "/a"}, "tags": {"a": "1"}}
    diff = Engine("network:PrivateEndpoint").diff(before, {**before, "subnet": {"id": "/b"}, "tags": {}})
    assert (list(diff.replaces), diff.deleteBeforeReplace) == (["subnet.id"], True)
    assert not Engine("network:PrivateEndpoint").diff(before, {**before, "tags": {}}).replaces


def test_a_setting_stands_on_any_resource(azure: Azure, group: str) -> None:
    identity, _ = azure.engine("managedidentity:UserAssignedIdentity").create(
        {"resourceName": "any", "resourceGroupName": group, "location": "westeurope"}
    )
    workspace, _ = azure.engine("operationalinsights:Workspace").create(
        {"workspaceName": "logs", "resourceGroupName": group, "location": "westeurope"}
    )
    settings = azure.engine("monitor:DiagnosticSetting")
    wanted = {
        "name": "all",
        "resourceUri": identity,
        "workspaceId": workspace,
        "logs": [{"category": "SignIns", "enabled": True}],
    }
    made, outputs = settings.create(wanted)
    assert made == f"{identity}/providers/Microsoft.Insights/diagnosticSettings/all"
    assert outputs["workspaceId"] == workspace
    assert settings.read(made)[2]["resourceUri"] == identity.strip("/")
    settings.delete(made)
    assert settings.read(made)[0] == ""


def test_what_brings_a_deleted_account_back_is_sent_once_and_never_read(azure: Azure, group: str) -> None:
    accounts = azure.engine("cognitiveservices:Account")
    wanted = {
        "accountName": "again",
        "resourceGroupName": group,
        "location": "westeurope",
        "kind": "SpeechServices",
        "sku": {"name": "S0"},
        "properties": {"publicNetworkAccess": "Enabled"},
    }
    made, _ = accounts.create(wanted)
    accounts.delete(made)
    with pytest.raises(AbortedError, match="FlagMustBeSetForRestore"):
        accounts.create(wanted)
    restoring = {**wanted, "properties": {"publicNetworkAccess": "Enabled", "restore": True}}
    made, outputs = accounts.create(restoring)
    assert "restore" not in outputs["properties"]
    _, _, refreshed = accounts.read(made, restoring, outputs)
    assert refreshed == restoring
    assert "restore" not in accounts.read(made)[2]["properties"]


def test_a_cluster_with_entra_gives_its_users_a_kubeconfig_that_calls_kubelogin(azure: Azure, group: str) -> None:
    clusters = azure.engine("containerservice:ManagedCluster")
    group_id = "0f0f0f0f-0000-4000-8000-000000000001"
    clusters.create(
        {
            "resourceName": "aks",
            "resourceGroupName": group,
            "location": "westeurope",
            "dnsPrefix": "aks",
            "identity": {"type": "SystemAssigned"},
            "agentPoolProfiles": [{"name": "system", "mode": "System", "vmSize": "Standard_D2s_v3", "count": 1}],
            "autoScalerProfile": {"expander": "least-waste", "maxGracefulTerminationSec": "4200"},
            "aadProfile": {"managed": True, "adminGroupObjectIDs": [group_id]},
            "disableLocalAccounts": True,
        }
    )
    names = {"resourceName": "aks", "resourceGroupName": group}
    answer = clusters.invoke("containerservice:listManagedClusterUserCredentials", format="exec", **names)
    assert "command: kubelogin" in base64.b64decode(answer["kubeconfigs"][0]["value"]).decode()
    with pytest.raises(AbortedError, match="Getting static credential is not allowed"):
        clusters.invoke("containerservice:listManagedClusterAdminCredentials", **names)
