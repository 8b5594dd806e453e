"""Whether every pod runs with the key that it should, from what the cluster tells."""

from typing import Any

import pytest

from operations.keys.in_use import Pods
from operations.verify.kube import NoClusterError
from speech.capacity import planner
from speech.capacity.plan import Plan
from speech.files.stack_file import FailedError
from speech.settings.parse import parse
from tests.stacks import stack_file

TOLD = {"references": {"secret": "speech-key2-0a1b2c3d"}}
OLD, NEW = "speech-key1-99999999", "speech-key2-0a1b2c3d"


class Cluster:
    """Answers with these pods and deployments."""

    namespace = "speech"

    def __init__(self, *pods: dict[str, Any], deployments: tuple[dict[str, Any], ...] = ()) -> None:
        self._items = {"pods": list(pods), "deployments": list(deployments)}

    def get(self, path: str) -> Any:
        return {"items": self._items[path.rpartition("/")[2]]}


def template(secret: str) -> dict[str, Any]:
    reference = {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": secret, "key": "api-key"}}}
    return {"spec": {"containers": [{"name": "speech", "env": [reference]}]}}


def pod(secret: str, *, ready: bool = True, phase: str = "Running", name: str = "transcribe-en-1") -> dict[str, Any]:
    return {
        "metadata": {"name": name, "labels": {"app.kubernetes.io/name": "transcribe-en"}},
        **template(secret),
        "status": {"phase": phase, "conditions": [{"type": "Ready", "status": str(ready)}]},
    }


@pytest.fixture
def plan() -> Plan:
    return planner.plan(parse(stack_file()).stack, "test")


def pods(plan: Plan, *found: dict[str, Any], **more: Any) -> Pods:
    return Pods(plan, Cluster(*found, **more))  # type: ignore[arg-type]


def test_a_pod_that_drains_with_the_old_key_uses_it(plan: Plan) -> None:
    leaving = pod(OLD, name="transcribe-en-0")
    leaving["metadata"]["deletionTimestamp"] = "2026-11-21T12:00:00Z"
    assert pods(plan, leaving, pod(NEW)).users("key1") == ["transcribe-en-0"]


def test_a_pod_that_has_ended_uses_no_key(plan: Plan) -> None:
    assert pods(plan, pod(OLD, phase="Succeeded")).users("key1") == []


def test_a_pod_with_another_version_of_the_key_is_behind(plan: Plan) -> None:
    assert pods(plan, pod("speech-key2-ffffffff")).behind(TOLD) == [
        "transcribe-en-1 still runs with speech-key2-ffffffff"
    ]


def test_a_pod_that_is_not_ready_is_behind(plan: Plan) -> None:
    assert pods(plan, pod(NEW, ready=False)).behind(TOLD) == ["transcribe-en-1 is not ready"]


def test_a_deployment_without_a_pod_is_behind(plan: Plan) -> None:
    deployment = {"metadata": {"name": "read-en"}, "spec": {"template": template(NEW)}}
    assert pods(plan, pod(NEW), deployments=(deployment,)).behind(TOLD) == ["read-en has no pod yet"]


def test_a_cluster_that_does_not_answer_stops_the_rotation(plan: Plan) -> None:
    class Silent(Cluster):
        def get(self, path: str) -> Any:  # noqa: ARG002  # as above
            raise NoClusterError("it does not answer")

    with pytest.raises(FailedError, match="nobody can tell which key pods use: it does not answer"):
        Pods(plan, Silent()).users("key1")  # type: ignore[arg-type]
