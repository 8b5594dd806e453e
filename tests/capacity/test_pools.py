"""AKS: a pool of nodes for each class of container."""

import pytest

from speech.capacity.names import pool_name
from speech.capacity.plan import Range
from speech.catalog.vm_sizes import vm_size
from tests.capacity.kinds_of_all import AKS, CHECK, FAST, LANGUAGE, STT, VOICE, fault, planned, the_one

MANY_LANGUAGES = {**LANGUAGE, "demand": {"concurrent_streams": 80}}


def pools_of(*containers: dict[str, object], **target: object) -> dict[str, str]:
    return {pool.name: pool.vm_size for pool in planned({**AKS, **target}, *containers).node_pools}


def test_containers_that_need_a_gpu_have_a_pool_of_their_own() -> None:
    made = planned(AKS, STT, FAST)
    assert [pool.name for pool in made.node_pools] == ["speech", "gpu"]
    assert [container.pool for container in made.containers] == ["speech", "gpu"]
    assert [container.gpus for container in made.containers] == [0, 1]


def test_a_gpu_node_is_a_t4_or_newer_that_leaves_eight_cores_to_its_pod() -> None:
    # Fast transcription asks for 8 cores, 16 GB and a T4 (speech-container-ft, 2026-09): 8-core nodes leave fewer.
    (pool,) = planned(AKS, FAST).node_pools
    size = vm_size(pool.vm_size)
    assert size is not None
    assert size.gpus == 1
    assert pool.vm_size == "Standard_NC16as_T4_v3"


def test_every_pod_has_a_gpu_to_itself() -> None:
    # The node's 15 cores would hold three pods of four cores.
    many = {**FAST, "demand": {"concurrent_streams": 6}}
    (pool,) = planned(AKS, many).node_pools
    assert (pool.pods_per_node, pool.gpus) == (1, 1)
    assert pool.nodes == Range(3, 3)


def test_containers_that_ask_for_the_same_nodes_have_one_pool() -> None:
    assert list(pools_of(STT, VOICE)) == ["speech"]


def test_small_pods_have_a_pool_of_their_own_where_beside_large_ones_they_cost_more() -> None:
    made = planned(AKS, STT, MANY_LANGUAGES)
    assert [pool.name for pool in made.node_pools] == ["speech", "speech2"]
    assert [container.pool for container in made.containers] == ["speech", "speech2"]
    together = planned({**AKS, "max_pools": 1}, STT, MANY_LANGUAGES)
    assert made.proof is not None
    assert together.proof is not None
    assert made.proof.usd < 0.8 * together.proof.usd


def test_two_pools_of_one_size_are_named_once_in_the_advice() -> None:
    target = {**AKS, "vm_sizes": ["Standard_D8as_v5"], "authentication": "local"}
    made = planned(target, STT, MANY_LANGUAGES, environment="prod")
    assert len(made.node_pools) == 2
    (advice,) = [each.message for each in made.warnings if each.path == "speech:target.vm_size"]
    assert advice.endswith("write  vm_size: Standard_D8as_v5")


def test_as_many_pools_as_the_settings_allow() -> None:
    assert list(pools_of(STT, MANY_LANGUAGES, max_pools=1)) == ["speech"]


def test_the_first_container_of_the_stack_file_is_in_the_first_pool() -> None:
    made = planned(AKS, MANY_LANGUAGES, STT)
    assert [container.pool for container in made.containers] == ["speech", "speech2"]


def test_pools_of_one_size_have_names_of_their_own_in_azure() -> None:
    made = planned({**AKS, "vm_size": "Standard_D8as_v5"}, STT, MANY_LANGUAGES)
    assert [pool.vm_size for pool in made.node_pools] == ["Standard_D8as_v5"] * 2
    names = {pool_name(pool) for pool in made.node_pools}
    assert len(names) == 2
    assert max(map(len, names)) == 12


def test_a_stack_of_gpu_containers_alone_has_no_other_pool() -> None:
    assert list(pools_of(FAST)) == ["gpu"]


