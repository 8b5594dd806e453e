"""Rules of AKS clusters, agent pools, quota and maintenance configurations."""

import base64
from pathlib import Path

import pytest
import yaml

from tests.sandbox.arm.arm_double import Double

TYPE = "Microsoft.ContainerService/managedClusters"
SYSTEM = {"name": "system", "mode": "System", "vmSize": "Standard_D2s_v3", "count": 1}


def body(*pools: dict[str, object], **properties: object) -> dict[str, object]:
    return {
        "location": "westeurope",
        "identity": {"type": "SystemAssigned"},
        "properties": {"dnsPrefix": "speech", "agentPoolProfiles": list(pools or (SYSTEM,)), **properties},
    }


def pool(**changes: object) -> dict[str, object]:
    return {"properties": {"vmSize": "Standard_D8as_v5", "count": 1, "mode": "User", **changes}}


def cluster(double: Double, **properties: object) -> str:
    place = double.place(TYPE, "aks")
    double.ok("PUT", place, body(**properties))
    return place


def usage(double: Double) -> dict[str, int]:
    path = f"{double.subscription}/providers/Microsoft.Compute/locations/westeurope/usages"
    return {each["name"]["value"]: each["currentValue"] for each in double.ok("GET", path)["value"]}


def test_the_smallest_cluster_gets_what_aks_fills_in(double: Double) -> None:
    made = double.ok("GET", cluster(double))
    properties = made["properties"]
    assert made["id"].startswith(f"{double.subscription}/resourcegroups/speech/")  # AKS's own casing (recorded)
    assert (made["type"], made["sku"]) == (
        "Microsoft.ContainerService/ManagedClusters",
        {"name": "Base", "tier": "Free"},
    )
    assert properties["nodeResourceGroup"] == "MC_speech_aks_westeurope"
    assert properties["fqdn"].startswith("speech-")
    assert properties["fqdn"].endswith(".hcp.westeurope.azmk8s.io")
    assert properties["networkProfile"]["podCidr"] == "10.244.0.0/16"
    assert set(properties["identityProfile"]["kubeletidentity"]) == {"clientId", "objectId", "resourceId"}
    filled = properties["agentPoolProfiles"][0]
    assert (filled["osDiskSizeGB"], filled["maxPods"], filled["upgradeSettings"]) == (128, 250, {"maxSurge": "10%"})


def test_an_empty_version_means_the_default_one(double: Double) -> None:
    assert double.ok("GET", cluster(double, kubernetesVersion=""))["properties"]["kubernetesVersion"] == "1.35"


def test_a_cluster_brings_its_node_resource_group_and_takes_it_along(double: Double) -> None:
    place = cluster(double)
    group = f"{double.subscription}/resourceGroups/MC_speech_aks_westeurope"
    assert double.ok("GET", group)["managedBy"].lower() == place.lower()
    double.ok("DELETE", place)
    assert double.refused("GET", group)[0] == 404


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"dnsPrefix": None}, "InvalidParameter"),
        ({"agentPoolProfiles": [{**SYSTEM, "mode": "User"}]}, "BadRequest"),
        ({"agentPoolProfiles": [{**SYSTEM, "name": "Pool-A"}]}, "InvalidParameter"),
        ({"agentPoolProfiles": [{**SYSTEM, "vmSize": "Standard_X9"}]}, "BadRequest"),
        ({"agentPoolProfiles": [{**SYSTEM, "scaleSetPriority": "Spot"}]}, "InvalidParameter"),
        ({"kubernetesVersion": "1.20"}, "K8sVersionNotSupported"),
        ({"disableLocalAccounts": True}, "BadRequest"),
        ({"securityProfile": {"workloadIdentity": {"enabled": True}}}, "BadRequest"),
    ],
)
def test_a_cluster_azure_would_not_make_is_refused(double: Double, changes: dict[str, object], code: str) -> None:
    wanted = body()
    wanted["properties"] = {**body()["properties"], **changes}  # type: ignore[dict-item]  # a plain document
    assert double.refused("PUT", double.place(TYPE, "aks"), wanted)[:2] == (400, code)


