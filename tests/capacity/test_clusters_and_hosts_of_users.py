"""Kubernetes clusters and Docker hosts of the user's own."""

import pytest

from speech.capacity.money import Part
from speech.capacity.plan import Range
from tests.capacity.kinds_of_all import (
    AKS,
    CHECK,
    CUSTOM,
    DOCKER,
    FAST,
    KUBERNETES,
    LANGUAGE,
    STT,
    VOICE,
    planned,
    the_one,
)

NAMED = {"exposure": "internal", "domain": "speech.contoso.example"}


def test_pods_are_as_many_as_on_a_cluster_of_the_stacks() -> None:
    assert the_one(KUBERNETES, STT).replicas == the_one(AKS, STT).replicas == Range(2, 3)


@pytest.mark.parametrize("target", [KUBERNETES, DOCKER], ids=lambda each: each["kind"])
def test_nodes_of_the_users_are_neither_planned_nor_granted_nor_priced(target: dict[str, object]) -> None:
    made = planned(target, STT, CUSTOM)
    assert (made.system_pool, made.node_pools, made.container_groups, made.quota) == (None, (), (), ())
    assert made.cost.sum(Part.COMPUTE) is None, "unknown, never nothing"
    assert made.cost.compute is None
    assert any("compute is not priced" in reason for reason in made.why)


def test_metering_is_known_where_compute_is_not() -> None:
    made = planned(KUBERNETES, {**STT, "demand": {"concurrent_streams": 12, "hours_a_month": 1000}})
    assert made.cost.metering == pytest.approx(1000.0)


def test_why_says_what_the_users_nodes_must_hold() -> None:
    # Three pods of 7 cores and 16 GiB, six of one.
    assert "at the peak the pods ask for 27 cpu and 54 GiB in all" in planned(KUBERNETES, STT, LANGUAGE, CHECK).why


def test_names_are_of_the_namespace_that_the_file_names() -> None:
    made = planned({**KUBERNETES, "namespace": "voices"}, STT)
    assert made.names["namespace"] == "voices"
    assert made.containers[0].host_url == "ws://transcribe-en.voices.svc.cluster.local:5000"


@pytest.mark.parametrize("exposure", ["cluster", "internal"])
def test_behind_an_ingress_clients_call_a_name_at_the_port_of_the_web(exposure: str) -> None:
    made = planned({**KUBERNETES, "ingress_class": "nginx"}, STT, network={**NAMED, "exposure": exposure})
    assert made.containers[0].host_url == "ws://transcribe-en.speech.contoso.example:80"
    (found,) = made.warnings
    assert found.message == "no DNS record is made: point each name at the Ingress of the cluster"


def test_without_an_ingress_clients_call_the_containers_own_port() -> None:
    assert the_one(KUBERNETES, STT, network=NAMED).host_url == "ws://transcribe-en.speech.contoso.example:5000"


def test_row_several_containers_on_one_host_have_distinct_ports() -> None:
    made = planned(DOCKER, STT, {**STT, "name": "transcribe-two"}, LANGUAGE)
    assert [(each.host_port, each.port) for each in made.containers] == [(5000, 5000), (5001, 5000), (5003, 5003)]
    assert [each.host_url for each in made.containers] == [
        "ws://localhost:5000", "ws://localhost:5001", "http://localhost:5003",
    ]  # fmt: skip


def test_no_two_containers_share_a_port_however_many_there_are() -> None:
    five = [{**STT, "name": f"transcribe-{letter}"} for letter in "abcde"]
    ports = [each.host_port for each in planned(DOCKER, LANGUAGE, *five).containers]
    assert ports == [5003, 5000, 5001, 5002, 5004, 5005]


def test_other_hosts_have_no_ports_of_their_own() -> None:
    assert the_one(KUBERNETES, STT).host_port is None
    assert the_one(AKS, STT).host_port is None


def test_a_docker_host_runs_one_of_each() -> None:
    made = planned(DOCKER, STT, VOICE)
    assert {(each.replicas, each.fixed) for each in made.containers} == {(Range(1, 1), True)}
    assert "a host runs one of each container: 14 cpu and 32 GiB in all" in made.why


def test_demand_for_more_than_one_container_is_said_to_need_more_hosts() -> None:
    (found,) = planned(DOCKER, STT).warnings
    assert found.path == "speech:containers[0].demand.concurrent_streams"
    assert found.message.startswith("needs 3 containers of 7 streams, and a host runs one: take 3 hosts")


def test_a_demand_in_characters_is_warned_of_by_its_own_word() -> None:
    spoken = {**VOICE, "demand": {"characters_a_second": 450, "speaking_rate": 15}}
    paths = [found.path for found in planned(DOCKER, spoken).warnings]
    assert "speech:containers[0].demand.characters_a_second" in paths


def test_the_least_number_of_replicas_alone_asks_for_no_more_hosts() -> None:
    # The least number is 2 in production.
    few = {**STT, "demand": {"concurrent_streams": 4}}
    assert planned(DOCKER, few, environment="prod").warnings == ()


def test_a_check_has_no_port_on_the_host() -> None:
    found = the_one(DOCKER, CHECK)
    assert (found.host_port, found.host, found.host_url) == (None, None, None)


def test_a_gpu_container_takes_a_gpu_of_the_users_hosts() -> None:
    assert the_one(DOCKER, FAST).gpus == the_one(KUBERNETES, FAST).gpus == 1
