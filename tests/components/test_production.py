"""What production settings make of the account, the network and the cluster."""

from functools import cache

import pytest

from components.speech_account import account_addresses
from tests.components.deployed import deployed
from tests.components.recording import Recording

GROUP = "11111111-1111-4111-8111-111111111111"
ENTRA = ("speech:target", {"kind": "aks", "authentication": "entra", "admin_group_ids": [GROUP]})
PRIVATE = [
    ("speech:account", {"custom_domain": "contoso-speech-test", "private_endpoint": True, "public_access": False}),
    ("speech:target", {"kind": "aks", "private": True, "authentication": "entra", "admin_group_ids": [GROUP]}),
]


@cache
def private() -> Recording:
    return deployed(("speech:environment", "prod"), *PRIVATE)


def test_nodes_have_no_public_address_and_one_known_way_out() -> None:
    recording = deployed()
    subnet = recording.named("speech-nodes").inputs
    assert subnet["defaultOutboundAccess"] is False
    assert subnet["natGateway"] == {"id": "/ids/speech-nat"}
    cluster = recording.named("speech-cluster").inputs
    assert cluster["networkProfile"]["outboundType"] == "userAssignedNATGateway"
    assert cluster["agentPoolProfiles"][0]["vnetSubnetID"] == "/ids/speech-nodes"
    assert recording.named("speech-speech-pool").inputs["vnetSubnetID"] == "/ids/speech-nodes"
    assert recording.outputs["outbound_ip"] == "20.0.0.1"


def test_the_control_plane_may_change_its_network_and_nothing_else() -> None:
    recording = deployed()
    role = recording.named("speech-control-plane-network").inputs
    assert role["roleDefinitionId"].endswith("/4d97b98b-1d4f-4787-a291-c67834d212e7")  # Network Contributor
    assert role["scope"] == "/ids/speech-network"
    assert recording.named("speech-cluster").inputs["identity"]["type"] == "UserAssigned"


def test_an_account_with_allowed_ranges_always_lets_its_own_cluster_in() -> None:
    account = (
        "speech:account",
        {"custom_domain": "contoso-speech-test", "allowed_ip_ranges": ["203.0.113.0/24", "198.51.100.7"]},
    )
    rules = deployed(account).named("speech-account").inputs["properties"]["networkAcls"]
    assert rules["defaultAction"] == "Deny"
    assert [rule["value"] for rule in rules["ipRules"]] == ["203.0.113.0/24", "198.51.100.7", "20.0.0.1"]


def test_small_ranges_become_addresses_because_azure_refuses_them() -> None:
    assert list(account_addresses(["198.51.100.8/31", "198.51.100.7/32", "10.0.0.0/30"])) == [
        "198.51.100.8",
        "198.51.100.9",
        "198.51.100.7",
        "10.0.0.0/30",
    ]


def test_a_service_endpoint_stands_on_the_subnet_and_in_the_accounts_rules() -> None:
    recording = deployed(("speech:account", {"custom_domain": "contoso-speech-test", "service_endpoint": True}))
    assert recording.named("speech-nodes").inputs["serviceEndpoints"] == [{"service": "Microsoft.CognitiveServices"}]
    rules = recording.named("speech-account").inputs["properties"]["networkAcls"]
    assert rules["defaultAction"] == "Deny"
    assert rules["virtualNetworkRules"] == [{"id": "/ids/speech-nodes"}]


def test_an_account_without_a_domain_has_no_rules() -> None:
    assert "networkAcls" not in deployed(("speech:account", {})).named("speech-account").inputs["properties"]


def test_a_private_stack_reaches_account_and_vault_by_private_addresses_only() -> None:
    recording = private()
    assert recording.named("speech-account").inputs["properties"]["publicNetworkAccess"] == "Disabled"
    assert recording.named("speech-kv").inputs["properties"]["publicNetworkAccess"] == "Disabled"
    groups = {
        made.name: made.inputs["privateLinkServiceConnections"][0]["groupIds"]
        for made in recording.all("azure-native:network:PrivateEndpoint")
    }
    assert groups == {"speech-account-endpoint": ["account"], "speech-vault-endpoint": ["vault"]}
    zones = {made.inputs["privateZoneName"] for made in recording.all("azure-native:privatedns:PrivateZone")}
    assert zones == {"privatelink.cognitiveservices.azure.com", "privatelink.vaultcore.azure.net"}
    assert all(made.inputs["location"] == "global" for made in recording.all("azure-native:privatedns:PrivateZone"))


def test_pods_wait_for_the_private_way_to_their_key() -> None:
    deployment = private().named("speech-key-class")
    needed = {resource._name for resource in deployment.opts.depends_on or []}
    assert {"speech-vault-records", "speech-vault-link", "speech-role"} <= needed