def test_the_oidc_issuer_stays_the_same_and_cannot_be_switched_off(double: Double) -> None:
    place = cluster(double, oidcIssuerProfile={"enabled": True})
    issuer = double.ok("GET", place)["properties"]["oidcIssuerProfile"]["issuerURL"]
    again = double.ok("PUT", place, body(oidcIssuerProfile={"enabled": True}))["properties"]
    assert again["oidcIssuerProfile"]["issuerURL"] == issuer
    assert double.refused("PUT", place, body())[1] == "OIDCIssuerFeatureCannotBeDisabled"


def test_an_add_on_brings_an_identity_that_stays(double: Double) -> None:
    add_on = {"azureKeyvaultSecretsProvider": {"enabled": True, "config": {"enableSecretRotation": "true"}}}
    place = cluster(double, addonProfiles=add_on)
    first = double.ok("GET", place)["properties"]["addonProfiles"]["azureKeyvaultSecretsProvider"]
    again = double.ok("PUT", place, body(addonProfiles=add_on))["properties"]["addonProfiles"]
    assert again["azureKeyvaultSecretsProvider"]["identity"] == first["identity"]


@pytest.mark.parametrize(
    ("changes", "target"),
    [
        ({"dnsPrefix": "other"}, "properties.dnsPrefix"),
        ({"networkProfile": {"serviceCidr": "10.9.0.0/16"}}, "properties.networkProfile.serviceCidr"),
        ({"agentPoolProfiles": [{**SYSTEM, "vmSize": "Standard_D4s_v3"}]}, "properties.vmSize"),
    ],
)
def test_what_aks_never_changes_is_refused(double: Double, changes: dict[str, object], target: str) -> None:
    wanted = body()
    wanted["properties"] = {**body()["properties"], **changes}  # type: ignore[dict-item]  # a plain document
    status, code, text = double.refused("PUT", cluster(double), wanted)
    assert (status, code, text) == (400, "PropertyChangeNotAllowed", f"Changing property '{target}' is not allowed.")


def test_a_pool_is_not_added_through_its_cluster(double: Double) -> None:
    place = cluster(double)
    _, code, text = double.refused("PUT", place, body(SYSTEM, {**SYSTEM, "name": "more", "mode": "User"}))
    assert (code, text.startswith("A new agent pool was introduced.")) == ("BadRequest", True)


def test_pools_made_alone_and_inline_are_the_same(double: Double) -> None:
    place = cluster(double)
    double.ok("PUT", f"{place}/agentPools/speech", pool(enableAutoScaling=True, minCount=1, maxCount=3))
    assert [each["name"] for each in double.ok("GET", f"{place}/agentPools")["value"]] == ["speech", "system"]
    double.ok("PUT", place, body(tags={"a": "1"}))
    shown = double.ok("GET", place)["properties"]["agentPoolProfiles"]
    assert [(each["name"], each["count"]) for each in shown] == [("system", 1), ("speech", 1)]


def test_auto_scaling_without_a_count_is_refused(double: Double) -> None:
    wanted = pool(enableAutoScaling=True, minCount=1, maxCount=3, count=None)
    refused = double.refused("PUT", f"{cluster(double)}/agentPools/speech", wanted)
    assert refused == (400, "InvalidParameter", "Required parameter properties.count is missing (null).")


@pytest.mark.parametrize("bounds", [{"minCount": 2, "maxCount": 3}, {"minCount": 1}, {"minCount": 0, "maxCount": 0}])
def test_a_count_outside_its_bounds_is_refused(double: Double, bounds: dict[str, int]) -> None:
    wanted = pool(enableAutoScaling=True, **bounds)
    assert double.refused("PUT", f"{cluster(double)}/agentPools/speech", wanted)[1] == "InvalidParameter"


