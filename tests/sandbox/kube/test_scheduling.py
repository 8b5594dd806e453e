"""A pod finds its node by labels, or waits in the scheduler's words."""

from typing import Any

import pytest

from sandbox.kube import kinds
from sandbox.kube.pod import PodPendingError
from sandbox.kube.scheduling import schedule
from tests.sandbox.kube.kube_doubles import CLUSTER, deployment
from tests.sandbox.kube.node_double import Sandbox, keys

NODE = {"metadata": {"name": "sandbox", "labels": {"cpu": "avx2", "cores": "8"}}}


def affinity(key: str, operator: str, *values: str) -> dict[str, Any]:
    term = {"matchExpressions": [{"key": key, "operator": operator, "values": list(values)}]}
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}
    return {"affinity": {"nodeAffinity": required}}


@pytest.mark.parametrize(
    ("spec", "fits"),
    [
        ({}, True),
        ({"nodeSelector": {"cpu": "avx2"}}, True),
        ({"nodeSelector": {"cpu": "avx512"}}, False),
        ({"nodeSelector": {"cpu": "avx2", "pool": "speech"}}, False),
        (affinity("cpu", "In", "avx2", "avx512"), True),
        (affinity("cpu", "NotIn", "avx2"), False),
        (affinity("cpu", "Exists"), True),
        (affinity("gpu", "DoesNotExist"), True),
        (affinity("cores", "Gt", "7"), True),
        (affinity("cores", "Lt", "8"), False),
    ],
)
def test_a_node_is_found_by_its_labels(spec: dict[str, Any], fits: bool) -> None:
    if fits:
        schedule(spec, [NODE], {})
        return
    with pytest.raises(PodPendingError) as raised:
        schedule(spec, [NODE], {})
    assert str(raised.value) == (
        "FailedScheduling: 0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. "
        "preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling."
    )


def test_a_cluster_that_lists_no_nodes_asks_no_labels() -> None:
    schedule({"nodeSelector": {"agentpool": "speech"}}, [], {})


def test_a_pod_waits_until_its_node_bears_the_label(sandbox: Sandbox) -> None:
    sandbox.create("Node", {"metadata": {"name": "sandbox", "labels": {}}, "spec": {}})
    sandbox.create("Secret", keys())
    body = deployment()
    body["spec"]["template"]["spec"]["nodeSelector"] = {"cpu": "avx2"}
    sandbox.create("Deployment", body)
    assert "FailedScheduling" in sandbox.until(lambda row: row["state"] == "Pending")["reason"]
    labelled = {"metadata": {"name": "sandbox", "labels": {"cpu": "avx2"}}, "spec": {}}
    sandbox.store.replace(CLUSTER, kinds.named("Node"), "", "sandbox", labelled)
    sandbox.running()


def test_a_pull_secret_that_is_missing_only_warns(sandbox: Sandbox) -> None:
    sandbox.create("Secret", keys())
    body = deployment()
    body["spec"]["template"]["spec"]["imagePullSecrets"] = [{"name": "registry"}]
    sandbox.create("Deployment", body)
    [event] = sandbox.running()["events"]
    assert event.startswith("FailedToRetrieveImagePullSecret: Unable to retrieve some image pull secrets (registry);")
    login = {"auths": {}}
    pull = {"metadata": {"name": "registry"}, "type": "kubernetes.io/dockerconfigjson"}
    sandbox.create("Secret", {**pull, "stringData": {".dockerconfigjson": str(login).replace("'", '"')}})
    sandbox.until(lambda row: row["events"] == [])


@pytest.mark.parametrize(("name", "starts"), [("system-node-critical", True), ("absent", False)])
def test_a_priority_class_has_to_be_there(sandbox: Sandbox, name: str, starts: bool) -> None:
    sandbox.create("Secret", keys())
    body = deployment()
    body["spec"]["template"]["spec"]["priorityClassName"] = name
    sandbox.create("Deployment", body)
    if starts:
        sandbox.running()
    else:
        reason = sandbox.until(lambda row: "FailedCreate" in row["reason"])["reason"]
        assert reason.endswith("no PriorityClass with name absent was found")