def test_the_allowed_sizes_are_shared_out_by_what_they_have() -> None:
    found = pools_of(STT, FAST, vm_sizes=["Standard_D8as_v5", "Standard_NC16as_T4_v3"])
    assert found == {"speech": "Standard_D8as_v5", "gpu": "Standard_NC16as_T4_v3"}


def test_a_pool_for_which_no_size_is_named_takes_any() -> None:
    found = pools_of(STT, FAST, vm_sizes=["Standard_NC16as_T4_v3"])
    size = vm_size(found["speech"])
    assert size is not None
    assert size.gpu is None


def test_a_list_without_a_gpu_is_refused_where_a_container_needs_one() -> None:
    found = fault({**AKS, "vm_sizes": ["Standard_D16as_v5"]}, FAST)
    assert found.path == "speech:target.vm_sizes"
    assert "Standard_NC16as_T4_v3" in found.message


def test_the_quota_counts_both_pools_and_their_surge_nodes() -> None:
    made = planned({**AKS, "vm_sizes": ["Standard_D8as_v5", "Standard_NC16as_T4_v3"]}, STT, FAST)
    found = {quota.family.lower(): quota.vcpus for quota in made.quota}
    assert found["standard ncasv3_t4 family"] == (1 + 1) * 16
    assert found["standarddasv5family"] == (3 + 1) * 8 + (1 + 1) * 4


def test_each_pool_is_a_line_of_the_cost() -> None:
    lines = {line.what for line in planned(AKS, STT, FAST).cost.lines}
    assert {"speech pool", "gpu pool", "gpu disks", "system pool"} <= lines


def test_spot_nodes_have_a_quota_a_name_and_a_price_of_their_own() -> None:
    target = {**AKS, "vm_size": "Standard_D8as_v5"}
    usual, spot = planned(target, STT), planned({**target, "spot": True}, STT)
    assert [pool.spot for pool in spot.node_pools] == [True]
    assert spot.system_pool == usual.system_pool, "the cluster's own pods never run on spot nodes"
    assert {quota.family for quota in spot.quota} >= {"lowPriorityCores"}
    assert pool_name(spot.node_pools[0]) != pool_name(usual.node_pools[0]), "Azure never makes a pool one of spot nodes"
    (line,) = [line for line in spot.cost.lines if line.what == "speech pool"]
    assert line.usd is None, "no source has the prices of spot nodes"
    assert line.amount is not None
    assert any("what the same nodes cost on demand" in reason for reason in spot.why)


def test_why_says_how_the_gpu_pool_was_chosen() -> None:
    why = " ".join(planned(AKS, FAST).why)
    assert "1 of 8 cpu 16 GiB, and each takes an NVIDIA T4" in why


def test_what_runs_once_takes_no_node_of_its_own() -> None:
    one, beside = planned(AKS, STT), planned(AKS, STT, CHECK)
    assert beside.node_pools == one.node_pools
    assert beside.containers[1].pool == "speech"


@pytest.mark.parametrize("first", [FAST, LANGUAGE])
def test_what_runs_once_goes_where_there_is_a_pool(first: dict[str, object]) -> None:
    made = planned(AKS, CHECK, first)
    assert made.containers[0].pool == made.node_pools[0].name
    assert len(made.node_pools) == 1


def test_a_stack_that_only_checks_has_one_node_for_it() -> None:
    (pool,) = planned(AKS, CHECK).node_pools
    assert pool.nodes == Range(1, 1)


def test_a_diagnostic_container_has_no_port_no_host_and_one_run() -> None:
    # Row "diagnostic": no port, host_url, demand or replicas.
    found = the_one(AKS, CHECK)
    assert found.once
    assert (found.port, found.host, found.host_url, found.streams) == (None, None, None, 0)
    assert found.replicas == Range(1, 1)


def test_a_cache_has_room_on_the_nodes_of_its_container() -> None:
    # A node of 8 cores leaves 7.32 to pods: the cache stands beside one of 7.
    target = {**AKS, "vm_size": "Standard_D8as_v5"}
    assert planned(target, {**STT, "options": {"diarization": {}}}).node_pools == planned(target, STT).node_pools