def test_the_last_system_pool_stays(double: Double) -> None:
    place = cluster(double)
    assert double.refused("DELETE", f"{place}/agentPools/system")[1] == "OperationNotAllowed"
    double.ok("PUT", f"{place}/agentPools/system2", pool(mode="System"))
    double.ok("DELETE", f"{place}/agentPools/system")


def test_a_spot_pool_gets_its_taint_and_uses_no_regular_quota(double: Double) -> None:
    place = cluster(double)
    spot = double.ok("PUT", f"{place}/agentPools/spot", pool(scaleSetPriority="Spot"))["properties"]
    assert spot["nodeTaints"] == ["kubernetes.azure.com/scalesetpriority=spot:NoSchedule"]
    assert usage(double)["standardDASv5Family"] == 0


def test_a_cluster_does_one_thing_at_a_time(double: Double) -> None:
    place = cluster(double)
    assert double.send("PUT", f"{place}/agentPools/one", pool()).status_code == 201
    status, code, text = double.refused("PUT", f"{place}/agentPools/two", pool())
    assert (status, code) == (409, "OperationNotAllowed")
    assert "Another agentpool operation (one - " in text
    assert double.refused("PUT", place, body())[0] == 409
    double.finish()
    assert double.send("PUT", f"{place}/agentPools/two", pool()).status_code == 201


def test_quota_is_counted_by_family_and_region(double: Double) -> None:
    double.settings(vcpu_limits={"westeurope/standardDASv5Family": 20})
    place = cluster(double)
    double.ok("PUT", f"{place}/agentPools/speech", pool(count=2))
    assert (usage(double)["standardDASv5Family"], usage(double)["cores"]) == (16, 18)
    status, code, text = double.refused("PUT", f"{place}/agentPools/more", pool())
    assert (status, code) == (400, "ErrCode_InsufficientVCPUQuota")
    assert text == (
        "Insufficient vcpu quota requested 8, remaining 4 for family standardDASv5Family for region westeurope."
    )
    assert double.refused("PUT", f"{place}/agentPools/speech", pool(count=3))[1] == "ErrCode_InsufficientVCPUQuota"
    double.ok("DELETE", f"{place}/agentPools/speech")
    assert usage(double)["standardDASv5Family"] == 0


def test_a_refused_size_is_named_with_those_that_may_be_had(double: Double) -> None:
    double.settings(refused_vm_sizes=["Standard_D8as_v5"])
    _, code, text = double.refused("PUT", f"{cluster(double)}/agentPools/speech", pool())
    assert code == "BadRequest"
    assert text.startswith(
        "The VM size of Standard_D8as_v5 is not allowed in your subscription in location 'westeurope'."
    )
    skus = double.ok("GET", f"{double.subscription}/providers/Microsoft.Compute/skus")["value"]
    refused = [each["name"] for each in skus if each["restrictions"]]
    assert refused == ["Standard_D8as_v5"]