def test_a_private_cluster_has_no_public_name() -> None:
    profile = private().named("speech-cluster").inputs["apiServerAccessProfile"]
    assert profile == {
        "enablePrivateCluster": True,
        "privateDNSZone": "system",
        "enablePrivateClusterPublicFQDN": False,
    }


def test_authorized_ranges_reach_the_api_server_and_so_do_the_nodes() -> None:
    target = ("speech:target", {"kind": "aks", "authorized_ip_ranges": ["203.0.113.0/24"]})
    profile = deployed(target).named("speech-cluster").inputs["apiServerAccessProfile"]
    assert profile == {"authorizedIPRanges": ["203.0.113.0/24", "20.0.0.1/32"], "enablePrivateCluster": False}


def test_with_entra_there_are_no_local_accounts_and_no_admin_credentials_are_asked() -> None:
    recording = deployed(ENTRA)
    cluster = recording.named("speech-cluster").inputs
    assert cluster["disableLocalAccounts"] is True
    assert cluster["aadProfile"] == {"managed": True, "enableAzureRBAC": False, "adminGroupObjectIDs": [GROUP]}
    assert "azure-native:containerservice:listManagedClusterAdminCredentials" not in recording.calls
    assert "kubelogin" in recording.outputs["kubeconfig"]


def test_upgrades_keep_to_their_window() -> None:
    windows = {
        made.inputs["configName"]: made.inputs["maintenanceWindow"]
        for made in deployed().all("azure-native:containerservice:MaintenanceConfiguration")
    }
    assert set(windows) == {"aksManagedAutoUpgradeSchedule", "aksManagedNodeOSUpgradeSchedule"}
    for window in windows.values():
        assert window["schedule"] == {"weekly": {"dayOfWeek": "Sunday", "intervalWeeks": 1}}
        assert window["durationHours"] >= 4


def test_the_autoscaler_waits_for_streams_as_long_as_a_pod_does() -> None:
    recording = deployed()
    profile = recording.named("speech-cluster").inputs["autoScalerProfile"]
    pod = recording.named("speech-transcribe-en-deployment").inputs["spec"]["template"]["spec"]
    assert int(profile["maxGracefulTerminationSec"]) >= pod["terminationGracePeriodSeconds"]


@pytest.mark.parametrize(("channel", "moved"), [("patch", False), ("stable", True), ("rapid", True)])
def test_a_version_that_azure_moves_is_no_drift(channel: str, moved: bool) -> None:
    cluster = deployed(("speech:target", {"kind": "aks", "upgrade_channel": channel})).named("speech-cluster")
    assert ("kubernetesVersion" in (cluster.opts.ignore_changes or [])) is moved


def test_an_existing_account_is_read_and_never_made() -> None:
    theirs = "/subscriptions/s/resourceGroups/theirs/providers/Microsoft.CognitiveServices/accounts/theirs"
    recording = deployed(("speech:account", {"mode": "existing", "resource_id": theirs}))
    assert not recording.all("azure-native:cognitiveservices:Account")
    assert recording.outputs["endpoint"] == "https://theirs.cognitiveservices.azure.com/"
    assert recording.outputs["account_id"] == theirs
    assert {"keys"} <= recording.secret_outputs


THEIRS = "/subscriptions/s/resourceGroups/theirs/providers/Microsoft.OperationalInsights/workspaces/theirs"


@pytest.mark.parametrize("monitoring", [{"create_workspace": True}, {"workspace_id": THEIRS}])
def test_the_accounts_logs_go_to_a_workspace(monitoring: dict[str, object]) -> None:
    recording = deployed(("speech:monitoring", monitoring))
    setting = recording.named("speech-diagnostics").inputs
    assert setting["resourceUri"] == "/ids/speech-account"
    made = recording.all("azure-native:operationalinsights:Workspace")
    assert setting["workspaceId"] == ("/ids/speech-workspace" if made else THEIRS)
    assert bool(made) is ("create_workspace" in monitoring)


def test_the_logs_of_an_existing_account_go_to_a_workspace_too() -> None:
    theirs = "/subscriptions/s/resourceGroups/theirs/providers/Microsoft.CognitiveServices/accounts/theirs"
    account = ("speech:account", {"mode": "existing", "resource_id": theirs})
    recording = deployed(account, ("speech:monitoring", {"workspace_id": THEIRS}))
    assert recording.named("speech-diagnostics").inputs["resourceUri"] == theirs


def test_the_outbound_address_keeps_its_zones() -> None:
    assert "zones" in (deployed().named("speech-outbound-ip").opts.ignore_changes or [])


def test_no_monitoring_makes_no_workspace() -> None:
    assert not deployed().all("azure-native:monitor:DiagnosticSetting")
