"""Addresses outside the cluster."""

from dataclasses import replace

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


def behind_an_ingress(exposure: str, **network: object) -> dict[str, Document]:
    made = exposed(exposure, **network)
    return workload.documents(made.containers[0], replace(wired(made), ingress_class="nginx"))


def test_an_ingress_of_the_users_class_leads_a_containers_host_name_to_it_and_no_load_balancer_does() -> None:
    found = behind_an_ingress("internal", domain="speech.contoso.example")
    spec = found["ingress"]["spec"]
    assert spec["ingressClassName"] == "nginx"
    assert found["ingress"]["metadata"]["annotations"] == {"pulumi.com/skipAwait": "true"}, (
        "some never tell where they are"
    )
    (rule,) = spec["rules"]
    assert rule["host"] == "transcribe-en.speech.contoso.example"
    (path,) = rule["http"]["paths"]
    assert (path["path"], path["pathType"]) == ("/", "Prefix"), "clients drop the path of a host URL"
    assert path["backend"]["service"]["name"] == found["service"]["metadata"]["name"]
    assert found["service"]["spec"]["type"] == "ClusterIP"


def test_without_a_domain_there_is_no_name_for_an_ingress() -> None:
    found = behind_an_ingress("internal")
    assert "ingress" not in found
    assert found["service"]["spec"]["type"] == "LoadBalancer"


def test_a_cluster_that_the_stack_did_not_make_has_no_subnet_by_our_name() -> None:
    made = exposed("internal")
    found = workload.service(made.containers[0], replace(wired(made), own_network=False))
    assert f"{AZURE}-internal-subnet" not in found["metadata"]["annotations"]
