"""The real client sees what the node runs as pods: their state, their words, their ports."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from kubernetes import client, config, stream
from kubernetes.client.exceptions import ApiException
from starlette.applications import Starlette
from starlette.routing import Mount

from sandbox.kube.app import kubernetes_app
from tests.sandbox.kube.kube_doubles import CLUSTER, TOKEN, Azure, deployment
from tests.sandbox.kube.node_double import Sandbox, ended, keys

PROBE = {"httpGet": {"path": "/ready", "port": 5000}}


@contextmanager
def served(sandbox: Sandbox, azure: Azure) -> Iterator[Any]:
    """The API over what the sandbox's node runs, as the real client's."""
    api = kubernetes_app(sandbox.store, azure.access, sandbox.node)
    outer = Starlette(routes=[Mount("/kubernetes/{cluster_uid}", app=api)])
    server = uvicorn.Server(uvicorn.Config(outer, port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    kubeconfig = {
        "current-context": "speech",
        "contexts": [{"name": "speech", "context": {"cluster": "speech", "user": "admin"}}],
        "clusters": [{"name": "speech", "cluster": {"server": f"http://127.0.0.1:{port}/kubernetes/{CLUSTER}"}}],
        "users": [{"name": "admin", "user": {"token": TOKEN}}],
    }
    with config.new_client_from_config_dict(kubeconfig) as api_client:  # type: ignore[no-untyped-call]
        yield client.CoreV1Api(api_client)
    server.should_exit = server.force_exit = True
    thread.join(10)


@pytest.fixture
def core(sandbox: Sandbox, azure: Azure) -> Iterator[Any]:
    with served(sandbox, azure) as api:
        yield api


def speaking(name: str = "transcribe", *, ready: str = "200", **variables: str) -> dict[str, Any]:
    """A Deployment whose process answers /ready with that status."""
    body = deployment(name)
    (container,) = body["spec"]["template"]["spec"]["containers"]
    container["readinessProbe"] = PROBE
    container["env"] += [{"name": key, "value": value} for key, value in {"READY": ready, **variables}.items()]
    return body


def until(core: Any, holds: Callable[[Any], bool]) -> Any:
    """The only pod, once it is so."""
    deadline = time.monotonic() + 20
    while True:
        pods = core.list_namespaced_pod("default").items
        if len(pods) == 1 and holds(pods[0]):
            return pods[0]
        assert time.monotonic() < deadline, pods
        time.sleep(0.02)


def condition(pod: Any, name: str) -> Any:
    return next(one for one in pod.status.conditions if one.type == name)


def is_ready(pod: Any) -> bool:
    return any(one.type == "Ready" and one.status == "True" for one in pod.status.conditions)


def test_a_deployment_has_a_pod_that_its_replica_set_owns(sandbox: Sandbox, core: Any) -> None:
    sandbox.create("Secret", keys())
    sandbox.create("Deployment", speaking())
    pod = until(core, is_ready)
    assert pod.metadata.labels["app"] == "transcribe"
    assert pod.spec.node_name == "sandbox"
    assert pod.status.phase == "Running"
    assert pod.status.start_time
    (owner,) = pod.metadata.owner_references
    sets = client.AppsV1Api(core.api_client).list_namespaced_replica_set("default").items
    assert [(one.metadata.name, one.metadata.uid) for one in sets] == [(owner.name, owner.uid)]
    assert sets[0].metadata.owner_references[0].name == "transcribe"
    assert core.read_namespaced_pod(pod.metadata.name, "default").metadata.uid == pod.metadata.uid


def test_a_pod_that_its_probe_refuses_is_not_ready_and_has_an_event(sandbox: Sandbox, core: Any) -> None:
    sandbox.create("Secret", keys())
    sandbox.create("Deployment", speaking(ready="503"))
    pod = until(core, lambda _: core.list_namespaced_event("default", field_selector="reason=Unhealthy").items)
    assert condition(pod, "Ready").reason == "ContainersNotReady"
    assert pod.status.container_statuses[0].state.running


def test_replicas_are_further_pods_of_the_same_process(sandbox: Sandbox, core: Any) -> None:
    body = speaking()
    body["spec"]["replicas"] = 3
    sandbox.create("Secret", keys())
    sandbox.create("Deployment", body)
    sandbox.running()
    pods = core.list_namespaced_pod("default", label_selector="app=transcribe").items
    assert len({(pod.metadata.name, pod.metadata.uid) for pod in pods}) == 3
    assert len(sandbox.launches()) == 1


def test_pods_are_found_by_labels_and_fields(sandbox: Sandbox, core: Any) -> None:
    sandbox.create("Secret", keys())
    sandbox.create("Deployment", speaking())
    sandbox.create("Deployment", speaking("read"))
    (one,) = core.list_pod_for_all_namespaces(label_selector="app=read").items
    (same,) = core.list_namespaced_pod("default", field_selector=f"metadata.name={one.metadata.name}").items
    assert same.metadata.uid == one.metadata.uid
    assert core.list_namespaced_pod("default", field_selector="status.phase=Failed").items == []


def test_a_pod_that_crashes_says_so_and_keeps_its_last_words(sandbox: Sandbox, core: Any) -> None:
    sandbox.create("Secret", keys())
    sandbox.create("Deployment", speaking(ENDS="yes"))
    pod = until(core, lambda pod: (pod.status.container_statuses or [None])[0].state.waiting is not None)
    pod = until(core, lambda pod: pod.status.container_statuses[0].restart_count >= 1)
    (status,) = pod.status.container_statuses
    assert status.last_state.terminated.exit_code == 1
    deadline = time.monotonic() + 20
    while not status.state.waiting:
        assert time.monotonic() < deadline
        (status,) = core.read_namespaced_pod(pod.metadata.name, "default").status.container_statuses
    assert status.state.waiting.reason == "CrashLoopBackOff"
    said = core.read_namespaced_pod_log(pod.metadata.name, "default", previous=True, tail_lines=5)
    assert said == "it would not start\n"
    reasons = {event.reason for event in core.list_namespaced_event("default").items}
    assert reasons == {"BackOff", "Started"}


def test_a_missing_secret_is_the_containers_reason_to_wait(sandbox: Sandbox, core: Any) -> None:
    sandbox.create("Deployment", speaking())
    pod = until(core, lambda pod: bool(pod.status.container_statuses))
    waiting = pod.status.container_statuses[0].state.waiting
    assert (waiting.reason, waiting.message) == ("CreateContainerConfigError", 'secret "keys" not found')


def test_a_pod_without_a_node_is_unschedulable(sandbox: Sandbox, core: Any) -> None:
    body = speaking()
    body["spec"]["template"]["spec"]["volumes"] = [{"name": "v", "persistentVolumeClaim": {"claimName": "none"}}]
    sandbox.create("Deployment", body)
    pod = until(core, lambda pod: condition(pod, "PodScheduled").status == "False")
    assert pod.status.phase == "Pending"
    assert 'persistentvolumeclaim "none" not found' in condition(pod, "PodScheduled").message
    selector = f"involvedObject.uid={pod.metadata.uid},type=Warning"
    (event,) = core.list_namespaced_event("default", field_selector=selector).items
    assert event.reason == "FailedScheduling"


def test_what_admission_refuses_is_no_pod_but_an_event_of_its_replica_set(sandbox: Sandbox, core: Any) -> None:
    body = speaking()
    body["spec"]["template"]["spec"]["serviceAccountName"] = "nobody"
    sandbox.create("Deployment", body)
    sandbox.until(lambda row: "FailedCreate" in row["reason"])
    assert core.list_namespaced_pod("default").items == []
    (event,) = core.list_namespaced_event("default").items
    assert (event.reason, event.involved_object.kind) == ("FailedCreate", "ReplicaSet")


def test_a_pod_that_is_deleted_comes_again_under_another_name(sandbox: Sandbox, core: Any) -> None:
    sandbox.create("Secret", keys())
    sandbox.create("Deployment", speaking())
    pod = until(core, is_ready)
    before = sandbox.running()["pid"]
    core.delete_namespaced_pod(pod.metadata.name, "default")
    after = until(core, lambda one: one.metadata.uid != pod.metadata.uid and is_ready(one))
    assert after.metadata.name != pod.metadata.name
    sandbox.until(lambda row: row["pid"] not in (None, before) and ended(before))


def test_pods_are_made_by_nobody_but_the_node(core: Any) -> None:
    with pytest.raises(ApiException) as refused:
        core.create_namespaced_pod("default", {"metadata": {"name": "mine"}})
    assert refused.value.status == 405


def test_the_pod_of_a_job_that_failed_stays_with_its_words(sandbox: Sandbox, core: Any) -> None:
    template = speaking(ENDS="yes")["spec"]["template"]
    template["spec"]["restartPolicy"] = "Never"
    sandbox.create("Secret", keys())
    sandbox.create("Job", {"metadata": {"name": "download"}, "spec": {"backoffLimit": 0, "template": template}})
    pod = until(core, lambda pod: pod.status.phase == "Failed")
    assert pod.metadata.labels["batch.kubernetes.io/job-name"] == "download"
    assert core.read_namespaced_pod_log(pod.metadata.name, "default") == "it would not start\n"


def test_a_port_is_forwarded_to_the_process(sandbox: Sandbox, core: Any) -> None:
    sandbox.create("Secret", keys())
    sandbox.create("Deployment", speaking(ready="204"))
    pod = until(core, is_ready)
    forward = stream.portforward(
        core.connect_get_namespaced_pod_portforward, pod.metadata.name, "default", ports="5000"
    )
    connection = forward.socket(5000)
    connection.settimeout(10)
    connection.sendall(b"GET /ready HTTP/1.0\r\n\r\n")
    answer = b""
    while piece := connection.recv(1024):
        answer += piece
    assert answer.startswith(b"HTTP/1.0 204")


def test_a_port_at_which_nothing_listens_is_an_error_of_that_port(sandbox: Sandbox, core: Any) -> None:
    sandbox.create("Secret", keys())
    sandbox.create("Deployment", speaking())
    pod = until(core, is_ready)
    forward = stream.portforward(
        core.connect_get_namespaced_pod_portforward, pod.metadata.name, "default", ports="8080"
    )
    deadline = time.monotonic() + 10
    while not forward.error(8080):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert "connection refused" in forward.error(8080)


def test_ports_of_a_pod_that_is_not_there_are_refused(core: Any) -> None:
    with pytest.raises(ApiException, match="404"):
        stream.portforward(core.connect_get_namespaced_pod_portforward, "none", "default", ports="5000")


def test_ports_are_forwarded_to_nobody_without_the_token(core: Any, azure: Azure) -> None:
    azure.clusters[CLUSTER].token = "another"
    with pytest.raises(ApiException, match="401"):
        stream.portforward(core.connect_get_namespaced_pod_portforward, "none", "default", ports="5000")
