"""Addresses outside the cluster."""

import pytest

from speech.manifests import load_balancer, workload
from speech.manifests.document import Document
from tests.manifests.made import exposed, wired

CLIENTS = {"cidrs": ["203.0.113.0/24", "198.51.100.7/32"]}
AZURE = "service.beta.kubernetes.io/azure-load-balancer"


def service(exposure: str, **network: object) -> Document:
    made = exposed(exposure, **network)
    return workload.service(made.containers[0], wired(made))


@pytest.mark.parametrize("exposure", ["internal", "public"])
def test_streams_pass_the_load_balancer_with_their_clients_address(exposure: str) -> None:
    spec = service(exposure, clients=CLIENTS)["spec"]
    assert spec["type"] == "LoadBalancer"
    assert spec["externalTrafficPolicy"] == "Local", "or Cilium takes clients for nodes, and the policy refuses them"


@pytest.mark.parametrize("exposure", ["internal", "public"])
def test_only_the_clients_ranges_pass(exposure: str) -> None:
    assert service(exposure, clients=CLIENTS)["spec"]["loadBalancerSourceRanges"] == CLIENTS["cidrs"]


def test_without_ranges_whoever_reaches_the_private_address_passes() -> None:
    assert "loadBalancerSourceRanges" not in service("internal")["spec"]


@pytest.mark.parametrize("exposure", ["internal", "public"])
def test_a_silent_stream_is_kept_as_long_as_azure_can(exposure: str) -> None:
    assert service(exposure, clients=CLIENTS)["metadata"]["annotations"][f"{AZURE}-tcp-idle-timeout"] == "30"


def test_an_internal_address_is_of_the_nodes_own_subnet() -> None:
    annotations = service("internal")["metadata"]["annotations"]
    assert annotations[f"{AZURE}-internal"] == "true"
    assert annotations[f"{AZURE}-internal-subnet"] == "nodes"


def test_a_public_service_is_not_internal() -> None:
    assert f"{AZURE}-internal" not in service("public", clients=CLIENTS)["metadata"]["annotations"]


@pytest.mark.parametrize(
    ("status", "address"),
    [
        (None, None),
        ({}, None),
        ({"loadBalancer": {}}, None),
        ({"loadBalancer": None}, None),
        ({"loadBalancer": {"ingress": []}}, None),
        ({"loadBalancer": {"ingress": [{"ip": "10.80.0.9"}]}}, "10.80.0.9"),
        ({"loadBalancer": {"ingress": [{"hostname": "a.example"}]}}, "a.example"),
    ],
)
def test_the_address_is_read_from_the_services_status(status: dict[str, object] | None, address: str | None) -> None:
    assert load_balancer.address(status) == address