def test_a_pool_stands_in_a_subnet_that_exists_and_stays(double: Double) -> None:
    network = double.place("Microsoft.Network/virtualNetworks", "net")
    space = {"addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}}
    double.ok("PUT", network, {"location": "westeurope", "properties": space})
    subnet = f"{network}/subnets/nodes"
    place = cluster(double)
    wanted = pool(vnetSubnetID=subnet)
    assert double.refused("PUT", f"{place}/agentPools/speech", wanted)[1] == "VnetSubnetNotFound"
    double.ok("PUT", subnet, {"properties": {"addressPrefix": "10.1.0.0/20"}})
    double.ok("PUT", f"{place}/agentPools/speech", wanted)
    assert double.refused("DELETE", subnet)[1] == "InUseSubnetCannotBeDeleted"
    assert double.refused("DELETE", network)[1] == "InUseVirtualNetworkCannotBeDeleted"


def test_the_kubeconfig_leads_to_the_kubernetes_double(double: Double) -> None:
    place = cluster(double)
    answer = double.ok("POST", f"{place}/listClusterUserCredential")["kubeconfigs"][0]
    config = yaml.safe_load(base64.b64decode(answer["value"]))
    uid = double.ok("GET", place)["properties"]["resourceUID"]
    assert answer["name"] == "clusterUser"
    assert config["clusters"][0]["cluster"]["server"] == f"https://double.test/kubernetes/{uid}"
    assert base64.b64decode(config["clusters"][0]["cluster"]["certificate-authority-data"]) == b"authority"
    assert config["users"][0]["user"]["token"] not in double.send("GET", place).text


def test_a_control_plane_of_ones_own_is_handed_out_to_entras_users_too(double: Double, tmp_path: Path) -> None:
    place = cluster(double, disableLocalAccounts=True, aadProfile={"managed": True})
    (tmp_path / "kubeconfig").write_text("of a real control plane")
    double.settings(control_plane=str(tmp_path / "kubeconfig"))
    answer = double.ok("POST", f"{place}/listClusterUserCredential")["kubeconfigs"][0]
    assert base64.b64decode(answer["value"]) == b"of a real control plane"
    assert double.send("POST", f"{place}/listClusterAdminCredential").status_code == 400


def test_the_pools_of_all_clusters_are_shown_to_whoever_plays_their_nodes(double: Double) -> None:
    place = cluster(double)
    double.ok("PUT", f"{place}/agentPools/speech", pool(count=3))
    shown = {each["name"]: each for each in double.http.get("/sandbox/pools").json()}
    assert (shown["speech"]["cluster"], shown["speech"]["region"]) == (place.rsplit("/", 1)[1], "westeurope")
    assert shown["speech"]["properties"]["count"] == 3


def test_a_pool_is_resized_as_the_autoscaler_does_it(double: Double) -> None:
    place = cluster(double)
    double.ok("PUT", f"{place}/agentPools/speech", pool(count=3))
    asked = {"cluster": place.rsplit("/", 1)[1], "name": "speech", "count": 2}
    assert double.http.post("/sandbox/pools", json=asked).status_code == 200
    assert double.ok("GET", f"{place}/agentPools/speech")["properties"]["count"] == 2
    assert double.http.post("/sandbox/pools", json={**asked, "name": "nothing"}).status_code == 404


def test_a_cluster_without_local_accounts_gives_no_static_credential(double: Double) -> None:
    place = cluster(double, disableLocalAccounts=True, aadProfile={"managed": True})
    answer = double.send("POST", f"{place}/listClusterAdminCredential")
    assert (answer.status_code, answer.json()["code"]) == (400, "BadRequest")  # without the outer error, as AKS answers
    assert double.ok("POST", f"{place}/listClusterUserCredential")["kubeconfigs"]


def test_a_maintenance_configuration_has_one_of_three_names(double: Double) -> None:
    place = cluster(double)
    window = {
        "schedule": {"weekly": {"dayOfWeek": "Sunday", "intervalWeeks": 1}},
        "durationHours": 4,
        "startTime": "01:00",
    }
    wanted = {"properties": {"maintenanceWindow": window}}
    base = f"{place}/maintenanceConfigurations"
    assert double.send("PUT", f"{base}/aksManagedAutoUpgradeSchedule", wanted).status_code == 201
    assert double.refused("PUT", f"{base}/sundays", wanted)[1] == "InvalidParameter"
    assert double.refused("PUT", f"{base}/default", wanted)[1] == "InvalidParameter"
    assert double.send("DELETE", f"{base}/aksManagedAutoUpgradeSchedule").status_code == 200


def test_the_offered_versions_are_listed(double: Double) -> None:
    path = f"{double.subscription}/providers/Microsoft.ContainerService/locations/westeurope/kubernetesVersions"
    assert [each["version"] for each in double.ok("GET", path)["values"] if each["isDefault"]] == ["1.35"]
