"""What a cluster's documents say of a stack, from pods to drains: documents in, problems out."""

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest

from operations.status.causes import Around
from operations.status.cluster import Judge
from operations.status.finding import Part, Problem
from operations.status.pods import Documents, failing
from speech.capacity import planner
from speech.capacity.plan import Plan
from speech.settings.parse import parse
from tests.stacks import stack_file

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NAME = {"app.kubernetes.io/name": "transcribe-en"}
AROUND = Around(
    "test", "speech", "kubectl -n speech logs deployment/{container} --tail 50", "kubectl -n speech describe pods"
)


@pytest.fixture
def plan() -> Plan:
    return planner.plan(parse(stack_file()).stack, "test")


def condition(kind: str, status: str, since: str = "2026-11-21T11:00:00Z", **more: str) -> dict[str, str]:
    return {"type": kind, "status": status, "lastTransitionTime": since, **more}


def pod(
    *conditions: dict[str, str], name: str = "transcribe-en-1", since: str = "2026-11-21T11:00:00Z", **status: Any
) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "uid": name, "labels": NAME, "creationTimestamp": since},
        "spec": {"nodeName": "node-1"},
        "status": {"conditions": list(conditions) or [condition("Ready", "False", since)], **status},
    }


def container(name: str = "speech", restarts: int = 0, *, ready: bool = False, **state: Any) -> dict[str, Any]:
    last = state.pop("last", None)
    return {
        "name": name,
        "ready": ready,
        "restartCount": restarts,
        "state": state,
        **({"lastState": {"terminated": last}} if last else {}),
    }


def ready_pod(name: str = "transcribe-en-1", restarts: int = 0) -> dict[str, Any]:
    made = pod(condition("Ready", "True"), name=name)
    made["status"]["containerStatuses"] = [container(restarts=restarts, ready=True, running={})]
    return made


def deployment(replicas: int = 1) -> dict[str, Any]:
    return {"metadata": {"name": "transcribe-en"}, "spec": {"replicas": replicas}}


def judged(plan: Plan, *pods: dict[str, Any], **more: Any) -> Part:
    documents = Documents(**{"deployments": [deployment()], "pods": list(pods), **more})
    return Judge(plan, documents, AROUND, NOW).part()


def only(part: Part) -> Problem:
    (problem,) = part.problems
    return problem


def test_a_ready_pod_is_no_problem(plan: Plan) -> None:
    part = judged(plan, ready_pod())
    assert part.problems == ()
    (row,) = part.rows
    assert (row.ready, row.wanted, row.state, row.since) == (1, 1, "runs", datetime(2026, 11, 21, 11, tzinfo=UTC))


def test_a_pod_that_starts_is_no_problem_before_its_time_is_over(plan: Plan) -> None:
    part = judged(plan, pod(since="2026-11-21T11:59:00Z"))
    assert part.problems == ()
    assert part.rows[0].state == "starts"


def test_a_pod_that_is_not_ready_in_time_is_one_since_it_was_made(plan: Plan) -> None:
    problem = only(judged(plan, pod()))
    assert problem.said == "it has not become ready in the time a start takes"
    assert problem.since == datetime(2026, 11, 21, 11, tzinfo=UTC)


def test_a_crash_is_told_with_its_last_words(plan: Plan) -> None:
    crashed = pod(containerStatuses=[container(waiting={"reason": "CrashLoopBackOff"}, last={"exitCode": 1})])
    words = {"transcribe-en-1": "Missing EULA=accept command line option."}
    part = judged(plan, crashed, last_words=words)
    assert only(part).said == "the licence terms are not accepted"
    assert part.rows[0].state == "CrashLoopBackOff"
    assert list(failing([crashed])) == [("transcribe-en-1", "speech", True)]


def test_a_container_that_was_killed_for_its_memory_says_so(plan: Plan) -> None:
    last = {"exitCode": 137, "reason": "OOMKilled"}
    killed = pod(containerStatuses=[container(waiting={"reason": "CrashLoopBackOff"}, last=last)])
    assert only(judged(plan, killed)).said == "it needed more memory than it may have"


def test_a_guard_that_fails_tells_of_the_processor(plan: Plan) -> None:
    guard = container("avx2", waiting={"reason": "CrashLoopBackOff"}, last={"exitCode": 1})
    assert only(judged(plan, pod(initContainerStatuses=[guard]))).said == "its node's processor has no AVX2"


def test_an_image_that_is_not_there_is_told_at_once(plan: Plan) -> None:
    waiting = {"reason": "ImagePullBackOff", "message": "manifest unknown"}
    problem = only(judged(plan, pod(since="2026-11-21T11:59:50Z", containerStatuses=[container(waiting=waiting)])))
    assert problem.said == "its image is not in the registry"


