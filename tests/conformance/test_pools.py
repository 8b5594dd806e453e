"""Pools of the sandbox as nodes of the control plane. No provider takes part."""

import json
import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from conformance.client import Client, Document
from conformance.running import control_plane
from sandbox.home import Home
from sandbox.running import Server, start, stop
from tests.conformance.aks import is_ready, until
from tests.sandbox.arm.azure_clients import Azure

pytestmark = pytest.mark.conformance
GROUP = "rg"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = Home(tmp_path_factory.mktemp("home"))
    yield start(home)
    stop(home)


@pytest.fixture(scope="module")
def kubeconfig(control_plane_parts: None, server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:  # noqa: ARG001
    with control_plane(tmp_path_factory.mktemp("plane"), server.home.root) as running:
        yield running.kubeconfig


@pytest.fixture
def azure(server: Server, kubeconfig: Path) -> Iterator[Azure]:  # noqa: ARG001
    """A cluster with a system pool of one node."""
    azure = Azure(server)
    azure.groups.create_or_update(GROUP, {"location": "westeurope"})
    wanted = {
        "location": "westeurope",
        "identity": {"type": "SystemAssigned"},
        "properties": {
            "dnsPrefix": "aks",
            "agentPoolProfiles": [{"name": "system", "count": 1, "vmSize": "Standard_D4as_v5", "mode": "System"}],
        },
    }
    azure.kubernetes.managed_clusters.begin_create_or_update(GROUP, "aks", wanted).result()
    yield azure
    azure.kubernetes.managed_clusters.begin_delete(GROUP, "aks").result()


def nodes(client: Client, pool: str) -> list[Document]:
    return client.items(f"/api/v1/nodes?labelSelector=agentpool={pool}")


def ready(client: Client, pool: str, count: int) -> None:
    until(lambda: len(found := nodes(client, pool)) == count and all(map(is_ready, found)), lambda: nodes(client, pool))


def test_a_cluster_hands_out_the_control_planes_kubeconfig(azure: Azure, kubeconfig: Path) -> None:
    found = azure.kubernetes.managed_clusters.list_cluster_user_credentials(GROUP, "aks").kubeconfigs[0].value
    assert json.loads(bytes(found)) == json.loads(kubeconfig.read_text())


def test_a_sandbox_has_its_own_clusters_again_when_the_control_plane_has_ended(
    control_plane_parts: None,  # noqa: ARG001
    tmp_path: Path,
) -> None:
    home = Home(tmp_path / "home")
    server = start(home)
    try:
        trust = ssl.create_default_context(cafile=home.ca_pem)
        with httpx.Client(base_url=server.url, verify=trust, trust_env=False) as http:
            with control_plane(tmp_path / "plane", home.root) as running:
                assert http.get("/sandbox/settings").json() == {"control_plane": str(running.kubeconfig)}
            assert http.get("/sandbox/settings").json() == {}
    finally:
        stop(home)


def test_nodes_come_and_go_with_their_pool(azure: Azure, kubeconfig: Path) -> None:
    client, pools = Client(kubeconfig), azure.kubernetes.agent_pools
    ready(client, "system", 1)
    wanted = {"vmSize": "Standard_D8as_v5", "availabilityZones": ["1", "2", "3"]}
    for count in (2, 4, 1):
        pools.begin_create_or_update(GROUP, "aks", "speech", {"properties": {**wanted, "count": count}}).result()
        ready(client, "speech", count)
    assert nodes(client, "speech")[0]["status"]["allocatable"]["cpu"] == "7820m"
    pools.begin_delete(GROUP, "aks", "speech").result()
    ready(client, "speech", 0)


def test_every_node_carries_what_akss_own_pods_ask_for(azure: Azure, kubeconfig: Path) -> None:  # noqa: ARG001
    client = Client(kubeconfig)
    ready(client, "system", 1)
    [node] = nodes(client, "system")

    def own() -> list[Document]:
        found = client.items(f"/api/v1/pods?fieldSelector=spec.nodeName={node['metadata']['name']}")
        return [pod for pod in found if is_ready(pod)]

    until(lambda: len(own()) == 1, own)
    assert own()[0]["spec"]["containers"][0]["resources"]["requests"] == {"cpu": "500m", "memory": "1Gi"}
