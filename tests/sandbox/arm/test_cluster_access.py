"""Who reaches a cluster's API: local accounts by token, Entra's by kubelogin and an administrators' group."""

import base64
import json
import os
from typing import Any

import pytest
import yaml
from kubernetes import client, config
from kubernetes.client.exceptions import ApiException

from sandbox.arm.inside import ClusterAccess, cluster_by_uid
from sandbox.executables import install_executables
from sandbox.home import ADMIN_GROUP_ID, environment
from tests.sandbox.arm.arm_double import Double
from tests.sandbox.arm.azure_clients import Azure

TYPE = "Microsoft.ContainerService/managedClusters"
SERVER_ID = "6dae42f8-4368-4678-94ff-3960e28e3630"
SYSTEM = {"name": "system", "mode": "System", "vmSize": "Standard_D2s_v3", "count": 1}


def entra(*groups: str, **more: object) -> dict[str, object]:
    profile = {"managed": True, "enableAzureRBAC": False, "adminGroupObjectIDs": list(groups)}
    return {"aadProfile": profile, "disableLocalAccounts": True, **more}


def body(**properties: object) -> dict[str, object]:
    wanted = {"dnsPrefix": "speech", "agentPoolProfiles": [SYSTEM], **properties}
    return {"location": "westeurope", "identity": {"type": "SystemAssigned"}, "properties": wanted}


def make(double: Double, **properties: object) -> tuple[str, ClusterAccess]:
    place = double.place(TYPE, "aks")
    double.ok("PUT", place, body(**properties))
    made = cluster_by_uid(double.world, double.ok("GET", place)["properties"]["resourceUID"])
    assert made
    return place, made


def user(double: Double, place: str, role: str = "User", **how: Any) -> dict[str, Any]:
    answer = double.ok("POST", f"{place}/listCluster{role}Credential", **how)
    read = yaml.safe_load(base64.b64decode(answer["kubeconfigs"][0]["value"]))
    return dict(read["users"][0]["user"])


def status(access: ClusterAccess, token: str) -> int:
    refused = access.refusal(token)
    return refused.status if refused else 200


def test_local_accounts_open_the_api_by_their_token(double: Double) -> None:
    place, access = make(double)
    assert status(access, user(double, place, "Admin")["token"]) == 200
    assert status(access, user(double, place)["token"]) == 200
    assert status(access, "another") == 401
    assert status(access, double.login.access_token(SERVER_ID)) == 401


def test_with_entra_the_users_kubeconfig_calls_kubelogin_as_aks_hands_it_out(double: Double) -> None:
    place, _ = make(double, **entra(ADMIN_GROUP_ID))
    found = user(double, place)
    assert list(found) == ["exec"]
    assert found["exec"]["command"] == "kubelogin"
    args = found["exec"]["args"]
    assert args[0] == "get-token"
    assert dict(zip(args[1::2], args[2::2], strict=True)) == {
        "--environment": "AzurePublicCloud",
        "--server-id": SERVER_ID,
        "--client-id": "80faf920-1908-4b52-b5ef-a8e7bedfc67a",
        "--tenant-id": double.who.tenant_id,
        "--login": "devicecode",
    }


def test_a_token_for_the_servers_id_opens_the_api_to_administrators(double: Double) -> None:
    _, access = make(double, **entra("0f0f0f0f-0000-4000-8000-000000000001", ADMIN_GROUP_ID.upper()))
    assert status(access, double.login.access_token(SERVER_ID)) == 200
    assert status(access, double.login.access_token("https://vault.azure.net")) == 401
    assert status(access, "no-token") == 401


def test_without_local_accounts_their_token_opens_nothing(double: Double) -> None:
    place, access = make(double)
    token = user(double, place, "Admin")["token"]
    double.ok("PUT", place, body(**entra(ADMIN_GROUP_ID)))
    now = cluster_by_uid(double.world, access.uid)
    assert now
    assert (status(access, token), status(now, token)) == (200, 401)
    refused = double.refused("POST", f"{place}/listClusterAdminCredential")
    assert "disable local accounts" in refused[2]


def test_somebody_outside_the_administrators_groups_may_do_nothing(double: Double) -> None:
    other = "0f0f0f0f-0000-4000-8000-000000000001"
    _, access = make(double, **entra(other))
    refused = access.refusal(double.login.access_token(SERVER_ID))
    assert refused
    assert (refused.status, other in refused.text, ADMIN_GROUP_ID in refused.text) == (403, True, True)
    double.settings(groups=[other])
    assert status(access, double.login.access_token(SERVER_ID)) == 200


def test_an_access_shows_no_token(double: Double) -> None:
    place, access = make(double)
    assert user(double, place)["token"] not in repr(access)


def test_the_kubernetes_client_logs_in_by_kubelogin_on_path(
    azure: Azure, group: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    home = azure.server.home
    install_executables(home, tmp_path / "pulumi")
    for name, value in environment(home, azure.server.url).items():
        if name.startswith(("AAD_", "ARM_", "SSL_", "NO_", "no_", "PATH")):
            monkeypatch.setenv(name, value)
    clusters = azure.kubernetes.managed_clusters
    wanted = body(**entra(ADMIN_GROUP_ID))
    clusters.begin_create_or_update(group, "aks", wanted).result()
    answer = clusters.list_cluster_user_credentials(group, "aks", format="exec").kubeconfigs[0].value
    assert os.access(home.bin / "kubelogin", os.X_OK)
    with config.new_client_from_config_dict(yaml.safe_load(bytes(answer))) as api:  # type: ignore[no-untyped-call]
        core: Any = client.CoreV1Api(api)
        assert "default" in [each.metadata.name for each in core.list_namespace().items]
    wanted["properties"]["aadProfile"]["adminGroupObjectIDs"] = ["0f0f0f0f-0000-4000-8000-000000000001"]  # type: ignore[index]
    clusters.begin_create_or_update(group, "aks", wanted).result()
    with config.new_client_from_config_dict(yaml.safe_load(bytes(answer))) as api:  # type: ignore[no-untyped-call]
        core = client.CoreV1Api(api)
        with pytest.raises(ApiException) as refused:
            core.list_namespace()
    assert (refused.value.status, json.loads(refused.value.body)["reason"]) == (403, "Forbidden")
