"""Nodes of a pool, against what Microsoft's pages and real nodes say."""

from typing import Any

from conformance.aks_nodes import Pool, allocatable, nodes
from sandbox.arm.vm_quota import SIZES

D8 = SIZES["standard_d8as_v5"]


def pool(**properties: Any) -> Pool:
    known = {"vmSize": D8.name, "count": 3, "maxPods": 30, "currentOrchestratorVersion": "1.35.2", "mode": "User"}
    return Pool("aks-speech", "westeurope", "speech", {**known, **properties})


def test_eight_cores_leave_7820m_to_pods() -> None:
    """The node that was run beside a real scheduler: 7,820m."""
    assert allocatable(D8, 30)["cpu"] == "7820m"


def test_memory_is_kept_by_pods_and_for_eviction() -> None:
    """32 GiB: 4 % that no node reports, 20 MiB for each of 30 pods, 50 MiB, and 100 MiB at which it evicts."""
    assert allocatable(D8, 30)["memory"] == f"{int(32 * 1024 * 0.96 - 650 - 100)}Mi"
    assert allocatable(D8, 250)["memory"] == f"{int(32 * 1024 * 0.96 - 5050 - 100)}Mi"


def test_a_pool_keeps_at_most_a_quarter_of_its_memory() -> None:
    small = SIZES["standard_b2s"]
    assert allocatable(small, 250)["memory"] == f"{int(4096 * 0.96 - 1024 - 100)}Mi"


def test_nodes_stand_in_their_zones_in_turn() -> None:
    made = nodes(pool(availabilityZones=["1", "2", "3"], count=4))
    zones = [node["metadata"]["labels"]["topology.kubernetes.io/zone"] for node in made]
    assert zones == ["westeurope-1", "westeurope-2", "westeurope-3", "westeurope-1"]
    assert len({node["metadata"]["name"] for node in made}) == 4


def test_a_pool_without_zones_has_a_fault_domain() -> None:
    assert nodes(pool())[0]["metadata"]["labels"]["topology.kubernetes.io/zone"] == "0"


def test_labels_and_taints_of_the_pool_are_its_nodes() -> None:
    made = nodes(pool(nodeLabels={"own": "yes"}, nodeTaints=["pool=speech:NoSchedule", "alone:NoExecute"]))[0]
    assert made["metadata"]["labels"]["own"] == "yes"
    assert made["spec"]["taints"] == [
        {"key": "pool", "value": "speech", "effect": "NoSchedule"},
        {"key": "alone", "effect": "NoExecute"},
    ]
    assert made["metadata"]["labels"]["node.kubernetes.io/instance-type"] == "Standard_D8as_v5"
    assert made["status"]["nodeInfo"]["kubeletVersion"] == "v1.35.2"


def test_one_node_more_changes_no_other() -> None:
    assert nodes(pool(count=3)) == nodes(pool(count=4))[:3]
