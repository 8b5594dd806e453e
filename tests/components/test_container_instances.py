"""What the components make on Container Instances, without an engine."""

from typing import Any

import pytest

from tests.components.deployed import clear, deployed
from tests.components.recording import PLANTED_KEYS, Made, Recording

GROUP = "azure-native:containerinstance:ContainerGroup"
SIZE = ("speech:containers[0].resources", {"cpu": 4, "memory_gib": 16})
TARGET = ("speech:target", {"kind": "container-instances"})
ACKNOWLEDGED = ("speech:acknowledge", ["no-avx2-guarantee", "open-endpoint"])
PUBLIC = (TARGET, SIZE, ACKNOWLEDGED, ("speech:network", {"exposure": "public"}))
INSIDE = (
    TARGET,
    SIZE,
    ACKNOWLEDGED,
    ("speech:network", {"exposure": "internal", "clients": {"cidrs": ["10.0.0.0/8"]}}),
)
CUSTOM = (
    "speech:containers[0]",
    {
        "name": "custom-med",
        "kind": "custom-speech-to-text",
        "version": "5.1.0",
        "model": {"id": "1f2e3d4c-0000-4000-8000-000000000000"},
        "demand": {"concurrent_streams": 2},
        "resources": {"cpu": 4, "memory_gib": 16},
    },
)


def groups(recording: Recording) -> list[Made]:
    return recording.all(GROUP)


def needs(made: Made) -> set[str]:
    return {resource._name for resource in made.opts.depends_on or []}


def variables(made: Made) -> dict[str, Any]:
    (container,) = [each for each in clear(made.inputs["containers"]) if each["name"] == "speech"]
    return {one["name"]: one.get("value", one.get("secureValue")) for one in container["environmentVariables"]}


def test_every_replica_is_a_group_and_waits_for_the_one_before_it() -> None:
    made = groups(deployed(*PUBLIC, ("speech:containers[0].demand.concurrent_streams", 12)))
    assert [each.inputs["containerGroupName"] for each in made] == [
        "transcribe-en-1",
        "transcribe-en-2",
        "transcribe-en-3",
        "transcribe-en-4",
    ]
    assert [needs(each) for each in made] == [
        set(),
        *({f"speech-transcribe-en-{number}"} for number in range(1, 4)),
    ]


def test_what_azure_changes_in_no_group_replaces_it_and_the_old_one_goes_first() -> None:
    group = groups(deployed(*PUBLIC))[0]
    assert group.opts.delete_before_replace is True
    replaced = group.opts.replace_on_changes or []
    assert {"containers[*].resources", "restartPolicy", "osType", "subnetIds"} <= set(replaced)
    assert not {"containers", "containers[*].image", "containers[*].environmentVariables", "*"} & set(replaced)


def test_a_group_that_has_ended_is_never_changed_in_place() -> None:
    diagnostic = ("speech:containers[0]", {"name": "check-billing", "kind": "diagnostic"})
    recording = deployed(*PUBLIC, diagnostic)
    (group,) = groups(recording)
    assert group.opts.replace_on_changes == ["*"]
    assert "ipAddress" not in group.inputs
    assert recording.outputs["containers"]["check-billing"]["host_url"] is None


def test_a_public_group_has_no_network_and_its_name_is_azures() -> None:
    recording = deployed(*PUBLIC)
    assert recording.all("azure-native:network:VirtualNetwork") == []
    address = groups(recording)[0].inputs["ipAddress"]
    assert (address["type"], address["dnsNameLabel"]) == ("Public", "transcribe-en-test-1")
    first, *_ = recording.outputs["containers"]["transcribe-en"]["replicas"]
    assert first["host_url"] == "ws://transcribe-en-test-1.a1b2.westeurope.azurecontainer.io:5000"


def test_the_key_is_a_secure_value_and_a_secret_throughout() -> None:
    recording = deployed(*PUBLIC)
    assert variables(groups(recording)[0])["ApiKey"] == PLANTED_KEYS[0]
    assert PLANTED_KEYS[0] not in str(recording.outputs["containers"])


def test_the_other_key_is_taken_when_it_is_the_active_one() -> None:
    recording = deployed(*PUBLIC, ("speech:billing", {"eula": "accept", "active_key": "key2"}))
    assert variables(groups(recording)[0])["ApiKey"] == PLANTED_KEYS[1]


def test_private_groups_have_a_subnet_that_is_theirs_alone_and_one_known_way_out() -> None:
    recording = deployed(*INSIDE)
    subnet = recording.named("speech-groups").inputs
    assert [each["serviceName"] for each in subnet["delegations"]] == ["Microsoft.ContainerInstance/containerGroups"]
    assert subnet["natGateway"] == {"id": "/ids/speech-nat"}
    assert recording.outputs["outbound_ip"] == "20.0.0.1"
    assert groups(recording)[0].inputs["subnetIds"] == [{"id": "/ids/speech-groups"}]


