"""The plan as a pipeline reads it, on each kind of host."""

from typing import Any

import pytest

from speech.cli import plan_json
from tests.capacity.kinds_of_all import AKS, CHECK, CUSTOM, DOCKER, FAST, GROUPS, KUBERNETES, LANGUAGE, STT, planned


def document(target: dict[str, Any], *containers: dict[str, Any], **sections: object) -> dict[str, Any]:
    return plan_json.document(planned(target, *containers, **sections), ())


@pytest.mark.parametrize("target", [AKS, KUBERNETES, GROUPS, DOCKER], ids=lambda each: each["kind"])
def test_every_host_has_the_same_keys(target: dict[str, Any]) -> None:
    assert document(target, STT).keys() == document(AKS, STT).keys()


def test_pools_and_groups_exclude_each_other() -> None:
    cluster, groups = document(AKS, STT, FAST), document(GROUPS, STT)
    assert [pool["name"] for pool in cluster["node_pools"]] == ["speech", "gpu"]
    assert cluster["container_groups"] == []
    assert (groups["node_pools"], groups["system_pool"]) == ([], None)
    assert groups["container_groups"][0] == {
        "name": "transcribe-en-1", "container": "transcribe-en", "cpu": 4.0, "memory_gib": 16.0, "port": 5000, "dns_label": None,
    }  # fmt: skip


def test_what_is_unknown_is_null() -> None:
    cost = document(KUBERNETES, STT)["monthly_cost_usd"]
    assert (cost["compute"], cost["metering"], cost["total"]) == (None, None, None)
    assert cost["metering_unknown"] == "give hours_a_month of transcribe-en"


def test_only_nodes_are_drained() -> None:
    assert document(KUBERNETES, STT)["drain"]["pool_minutes"] is None
    assert document(AKS, STT)["drain"]["pool_minutes"] > 0


def test_a_container_says_where_it_is_found_on_its_host() -> None:
    first, second = document(DOCKER, STT, {**STT, "name": "transcribe-two"})["containers"]
    assert (first["port"], first["host_port"], first["host_url"]) == (5000, 5000, "ws://localhost:5000")
    assert (second["port"], second["host_port"], second["host_url"]) == (5000, 5001, "ws://localhost:5001")


def test_a_check_runs_once_and_carries_no_stream() -> None:
    (check,) = document(AKS, CHECK)["containers"]
    assert check["once"]
    assert (check["port"], check["host_url"], check["streams_per_pod"]) == (None, None, None)
    assert check["replicas"] == {"min": 1, "max": 1}


def test_volumes_caches_pairs_and_gpus_are_told() -> None:
    spoken = {**STT, "options": {"diarization": {}}}
    pair = {**LANGUAGE, "pair_with": "transcribe-en"}
    found = {each["name"]: each for each in document(AKS, spoken, CUSTOM, pair, FAST)["containers"]}
    assert found["transcribe-en"]["cache"]["port"] == 6379
    assert found["custom-med"]["volumes"][0]["path"] == "/usr/local/models"
    assert found["which-language"]["pair_with"] == "transcribe-en"
    assert (found["quick"]["gpus"], found["quick"]["pool"]) == (1, "gpu")


def test_the_quota_of_groups_counts_them() -> None:
    (quota,) = document(GROUPS, STT)["quota"]
    assert quota == {"family": "StandardCores", "vcpus": 16, "groups": 4}
