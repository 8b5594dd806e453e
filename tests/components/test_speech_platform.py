"""What the components make of a stack file, without an engine."""

from collections.abc import Iterator
from functools import cache

import pytest

from speech.capacity.planner import plan
from speech.settings.parse import parse
from tests.components.deployed import deployed
from tests.components.recording import PLANTED_KEYS, Made, Recording
from tests.stacks import stack_file

SECOND = {
    "name": "transcribe-de",
    "kind": "speech-to-text",
    "locale": "de-DE",
    "version": "3.7.0",
    "demand": {"concurrent_streams": 3},
    "scaling": {"by": "fixed"},
}


@cache
def dev() -> Recording:
    return deployed()


def resources(recording: Recording) -> Iterator[Made]:
    return (made for made in recording.made if not made.token.startswith("pulumi:pulumi:"))


def test_every_component_has_a_token_of_the_house_and_every_resource_a_parent() -> None:
    for made in resources(dev()):
        if made.parent is None or made.parent.endswith("test"):
            assert made.token == "speech:platform:SpeechPlatform", made.name
        if not made.token.startswith(("azure-native:", "kubernetes:", "pulumi:providers:")):
            assert made.token.startswith("speech:"), made.token
        assert made.name.startswith("speech"), "children are named from their component"


def test_the_account_is_one_that_containers_can_report_to() -> None:
    account = dev().one("azure-native:cognitiveservices:Account").inputs
    assert account["kind"] == "SpeechServices"
    assert account["sku"] == {"name": "S0"}
    assert account["properties"]["disableLocalAuth"] is False
    assert account["properties"]["customSubDomainName"] == "contoso-speech-test"


def test_both_keys_lie_in_a_vault_that_is_read_by_role() -> None:
    vault = dev().one("azure-native:keyvault:Vault")
    assert "vaultName" not in vault.inputs, "a deleted vault keeps its name: it is drawn anew"
    assert vault.inputs["properties"]["enableRbacAuthorization"] is True
    secrets = {made.inputs["secretName"]: made for made in dev().all("azure-native:keyvault:Secret")}
    assert set(secrets) == {"speech-key1", "speech-key2"}
    assert all(made.opts.deleted_with for made in secrets.values())


def test_a_key_is_an_output_only_as_a_secret() -> None:
    recording = dev()
    assert recording.outputs["keys"] == {"key1": PLANTED_KEYS[0], "key2": PLANTED_KEYS[1]}
    assert {"keys", "kubeconfig"} <= recording.secret_outputs
    clear = {name: value for name, value in recording.outputs.items() if name not in recording.secret_outputs}
    assert not any(key in str(clear) for key in PLANTED_KEYS)


def test_no_document_of_the_cluster_holds_a_key() -> None:
    documents = [made.inputs for made in dev().made if made.token.startswith("kubernetes:")]
    assert documents
    assert not any(key in str(documents) for key in PLANTED_KEYS)


def test_pods_read_the_key_as_an_identity_with_the_least_role() -> None:
    role = dev().named("speech-role").inputs
    assert role["principalType"] == "ServicePrincipal"
    assert role["roleDefinitionId"].endswith("/4633458b-17de-408a-b874-0445c86b69e6")  # Key Vault Secrets User
    assert role["scope"] == "/ids/speech-kv"
    credential = dev().one("azure-native:managedidentity:FederatedIdentityCredential").inputs
    assert credential["subject"] == "system:serviceaccount:speech:speech"
    assert credential["issuer"] == "https://issuer/"


def test_the_name_of_the_role_assignment_stays_the_same_from_run_to_run() -> None:
    def names(recording: Recording) -> list[str]:
        return [
            made.inputs["roleAssignmentName"] for made in recording.all("azure-native:authorization:RoleAssignment")
        ]

    assert names(deployed()) == names(dev())
    assert len(set(names(dev()))) == 2


def test_the_cluster_keeps_speech_off_its_system_pool() -> None:
    cluster = dev().one("azure-native:containerservice:ManagedCluster").inputs
    (system,) = cluster["agentPoolProfiles"]
    assert system["mode"] == "System"
    assert system["nodeTaints"] == ["CriticalAddonsOnly=true:NoSchedule"]
    assert cluster["oidcIssuerProfile"] == {"enabled": True}
    assert cluster["addonProfiles"]["azureKeyvaultSecretsProvider"]["enabled"] is True


