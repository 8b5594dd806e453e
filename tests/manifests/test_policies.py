"""What pods may do, judged by an evaluator that shares nothing with the builder."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.capacity.plan import Plan
from speech.manifests import jobs
from speech.manifests.document import Document
from speech.manifests.policies import network_policies
from speech.manifests.workload import deployment
from speech.settings.base import Secret
from speech.settings.options import Options
from tests.manifests.made import exposed, planned, wired
from tests.manifests.network import Outside, Pod, allowed

C = "speech:containers[0]"
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


def calling(
    options: dict[str, object] | None = None, *changes: tuple[str, object], **plan: object
) -> tuple[list[Document], Pod]:
    """The policies of a stack whose container has these options, and its pod."""
    given = planned(*changes)
    (container,) = given.containers
    with_options = replace(container, options=Options.model_validate(options or {}))
    made = replace(given, containers=(with_options,), **plan)  # type: ignore[arg-type]
    template = deployment(with_options, replace(wired(made), secrets={container.name: "s"}))["spec"]["template"]
    return network_policies(made, wired(made)), Pod("speech", template["metadata"]["labels"])


SETUP = Pod("speech", {"speech-containers/setup-of": "transcribe-en"})
PRIVATE: tuple[tuple[str, object], ...] = (
    ("speech:account.private_endpoint", True),
    ("speech:account.public_access", False),
)


def test_behind_a_proxy_nothing_but_the_proxy_is_called() -> None:
    """Row: the proxy joins egress and network policy; the rule for 443 narrows to the proxy's port."""
    policies, speech = calling({"proxy": {"url": "http://10.1.2.3:8888"}})
    assert allowed(policies, speech, Outside("10.1.2.3"), 8888)
    assert not allowed(policies, speech, METERING, 443)
    assert not allowed(policies, speech, METERING, 8888)


def test_a_proxy_that_is_named_may_stand_anywhere_but_on_the_machine() -> None:
    policies, speech = calling({"proxy": {"url": "http://proxy.contoso.example:8888"}})
    assert allowed(policies, speech, Outside("10.80.0.4"), 8888)
    assert not allowed(policies, speech, Outside("169.254.169.254"), 8888)


@pytest.mark.parametrize(
    ("options", "port"),
    [
        ({"sentiment": {"host": "https://eastus.api.cognitive.microsoft.com/text/analytics/v3.0/sentiment"}}, 443),
        ({"sentiment": {"host": "http://sentiment.contoso.example:5001/text/analytics/v3.0/sentiment"}}, 5001),
        ({"fluentd": {"host": "logs.contoso.example", "port": 24224}}, 24224),
        ({"application_insights": Secret()}, 443),
        ({"diarization": {"cache": "cache.contoso.example:6380"}}, 6380),
    ],
)
def test_the_server_of_an_option_is_reached_and_without_the_option_it_is_not(
    options: dict[str, object], port: int
) -> None:
    """Row: sentiment's host, Fluentd and Application Insights join egress and network policy."""
    with_it, speech = calling(options, *PRIVATE)
    without, _ = calling(None, *PRIVATE)
    assert allowed(with_it, speech, METERING, port)
    assert not allowed(without, speech, METERING, port)


def test_what_runs_once_has_one_policy_and_its_pods_bear_that_ones_labels() -> None:
    made = planned((C, {"name": "check", "kind": "diagnostic"}))
    policies = [policy for policy in network_policies(made, wired(made)) if "check" in policy["metadata"]["name"]]
    assert [policy["metadata"]["name"] for policy in policies] == ["setup-of-check"]
    labels = jobs.diagnosis(made.containers[0], wired(made))["spec"]["template"]["metadata"]["labels"]
    assert policies[0]["spec"]["podSelector"]["matchLabels"].items() <= labels.items()


def test_a_server_inside_the_cluster_is_reached_by_its_namespace() -> None:
    policies, speech = calling({"fluentd": {"host": "fluentd.logging.svc.cluster.local"}})
    assert allowed(policies, speech, Pod("logging", {"app": "fluentd"}), 24225), "the pods' port is not the Service's"
    assert not allowed(policies, speech, Pod("default", {"app": "fluentd"}), 24224)


def test_a_disconnected_container_calls_nobody_and_its_licence_is_fetched_all_the_same() -> None:
    given = planned()
    made = replace(given, disconnected=True)
    policies = network_policies(made, replace(wired(made), disconnected=True))
    speech = Pod("speech", deployment(made.containers[0], wired(made))["spec"]["template"]["metadata"]["labels"])
    assert not allowed(policies, speech, METERING, 443)
    assert not allowed(policies, speech, PRIVATE_ENDPOINT, 443)
    assert allowed(policies, SETUP, METERING, 443)


def test_models_are_fetched_from_hosts_that_no_page_names_though_the_account_is_private() -> None:
    """Row: model downloads join egress and network policy."""
    container = {"name": "transcribe-en", "kind": "custom-speech-to-text", "version": "5.1.0", "model": {"id": "1f2e"}}
    made = planned((C, {**container, "demand": {"concurrent_streams": 1}}), *PRIVATE)
    policies = network_policies(made, wired(made))
    assert allowed(policies, SETUP, METERING, 443)
    assert allowed(policies, SETUP, PRIVATE_ENDPOINT, 443)
    assert not allowed(policies, SETUP, Outside("10.80.0.4"), 443)
    assert not allowed(policies, STRANGER, SETUP, 5000), "it serves nobody"


def test_a_cluster_that_the_stack_did_not_make_keeps_its_private_addresses_to_itself() -> None:
    given = planned()
    made = replace(given, system_pool=None, node_pools=(), own_network=False)
    policies, speech = network_policies(made, wired(made)), Pod("speech", {"app.kubernetes.io/name": "transcribe-en"})
    assert allowed(policies, speech, METERING, 443)
    for inside in ("10.1.2.3", "172.20.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254"):
        assert not allowed(policies, speech, Outside(inside), 443), inside
    assert allowed(policies, speech, Outside("169.254.20.10"), 53, "UDP"), "a name server of the node's own"


def test_what_fast_transcription_may_fetch_for_a_client_is_neither_of_the_cluster_nor_of_the_machine() -> None:
    """Row: `audioUrl` makes the container fetch any URL: restrict its egress."""
    given = planned()
    made = replace(given, containers=(replace(given.containers[0], kind="fast-transcription"),))
    policies, speech = network_policies(made, wired(made)), Pod("speech", {"app.kubernetes.io/name": "transcribe-en"})
    assert not allowed(policies, speech, STRANGER, 80)
    assert not allowed(policies, speech, Outside("169.254.169.254"), 80)
    assert not allowed(policies, speech, METERING, 80)


def test_behind_an_ingress_clients_are_pods_of_the_cluster() -> None:
    made = exposed("internal", domain="speech.contoso.example")
    policies = network_policies(made, replace(wired(made), ingress_class="nginx"))
    speech = Pod("speech", {"app.kubernetes.io/name": "transcribe-en"})
    assert allowed(policies, Pod("ingress", {"app": "nginx"}), speech, 5000)
    assert not allowed(policies, OTHER, speech, 5000)


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
