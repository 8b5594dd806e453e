"""Who reaches the containers, and by which names."""

import pytest

from speech.capacity.exposure import Exposure, client_url, host, idle_minutes
from speech.capacity.plan import Plan
from speech.capacity.planner import plan
from speech.settings.parse import parse
from tests.stacks import stack_file


def planned(**network: object) -> Plan:
    return plan(parse(stack_file(("speech:network", network))).stack, "dev")


def test_pods_of_the_cluster_find_a_container_by_its_service() -> None:
    (container,) = planned().containers
    assert container.host_url == "ws://transcribe-en.speech.svc.cluster.local:5000"
    assert not container.needs_address


def test_outside_the_cluster_a_container_is_found_by_its_domain() -> None:
    (container,) = planned(exposure="internal", domain="speech.contoso.example").containers
    assert container.host_url == "ws://transcribe-en.speech.contoso.example:5000"
    assert not container.needs_address


def test_without_a_domain_only_the_address_of_its_service_tells_where_it_is() -> None:
    (container,) = planned(exposure="internal").containers
    assert container.host_url is None
    assert container.needs_address


def test_a_domain_says_nothing_about_names_inside_the_cluster() -> None:
    assert host(Exposure("cluster", (), "contoso.example"), "a", "speech") == "a.speech.svc.cluster.local"


def test_a_load_balancer_forgets_a_silent_connection_as_late_as_aks_allows() -> None:
    assert idle_minutes() == 30  # aks/load-balancer-standard: 4 to 30


@pytest.mark.parametrize(("at", "port"), [(None, 5000), ("a", None)])
def test_there_is_no_url_without_a_host_and_a_port(at: str | None, port: int | None) -> None:
    assert client_url("ws", at, port) is None


@pytest.mark.parametrize(("tls", "url"), [({"secret": "a"}, "wss://{}:443"), (None, "ws://{}:80")])
def test_behind_a_gateway_clients_call_its_name_scheme_and_port(tls: object, url: str) -> None:
    made = planned(exposure="internal", domain="contoso.example", gateway={"class_name": "envoy", "tls": tls})
    assert made.containers[0].host_url == url.format("transcribe-en.contoso.example")
    assert not made.exposure.load_balancer


@pytest.mark.parametrize(("gateway", "addresses"), [(None, 3), ({"class_name": "envoy"}, 1)])
def test_a_gateway_has_one_address_for_all(gateway: object, addresses: int) -> None:
    made = planned(exposure="internal", domain="contoso.example", gateway=gateway)
    assert made.exposure.addresses(3) == addresses
    assert made.exposure.addresses(0) == 0


def test_a_gateway_with_tls_leaves_the_name_alone_to_warn_of() -> None:
    network = {"exposure": "public", "domain": "contoso.example", "clients": {"cidrs": ["203.0.113.0/24"]}}
    bare = planned(**network, gateway={"class_name": "envoy"})
    served = planned(**network, gateway={"class_name": "envoy", "tls": {"secret": "a"}})
    said = {finding.path: finding.message for finding in served.warnings}
    assert "point each name at the gateway's address" in said["speech:network.domain"]
    assert "speech:network.exposure" not in said
    assert any("unencrypted" in finding.message for finding in bare.warnings)