def test_pods_with_the_same_cause_are_one_line_with_the_oldest_date(plan: Plan) -> None:
    waiting = {"reason": "CreateContainerConfigError", "message": 'secret "speech-key1-1" not found'}
    pods = [
        pod(
            name=f"transcribe-en-{hour}",
            since=f"2026-11-21T0{hour}:00:00Z",
            containerStatuses=[container(waiting=waiting)],
        )
        for hour in (8, 9)
    ]
    problem = only(judged(plan, *pods))
    assert problem.said == '2 pods: a Secret is missing: secret "speech-key1-1" not found'
    assert problem.since == datetime(2026, 11, 21, 8, tzinfo=UTC)


def test_a_pool_that_is_full_is_told_by_the_autoscaler_of_nodes(plan: Plan) -> None:
    waits = pod(condition("PodScheduled", "False", message="0/3 nodes are available: 3 Insufficient cpu."))
    message = "pod didn't trigger scale-up: 1 max node group size reached"
    event = {"reason": "NotTriggerScaleUp", "message": message, "involvedObject": {"uid": "transcribe-en-1"}}
    assert only(judged(plan, waits)).said == "no node has room for it; a new one takes minutes"
    assert only(judged(plan, waits, events=[event])).said == "its pool has all the nodes that it may have"


def test_what_the_cluster_refuses_to_make_is_told_by_its_event(plan: Plan) -> None:
    event = {
        "type": "Warning", "reason": "FailedCreate", "message": 'serviceaccount "speech" not found',
        "involvedObject": {"name": "transcribe-en-5f6d"},
    }  # fmt: skip
    assert only(judged(plan, events=[event])).said == (
        'the cluster refuses its pods: serviceaccount "speech" not found'
    )


def test_a_container_that_is_not_in_the_cluster_is_brought_back_by_an_update(plan: Plan) -> None:
    problem = only(judged(plan, deployments=[]))
    assert (problem.said, problem.remedy) == ("it is not in the cluster", "pulumi up --refresh --stack test")


def test_a_pod_that_was_started_often_warns(plan: Plan) -> None:
    problem = only(judged(plan, ready_pod(restarts=5)))
    assert (problem.said, problem.warns) == ("it runs, after 5 restarts of one pod", True)


def test_an_autoscaler_at_its_most_warns_since_it_is_there(plan: Plan) -> None:
    limited = condition("ScalingLimited", "True", reason="TooManyReplicas")
    scaler = {
        "metadata": {"name": "transcribe-en"},
        "spec": {"scaleTargetRef": {"name": "transcribe-en"}, "minReplicas": 1, "maxReplicas": 3},
        "status": {"currentReplicas": 3, "conditions": [limited]},
    }
    problem = only(judged(plan, ready_pod(), autoscalers=[scaler]))
    assert problem.said == "its autoscaler is at its most, 3 pods: further streams are refused"
    assert problem.warns
    below = deepcopy(scaler)
    below["status"]["currentReplicas"] = 2
    assert judged(plan, ready_pod(), autoscalers=[below]).problems == ()


def test_an_autoscaler_without_metrics_is_a_problem(plan: Plan) -> None:
    inactive = condition("ScalingActive", "False", message="no metrics returned from resource metrics API")
    scaler = {
        "spec": {"scaleTargetRef": {"name": "transcribe-en"}, "minReplicas": 1, "maxReplicas": 3},
        "status": {"currentReplicas": 1, "conditions": [inactive]},
    }
    assert "counts nothing: no metrics" in only(judged(plan, ready_pod(), autoscalers=[scaler])).said


def test_a_run_that_failed_is_told_with_its_words(plan: Plan) -> None:
    job = {
        "metadata": {"name": "transcribe-en-model-1a2b3c4d"},
        "status": {"conditions": [condition("Failed", "True", message="Job has reached the specified backoff limit")]},
    }
    problem = only(judged(plan, ready_pod(), jobs=[job]))
    assert problem.said == "the run failed: Job has reached the specified backoff limit"
    assert problem.remedy == "pulumi up --stack test   runs it again"


def test_a_node_that_is_not_ready_is_a_problem(plan: Plan) -> None:
    node = {
        "metadata": {"name": "node-1"},
        "status": {"conditions": [condition("Ready", "Unknown", message="Kubelet stopped posting node status.")]},
    }
    part = judged(plan, ready_pod(), nodes=[node])
    assert only(part).said == "it is not ready: Kubelet stopped posting node status."
    assert part.facts == {"nodes": "0 of 1 ready"}


def test_a_drain_that_a_budget_holds_up_names_the_container(plan: Plan) -> None:
    node = {
        "metadata": {"name": "node-1"},
        "spec": {"unschedulable": True},
        "status": {"conditions": [condition("Ready", "True")]},
    }
    budget = {"metadata": {"name": "transcribe-en"}, "status": {"disruptionsAllowed": 0}}
    problem = only(judged(plan, ready_pod(), nodes=[node], budgets=[budget]))
    assert problem.said == "it is drained, and waits for transcribe-en: its budget lets no pod go now"
