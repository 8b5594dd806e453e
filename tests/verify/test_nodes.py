"""What pods ask for, and where they find a place."""

from typing import Any

import pytest

from operations.verify.cluster.nodes import Amount, Group, Node, Places, asks, nodes
from operations.verify.cluster.room import checks
from speech.capacity.names import pool_name
from speech.capacity.plan import Plan
from speech.manifests.cluster import documents
from speech.manifests.document import MANAGED, POOL_LABEL
from tests.manifests.made import ACCESS, planned, wired

READY = [{"type": "Ready", "status": "True"}]


def container(cpu: str, memory: str, **more: Any) -> dict[str, Any]:
    return {"name": "one", "resources": {"requests": {"cpu": cpu, "memory": memory}}, **more}


def node(name: str = "one", cpu: str = "7820m", memory: str = "28Gi", **more: Any) -> dict[str, Any]:
    meta = {"name": name, "labels": {"kubernetes.io/hostname": name, **more.pop("labels", {})}}
    allocatable = {"cpu": cpu, "memory": memory, "pods": "30", **more.pop("gpus", {})}
    return {"metadata": meta, "spec": more, "status": {"allocatable": allocatable, "conditions": READY}}


def pod(on: str, cpu: str, **more: Any) -> dict[str, Any]:
    meta = {"name": "pod", "namespace": "other", **more}
    return {"metadata": meta, "spec": {"nodeName": on, "containers": [container(cpu, "1Gi")]}}


def test_a_pod_asks_for_all_its_containers_or_for_its_hungriest_step_before_them() -> None:
    sidecar = container("500m", "1Gi", restartPolicy="Always")
    spec = {"initContainers": [sidecar, container("8", "1Gi")], "containers": [container("2", "4Gi")]}
    assert asks(spec) == Amount(cpu=8.5, memory_gib=5.0, pods=1.0)


def test_a_container_that_names_limits_only_requests_them() -> None:
    spec = {"containers": [{"name": "one", "resources": {"limits": {"cpu": "7", "memory": "16Gi"}}}]}
    assert asks(spec) == Amount(cpu=7.0, memory_gib=16.0, pods=1.0)


def test_pods_of_others_take_room_and_those_of_the_stack_do_not() -> None:
    ours = pod("one", "4", namespace="speech", labels=dict(MANAGED))
    [found] = nodes([node(cpu="8")], [pod("one", "1"), ours], {"speech"})
    assert found.free.cpu == 7.0


def test_an_empty_node_still_has_the_pods_that_each_node_has() -> None:
    daemon = pod("one", "250m", ownerReferences=[{"kind": "DaemonSet"}])
    [found] = nodes([node(cpu="8")], [daemon, pod("one", "2")], set())
    assert (found.empty.cpu, found.free.cpu) == (7.75, 5.75)


def test_pods_that_have_ended_take_nothing() -> None:
    [found] = nodes([node(cpu="8")], [{**pod("one", "2"), "status": {"phase": "Succeeded"}}], set())
    assert found.free.cpu == 8.0


def test_a_cordoned_node_takes_nothing() -> None:
    assert nodes([node(unschedulable=True)], [], set()) == []


@pytest.mark.parametrize(
    ("toleration", "takes"),
    [
        ({"key": "sku", "operator": "Equal", "value": "gpu", "effect": "NoSchedule"}, True),
        ({"key": "sku", "operator": "Exists"}, True),
        ({"operator": "Exists"}, True),
        ({"key": "sku", "operator": "Equal", "value": "cpu", "effect": "NoSchedule"}, False),
        ({"key": "sku", "operator": "Exists", "effect": "NoExecute"}, False),
    ],
)
def test_a_taint_is_tolerated_by_key_value_and_effect(toleration: dict[str, str], takes: bool) -> None:
    taint = {"key": "sku", "value": "gpu", "effect": "NoSchedule"}
    [found] = nodes([node(taints=[taint])], [], set())
    assert found.takes({"tolerations": [toleration]}) is takes


def test_a_taint_that_only_prefers_others_repels_nobody() -> None:
    [found] = nodes([node(taints=[{"key": "a", "value": "b", "effect": "PreferNoSchedule"}])], [], set())
    assert found.takes({})


def group(name: str, cpu: float) -> Group:
    return Group(name, {}, Amount(cpu=cpu, memory_gib=1.0, pods=1.0), 1, 1)


def test_pods_without_a_place_are_counted_by_group() -> None:
    there: dict[str, Node] = {one.name: one for one in nodes([node("a", cpu="8"), node("b", cpu="8")], [], set())}
    left = Places({name: one.free for name, one in there.items()}).put(
        [(group("large", 7), 3), (group("small", 1), 2)], there
    )
    assert left == {"large": 1}


class Api:
    """A cluster with these nodes."""

    def __init__(self, *found: dict[str, Any]) -> None:
        self._nodes = found

    def get(self, path: str) -> Any:
        return {"items": list(self._nodes) if path == "/api/v1/nodes" else []}


def of_pool(plan: Plan, number: int, **more: Any) -> dict[str, Any]:
    [pool] = plan.node_pools
    name = pool_name(pool)
    labels = {POOL_LABEL: name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}
    taints = [{"key": POOL_LABEL, "value": name, "effect": "NoSchedule"}]
    return node(f"{name}-{number}", labels=labels, taints=taints, **more)


def told(plan: Plan, *found: dict[str, Any]) -> list[str]:
    made = documents(plan, wired(plan), ACCESS)
    return [f"{one.state} {one.name}: {one.said}" for one in checks(Api(*found), plan, made)]


def test_the_autoscaler_of_aks_may_add_nodes_up_to_the_pools_most() -> None:
    plan = planned()
    [pool] = plan.node_pools
    cpu = {"cpu": f"{pool.pods_per_node * 7 + 0.5}", "memory": f"{pool.pods_per_node * 16 + 1}Gi"}
    lines = told(plan, *(of_pool(plan, number, **cpu) for number in range(pool.nodes.min)))
    assert lines[0].startswith("pass nodes:")
    assert lines[1].startswith("pass room min:")
    assert lines[2].startswith("pass room max:")
    assert "nodes more" in lines[2] or "that are there" in lines[2]


def test_nodes_that_are_smaller_than_planned_leave_pods_without_a_place() -> None:
    plan = planned()
    lines = told(plan, of_pool(plan, 0, cpu="6", memory="64Gi"))
    [container] = plan.containers
    assert lines[1] == (
        f"fail room min: {container.replicas.min} of {container.replicas.min} pods find no place:"
        f" {container.replicas.min} of transcribe-en (7 cpu 16 GiB; the freest node has 6 cpu 64 GiB)"
    )


def test_without_any_node_of_the_pool_labels_are_named_and_nothing_is_counted() -> None:
    plan = planned()
    lines = told(plan, node(labels={"kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}))
    assert len(lines) == 1
    assert lines[0].startswith(f"fail nodes: no ready node takes pods of transcribe-en: none has {POOL_LABEL}=")