def test_the_speech_pool_is_the_plans_and_its_count_the_autoscalers() -> None:
    pool = dev().one("azure-native:containerservice:AgentPool")
    planned = plan(parse(stack_file()).stack, "test").node_pools[0]
    assert pool.inputs["vmSize"] == planned.vm_size
    assert (pool.inputs["minCount"], pool.inputs["maxCount"]) == (planned.nodes.min, planned.most_nodes)
    assert pool.inputs["count"] == planned.nodes.min
    assert pool.opts.ignore_changes == ["count"]
    assert pool.inputs["orchestratorVersion"] == "1.35"
    name = pool.inputs["agentPoolName"]
    assert pool.inputs["nodeTaints"] == [f"speech-containers/pool={name}:NoSchedule"]
    pod = dev().one("kubernetes:apps/v1:Deployment").inputs["spec"]["template"]["spec"]
    assert pod["nodeSelector"]["speech-containers/pool"] == name, "pods move with their pool"
    assert pool.inputs["upgradeSettings"]["drainTimeoutInMinutes"] == 66


def test_a_container_becomes_a_service_a_deployment_an_autoscaler_and_a_budget() -> None:
    children = [made.token for made in dev().made if made.parent == "speech-transcribe-en"]
    assert sorted(children) == [
        "kubernetes:apps/v1:Deployment",
        "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
        "kubernetes:core/v1:Service",
        "kubernetes:policy/v1:PodDisruptionBudget",
    ]


def test_a_fixed_number_of_pods_has_no_autoscaler() -> None:
    recording = deployed(("speech:containers[0].scaling.by", "fixed"))
    assert not recording.all("kubernetes:autoscaling/v2:HorizontalPodAutoscaler")
    assert recording.one("kubernetes:apps/v1:Deployment").inputs["spec"]["replicas"] == 3


def test_several_containers_share_one_cluster_and_one_key() -> None:
    recording = deployed(("speech:containers", [*stack_file()["speech:containers"], SECOND]))
    assert len(recording.all("kubernetes:apps/v1:Deployment")) == 2
    assert len(recording.all("azure-native:containerservice:AgentPool")) == 1
    assert len(recording.all("kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass")) == 1
    assert set(recording.outputs["containers"]) == {"transcribe-en", "transcribe-de"}


def test_the_provider_waits_longer_for_pods_than_the_cluster_does() -> None:
    deployment = dev().one("kubernetes:apps/v1:Deployment")
    timeouts = deployment.opts.custom_timeouts
    assert timeouts is not None
    assert int(str(timeouts.create).removesuffix("s")) > deployment.inputs["spec"]["progressDeadlineSeconds"]


def test_with_the_cluster_goes_and_comes_all_that_is_in_it() -> None:
    for made in dev().made:
        if made.token.startswith("kubernetes:") or made.token.endswith(":AgentPool"):
            assert made.opts.deleted_with is not None, made.name
            assert made.opts.replace_with, made.name
    provider = dev().one("pulumi:providers:kubernetes").inputs
    assert provider["clusterIdentifier"] == "aks-speech-test"


def test_a_first_preview_hides_no_resource() -> None:
    def made(recording: Recording) -> set[tuple[str, str]]:
        return {(one.token, one.name) for one in recording.made}

    assert made(deployed(preview=True)) == made(dev())


@pytest.mark.parametrize(("environment", "protected"), [("dev", False), ("prod", True)])
def test_prod_protects_the_account_and_the_vault(environment: str, protected: bool) -> None:
    recording = deployed(("speech:environment", environment), ("speech:target.authentication", "local"))
    assert bool(recording.one("azure-native:cognitiveservices:Account").opts.protect) is protected
    vault = recording.one("azure-native:keyvault:Vault").inputs["properties"]
    assert bool(vault.get("enablePurgeProtection")) is protected


def test_the_outputs_are_those_that_the_design_lists() -> None:
    outputs = dev().outputs
    assert set(outputs) == {
        "endpoint",
        "account_id",
        "containers",
        "pairs",
        "egress",
        "monthly_cost_usd",
        "no_proxy",
        "outbound_ip",
        "keys",
        "kubeconfig",
        "references",
    }
    assert outputs["endpoint"] == "https://contoso-speech-test.cognitiveservices.azure.com/"
    container = outputs["containers"]["transcribe-en"]
    assert container["kind"] == "speech-to-text"
    assert set(container["urls"]) == {"home", "ready", "status", "swagger"}
    assert any(one["host"] == "contoso-speech-test.cognitiveservices.azure.com" for one in outputs["egress"])
