"""A cluster outside of Azure: made by the sandbox, reached by its kubeconfig, scheduled by its node's labels."""

import ssl
import time
from typing import Any

import httpx
import pytest
from kubernetes import client, config

from sandbox.home import Home
from sandbox.running import Server, start, stop
from tests.sandbox.kube.kube_doubles import deployment


@pytest.fixture
def sandbox_http(sandbox_server: Server) -> httpx.Client:
    trust = ssl.create_default_context(cafile=sandbox_server.home.ca_pem)
    return httpx.Client(base_url=sandbox_server.url, verify=trust)


def made(http: httpx.Client, name: str, **labels: str) -> dict[str, Any]:
    answer = http.post("/sandbox/clusters", json={"name": name, "labels": labels})
    answer.raise_for_status()
    kubeconfig: dict[str, Any] = answer.json()
    return kubeconfig


def test_its_kubeconfig_opens_it_for_the_real_client(sandbox_http: httpx.Client) -> None:
    api = config.new_client_from_config_dict(made(sandbox_http, "factory", cpu="avx2"))
    [node] = client.CoreV1Api(api).list_node().items
    assert node.metadata.labels["cpu"] == "avx2"
    assert node.metadata.labels["kubernetes.io/arch"] == "amd64"
    classes = client.StorageV1Api(api).list_storage_class().items
    assert [one.metadata.name for one in classes] == ["standard"]


def test_another_token_does_not(sandbox_http: httpx.Client) -> None:
    kubeconfig = made(sandbox_http, "factory")
    kubeconfig["users"][0]["user"]["token"] = "wrong"
    with pytest.raises(client.ApiException, match="Unauthorized"):
        client.CoreV1Api(config.new_client_from_config_dict(kubeconfig)).list_namespace()


def test_made_again_it_is_the_same_with_new_labels(sandbox_http: httpx.Client) -> None:
    first = made(sandbox_http, "again", cpu="old")
    second = made(sandbox_http, "again", cpu="avx2")
    assert first == second
    [node] = client.CoreV1Api(config.new_client_from_config_dict(second)).list_node().items
    assert node.metadata.labels["cpu"] == "avx2"


def test_its_pods_are_scheduled_by_label(sandbox_http: httpx.Client) -> None:
    api = config.new_client_from_config_dict(made(sandbox_http, "picky", cpu="old"))
    body = deployment("picky")
    body["spec"]["template"]["spec"]["nodeSelector"] = {"cpu": "avx2"}
    client.AppsV1Api(api).create_namespaced_deployment("default", body)
    row, deadline = None, time.monotonic() + 20
    while row is None or row["state"] == "Waiting":
        assert time.monotonic() < deadline, row
        rows = sandbox_http.get("/sandbox/workloads").json()
        row = next((one for one in rows if one["cluster"] == "picky"), None)
    assert (row["state"], "didn't match Pod's node affinity/selector" in row["reason"]) == ("Pending", True)


def test_a_request_without_a_name_is_refused(sandbox_http: httpx.Client) -> None:
    assert sandbox_http.post("/sandbox/clusters", json={"labels": {}}).status_code == 400
    assert sandbox_http.post("/sandbox/clusters", json={"name": "a", "labels": {"b": 1}}).status_code == 400


def test_a_cluster_that_is_ended_is_gone(sandbox_http: httpx.Client) -> None:
    kubeconfig = made(sandbox_http, "ending")
    assert "ending" in [one["name"] for one in sandbox_http.get("/sandbox/clusters").json()]
    assert sandbox_http.delete("/sandbox/clusters/ending").is_success
    assert sandbox_http.delete("/sandbox/clusters/ending").status_code == 404
    server = kubeconfig["clusters"][0]["cluster"]["server"]
    assert sandbox_http.get(f"{server}/api/v1/namespaces").status_code == 503


def test_a_cluster_outlives_the_server_and_its_token_is_its_owners_alone(tmp_path_factory: Any) -> None:
    home = Home(tmp_path_factory.mktemp("sandbox"))
    trust: ssl.SSLContext
    try:
        first = start(home)
        trust = ssl.create_default_context(cafile=home.ca_pem)
        kubeconfig = httpx.post(
            f"{first.url}/sandbox/clusters", json={"name": "factory", "labels": {"cpu": "avx2"}}, verify=trust
        ).json()
        assert home.kube_clusters.stat().st_mode & 0o077 == 0
        stop(home)
        start(home)
        api = config.new_client_from_config_dict(kubeconfig)
        [node] = client.CoreV1Api(api).list_node().items
        assert node.metadata.labels["cpu"] == "avx2"
    finally:
        stop(home)