def test_only_clients_and_load_balancers_reach_private_groups_and_only_at_their_ports() -> None:
    rules = {rule["name"]: rule for rule in deployed(*INSIDE).named("speech-callers").inputs["securityRules"]}
    assert rules["clients"]["sourceAddressPrefixes"] == ["10.0.0.0/8"]
    assert rules["clients"]["destinationPortRanges"] == ["5000"]
    assert rules["load-balancers"]["sourceAddressPrefix"] == "AzureLoadBalancer"
    assert (rules["nobody-else"]["access"], rules["nobody-else"]["priority"]) == ("Deny", 4096)


def test_without_client_ranges_the_network_itself_may_call() -> None:
    recording = deployed(TARGET, SIZE, ACKNOWLEDGED, ("speech:network", {"exposure": "internal"}))
    rule = recording.named("speech-callers").inputs["securityRules"][0]
    assert rule["sourceAddressPrefix"] == "VirtualNetwork"
    assert "sourceAddressPrefixes" not in rule


def test_a_subnet_of_the_users_makes_no_network() -> None:
    subnet = (
        "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/net/providers/Microsoft.Network"
        "/virtualNetworks/theirs/subnets/groups"
    )
    target = ("speech:target", {"kind": "container-instances", "subnet_id": subnet, "dns_servers": ["10.0.0.4"]})
    recording = deployed(target, SIZE, ACKNOWLEDGED, ("speech:network", {"exposure": "internal"}))
    assert recording.all("azure-native:network:VirtualNetwork") == []
    group = groups(recording)[0].inputs
    assert group["subnetIds"] == [{"id": subnet}]
    assert group["dnsConfig"] == {"nameServers": ["10.0.0.4"]}


def test_groups_wait_for_the_private_way_to_the_account() -> None:
    account = ("speech:account", {"custom_domain": "contoso-speech-test", "private_endpoint": True})
    recording = deployed(*INSIDE, account)
    assert {"speech-account-records", "speech-account-link"} <= needs(groups(recording)[0])
    assert recording.named("speech-endpoints").inputs.get("delegations") is None


def test_a_model_lies_in_a_share_that_only_the_groups_subnet_mounts() -> None:
    recording = deployed(*INSIDE, CUSTOM)
    account = recording.one("azure-native:storage:StorageAccount").inputs
    assert account["networkRuleSet"]["defaultAction"] == "Deny"
    assert account["networkRuleSet"]["virtualNetworkRules"] == [
        {"virtualNetworkResourceId": "/ids/speech-groups", "action": "Allow"}
    ]
    assert {"service": "Microsoft.Storage"} in recording.named("speech-groups").inputs["serviceEndpoints"]
    share = recording.one("azure-native:storage:FileShare")
    group = groups(recording)[0]
    (volume,) = clear(group.inputs["volumes"])
    assert volume["azureFile"]["shareName"] == share.inputs["shareName"]
    assert volume["azureFile"]["storageAccountKey"] == "planted-storage-key"
    assert share.name in needs(group)


def test_without_a_volume_there_is_no_storage_account() -> None:
    assert deployed(*PUBLIC).all("azure-native:storage:StorageAccount") == []


REGISTRY = (
    "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/images/providers"
    "/Microsoft.ContainerRegistry/registries/contoso"
)


def test_an_azure_registry_is_pulled_from_as_an_identity_with_that_role() -> None:
    registry = ("speech:registry", {"server": "contoso.azurecr.io", "resource_id": REGISTRY})
    recording = deployed(*PUBLIC, registry)
    role = recording.named("speech-registry").inputs
    assert role["roleDefinitionId"].endswith("/7f951dda-4ed3-4680-a7ca-43fe172d538d")  # AcrPull
    assert role["scope"] == REGISTRY
    group = groups(recording)[0]
    assert group.inputs["imageRegistryCredentials"] == [
        {"server": "contoso.azurecr.io", "identity": "/ids/speech-puller"}
    ]
    assert "speech-registry" in needs(group)


def test_another_registry_is_pulled_from_by_a_password_that_stays_a_secret() -> None:
    registry = ("speech:registry", {"server": "registry.contoso.example", "username": "puller"})
    recording = deployed(*PUBLIC, registry, secrets={"speech:registry.password": "planted-password"})
    (credential,) = clear(groups(recording)[0].inputs["imageRegistryCredentials"])
    assert credential == {
        "server": "registry.contoso.example",
        "username": "puller",
        "password": "planted-password",
    }


@pytest.mark.parametrize("preview", [True, False])
def test_every_resource_is_named_from_the_platform_and_has_a_parent(preview: bool) -> None:
    for made in deployed(*INSIDE, preview=preview).made:
        assert made.name.startswith("speech") or made.token.startswith("pulumi:")
        assert made.parent is not None or made.token.startswith(("pulumi:", "speech:platform"))
