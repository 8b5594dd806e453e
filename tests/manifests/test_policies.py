"""What pods may do, judged by an evaluator that shares nothing with the builder."""

from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.capacity.plan import Plan
from speech.manifests.document import Document
from speech.manifests.policies import network_policies
from speech.manifests.workload import deployment
from tests.manifests.made import exposed, planned, wired
from tests.manifests.network import Outside, Pod, allowed

CLIENTS = {"cidrs": ["203.0.113.0/24"]}
DNS = Pod("kube-system", {"k8s-app": "kube-dns"})
STRANGER = Pod("default", {"app": "shop"})
CLIENT, OTHER = Outside("203.0.113.9"), Outside("198.51.100.9")
METERING = Outside("20.61.99.10")
PRIVATE_ENDPOINT = Outside("10.80.255.200")  # in the last /26 of the address space


@cache
def made(kind: str) -> tuple[list[Document], Pod]:
    plans: dict[str, Callable[[], Plan]] = {
        "cluster": planned,
        "internal": lambda: exposed("internal", clients=CLIENTS),
        "internal, any": lambda: exposed("internal"),
        "public": lambda: exposed("public", clients=CLIENTS),
        "private": lambda: planned(("speech:account.private_endpoint", True), ("speech:account.public_access", False)),
    }
    plan = plans[kind]()
    template = deployment(plan.containers[0], wired(plan))["spec"]["template"]
    return network_policies(plan, wired(plan)), Pod("speech", template["metadata"]["labels"])


EVERY = ["cluster", "internal", "internal, any", "public", "private"]


@pytest.mark.parametrize("kind", EVERY)
def test_pods_find_names_and_nothing_else_of_the_cluster(kind: str) -> None:
    policies, speech = made(kind)
    assert allowed(policies, speech, DNS, 53, "UDP")
    assert allowed(policies, speech, DNS, 53, "TCP")
    assert not allowed(policies, speech, DNS, 9153), "the name server's other ports"
    assert not allowed(policies, speech, Pod("kube-system", {"k8s-app": "metrics-server"}), 443)
    assert not allowed(policies, speech, STRANGER, 443)
    assert not allowed(policies, speech, Outside("10.0.0.1"), 443), "the cluster's API"


@pytest.mark.parametrize("kind", EVERY)
def test_pods_find_names_where_every_node_has_its_own_name_server(kind: str) -> None:
    policies, speech = made(kind)
    assert allowed(policies, speech, Outside("169.254.10.11"), 53, "UDP")
    assert not allowed(policies, speech, Outside("169.254.10.11"), 443)


@pytest.mark.parametrize("kind", ["cluster", "internal", "public"])
def test_pods_report_their_usage_and_call_nobody_otherwise(kind: str) -> None:
    policies, speech = made(kind)
    assert allowed(policies, speech, METERING, 443)
    assert not allowed(policies, speech, METERING, 80)
    assert not allowed(policies, speech, METERING, 443, "UDP")
    assert not allowed(policies, speech, Outside("10.80.0.4"), 443), "nodes"
    assert allowed(policies, speech, PRIVATE_ENDPOINT, 443)


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("port", [80, 443])
def test_pods_never_reach_the_machines_own_services(kind: str, port: int) -> None:
    policies, speech = made(kind)
    assert not allowed(policies, speech, Outside("169.254.169.254"), port), "tokens of the node's identity"
    assert not allowed(policies, speech, Outside("168.63.129.16"), port)


def test_pods_of_a_private_account_leave_by_its_private_endpoint_alone() -> None:
    policies, speech = made("private")
    assert allowed(policies, speech, PRIVATE_ENDPOINT, 443)
    assert not allowed(policies, speech, METERING, 443)


def test_inside_the_cluster_every_pod_is_a_client() -> None:
    policies, speech = made("cluster")
    assert allowed(policies, STRANGER, speech, 5000)
    assert not allowed(policies, STRANGER, speech, 50051), "the container's inner servers"
    assert not allowed(policies, OTHER, speech, 5000)


@pytest.mark.parametrize("kind", ["internal", "public"])
def test_outside_the_cluster_only_the_clients_ranges_are_clients(kind: str) -> None:
    policies, speech = made(kind)
    assert allowed(policies, CLIENT, speech, 5000)
    assert not allowed(policies, CLIENT, speech, 443)
    assert not allowed(policies, OTHER, speech, 5000)
    assert not allowed(policies, STRANGER, speech, 5000)


def test_without_ranges_whoever_reaches_the_load_balancer_is_a_client() -> None:
    policies, speech = made("internal, any")
    assert allowed(policies, OTHER, speech, 5000)


@pytest.mark.parametrize("kind", EVERY)
def test_a_pod_that_is_no_speech_container_gets_no_more_than_they_have_in_common(kind: str) -> None:
    policies, _ = made(kind)
    intruder = Pod("speech", {"app": "intruder"})
    assert not allowed(policies, STRANGER, intruder, 5000)
    assert not allowed(policies, CLIENT, intruder, 5000)
    assert not allowed(policies, intruder, STRANGER, 80)


@given(st.integers(1, 65_535), st.sampled_from(["TCP", "UDP", "SCTP"]), st.ip_addresses(v=4).map(str))
def test_no_port_but_those_three_is_open_in_either_direction(port: int, protocol: str, address: str) -> None:
    policies, speech = made("public")
    peer = Outside(address)
    out = allowed(policies, speech, peer, port, protocol)
    assert not out or (port, protocol) == (443, "TCP") or port == 53
    assert not allowed(policies, peer, speech, port, protocol) or (port, protocol) == (5000, "TCP")


def test_containers_of_a_stack_do_not_call_each_other() -> None:
    one = {"kind": "speech-to-text", "locale": "en-US", "version": "5.1.0", "demand": {"concurrent_streams": 1}}
    plan = planned(("speech:containers", [{"name": "a", **one}, {"name": "b", **one}]))
    policies = network_policies(plan, wired(plan))
    pods = [
        Pod("speech", deployment(each, wired(plan))["spec"]["template"]["metadata"]["labels"])
        for each in plan.containers
    ]
    assert not allowed(policies, pods[0], pods[1], 5000)


def test_the_evaluator_allows_what_no_policy_speaks_of_and_refuses_what_one_leaves_out() -> None:
    pod = Pod("shop", {"app": "a"})
    policy = {
        "metadata": {"namespace": "shop"},
        "spec": {
            "podSelector": {},
            "policyTypes": ["Ingress"],
            "ingress": [{"from": [{"podSelector": {"matchLabels": {"app": "b"}}}]}],
        },
    }
    assert allowed([], STRANGER, pod, 80)
    assert not allowed([policy], STRANGER, pod, 80)
    assert not allowed([policy], Pod("elsewhere", {"app": "b"}), pod, 80), "a pod selector alone is of the namespace"
    assert allowed([policy], Pod("shop", {"app": "b"}), pod, 80)
    assert allowed([policy], pod, STRANGER, 80), "the policy does not speak of egress"
