"""The kubelet stand-in: what it does with a pod, told by the API and by the process that it runs."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from conformance.client import Client, Document
from conformance.kubelet import PLAYED
from conformance.kubelet_pod import ADDRESS
from conformance.running import control_plane
from tests.conformance.aks import is_ready, until
from tests.conformance.streams import Told, speak
from tests.conformance.test_control_plane import alive, node
from tests.sandbox.container.container_doubles import ARGS, SPEECH_TO_TEXT

pytestmark = pytest.mark.conformance

PODS = "/api/v1/namespaces/default/pods"
PROBE = {"httpGet": {"path": "/ready", "port": 5000}, "periodSeconds": 1, "timeoutSeconds": 5, "failureThreshold": 60}
GRACE_SECONDS = 30


@pytest.fixture(scope="module")
def client(control_plane_parts: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:  # noqa: ARG001
    """Of a control plane with one node."""
    with control_plane(tmp_path_factory.mktemp("plane"), kubelet=True) as running:
        client = Client(running.kubeconfig)
        client.create("/api/v1/nodes", node("one"))
        yield client


def start(
    client: Client, name: str, grace: int = GRACE_SECONDS, init: tuple[Document, ...] = (), **container: Any
) -> Document:
    """A pod, ready, with one container of Speech."""
    create(client, name, grace, init, **container)
    until(lambda: is_ready(client.get(f"{PODS}/{name}")), lambda: client.get(f"{PODS}/{name}")["status"])
    return client.get(f"{PODS}/{name}")


def create(
    client: Client, name: str, grace: int = GRACE_SECONDS, init: tuple[Document, ...] = (), **container: Any
) -> None:
    main = {"name": "speech", "image": SPEECH_TO_TEXT, "args": ARGS, "startupProbe": PROBE, "readinessProbe": PROBE}
    spec = {"initContainers": init, "containers": [main | container], "terminationGracePeriodSeconds": grace}
    meta = {"name": name, "labels": {PLAYED: name}}
    client.create(PODS, {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec})


def address(pod: Document) -> str:
    return str(pod["metadata"]["annotations"][ADDRESS])


def main(pod: Document) -> Document:
    """The status of its container; empty until the kubelet has seen the pod."""
    [status] = pod["status"].get("containerStatuses", [{"restartCount": 0, "state": {}}])
    return dict(status)


def pid(pod: Document) -> int:
    return int(main(pod)["containerID"].removeprefix("process://"))


def delete(client: Client, name: str) -> None:
    """As the controllers do it: with the pod's own grace period."""
    client.create(
        f"{PODS}/{name}/eviction", {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name}}
    )


def gone(client: Client, name: str) -> float:
    """Waits for the end of a pod; when that was, of the monotonic clock."""
    until(lambda: not client.exists(f"{PODS}/{name}"), lambda: client.get(f"{PODS}/{name}")["status"])
    return time.monotonic()


async def _spoken(client: Client, pod: Document, seconds: float) -> Told:
    stream = asyncio.create_task(speak(address(pod), seconds))
    await asyncio.sleep(0.5)
    assert not stream.done(), stream.result()
    await asyncio.to_thread(delete, client, pod["metadata"]["name"])
    return await stream


def spoken(client: Client, pod: Document, seconds: float) -> Told:
    """A stream of that length, half a second old when its pod's deletion is asked for."""
    return asyncio.run(_spoken(client, pod, seconds))


def test_a_pod_is_ready_when_its_container_says_so(client: Client) -> None:
    pod = start(client, "ready")
    assert httpx.get(f"http://{address(pod)}/ready", trust_env=False).json()["ready"] == "ready"
    assert main(pod)["started"]
    assert pod["status"]["podIP"].startswith("10.244.")
    client.delete(f"{PODS}/ready")


def test_a_script_before_a_container_is_taken_to_have_succeeded(client: Client) -> None:
    check = {"name": "avx2", "image": "example.invalid/busybox:1", "command": ["sh", "-c", "exit 1"]}
    [before] = start(client, "checked", init=(check,))["status"]["initContainerStatuses"]
    assert before["state"]["terminated"]["reason"] == "Completed"
    client.delete(f"{PODS}/checked")


def test_a_container_waits_for_one_of_speech_before_it(client: Client) -> None:
    failing = {"name": "first", "image": SPEECH_TO_TEXT, "args": ["Eula=no"]}
    create(client, "blocked", init=(failing,))
    path = f"{PODS}/blocked"
    until(lambda: "initContainerStatuses" in client.get(path)["status"], lambda: client.get(path)["status"])
    assert client.get(path)["status"]["phase"] == "Pending"
    assert "running" not in main(client.get(path))["state"]
    client.delete(path)


def test_a_container_that_would_not_start_is_tried_again_and_again(client: Client) -> None:
    create(client, "without-licence", args=["Eula=no"])
    path = f"{PODS}/without-licence"
    until(lambda: main(client.get(path))["restartCount"] > 0, lambda: client.get(path)["status"])
    until(lambda: "waiting" in main(client.get(path))["state"], lambda: client.get(path)["status"])
    waiting = main(client.get(path))["state"]["waiting"]
    assert waiting["reason"] == "CrashLoopBackOff"
    assert "Missing EULA=accept" in waiting["message"]
    client.delete(path)


def test_a_container_that_ends_is_started_again(client: Client) -> None:
    before = start(client, "killed")
    os.kill(pid(before), signal.SIGKILL)
    path = f"{PODS}/killed"
    until(lambda: main(client.get(path))["restartCount"] == 1 and is_ready(client.get(path)), lambda: client.get(path))
    assert address(client.get(path)) != address(before)
    client.delete(path)


def stuck(client: Client, name: str, **liveness: int) -> float:
    """How many seconds a container is kept that hangs, and has a hook; in the end there is another, ready one."""
    soon = {**PROBE, "timeoutSeconds": 2}
    ready, live = {**soon, "failureThreshold": 1}, {**soon, "failureThreshold": 5, **liveness}
    before = start(
        client, name, readinessProbe=ready, livenessProbe=live, lifecycle={"preStop": {"sleep": {"seconds": 8}}}
    )
    os.kill(pid(before), signal.SIGSTOP)
    path = f"{PODS}/{name}"
    until(lambda: not is_ready(client.get(path)), lambda: client.get(path)["status"])
    assert main(client.get(path))["restartCount"] == 0
    began = time.monotonic()
    until(lambda: not alive(pid(before)), lambda: client.get(path)["status"])
    kept = time.monotonic() - began
    until(lambda: main(client.get(path))["restartCount"] == 1 and is_ready(client.get(path)), lambda: client.get(path))
    client.delete(path)
    return kept


def test_a_container_that_hangs_is_not_ready_and_started_again_after_its_grace_period(client: Client) -> None:
    assert stuck(client, "stuck") > GRACE_SECONDS


def test_a_container_that_hangs_is_kept_no_longer_than_its_probe_says(client: Client) -> None:
    assert stuck(client, "hung", terminationGracePeriodSeconds=1) < GRACE_SECONDS


def test_a_container_without_its_secret_says_so(client: Client) -> None:
    reference = {"secretKeyRef": {"name": "missing", "key": "key"}}
    create(client, "secretless", env=[{"name": "KEY", "valueFrom": reference}])
    path = f"{PODS}/secretless"
    until(lambda: "containerStatuses" in client.get(path)["status"], lambda: client.get(path)["status"])
    assert main(client.get(path))["state"]["waiting"] == {
        "reason": "CreateContainerConfigError",
        "message": 'secret "missing" not found',
    }
    client.delete(path)


@pytest.mark.parametrize("hook", [{"sleep": {"seconds": 4}}, {"exec": {"command": ["sleep", "4"]}}])
def test_a_stream_that_ends_within_the_hook_is_not_cut(client: Client, hook: Document) -> None:
    pod = start(client, "hooked", lifecycle={"preStop": hook})
    began = time.monotonic()
    told = spoken(client, pod, 3)
    assert told.cut == ""
    assert 4 < gone(client, "hooked") - began < 20, "well within its grace period of 30"
    assert not alive(pid(pod))


def test_a_stream_is_cut_when_the_hook_ends(client: Client) -> None:
    pod = start(client, "cut", lifecycle={"preStop": {"sleep": {"seconds": 3}}})
    told = spoken(client, pod, 30)
    assert told.cut
    assert 3 < told.seconds < 20


def test_without_a_hook_a_stream_is_cut_at_once_whatever_the_grace_period(client: Client) -> None:
    told = spoken(client, start(client, "unhooked"), 20)
    assert told.cut
    assert told.seconds < 10


def test_a_container_that_hears_no_sigterm_is_killed_at_the_end_of_its_grace_period(client: Client) -> None:
    pod = start(client, "deaf", grace=4)
    os.kill(pid(pod), signal.SIGSTOP)
    began = time.monotonic()
    delete(client, "deaf")
    assert 4 < gone(client, "deaf") - began < 20
    assert not alive(pid(pod))


def test_a_pod_that_is_deleted_by_force_leaves_no_process(client: Client) -> None:
    pod = start(client, "forced", lifecycle={"preStop": {"sleep": {"seconds": 20}}})
    client.delete(f"{PODS}/forced")
    until(lambda: not alive(pid(pod)), lambda: pid(pod))


def test_other_pods_are_kwoks(client: Client) -> None:
    spec = {"containers": [{"name": "own", "image": "example.invalid/image:1"}]}
    client.create(PODS, {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "other"}, "spec": spec})
    until(lambda: is_ready(client.get(f"{PODS}/other")), lambda: client.get(f"{PODS}/other")["status"])
    delete(client, "other")
    gone(client, "other")


def test_containers_end_with_their_control_plane(control_plane_parts: None, tmp_path: Path) -> None:  # noqa: ARG001
    with control_plane(tmp_path, kubelet=True) as running:
        with_node = Client(running.kubeconfig)
        with_node.create("/api/v1/nodes", node("one"))
        pod = start(with_node, "left", lifecycle={"preStop": {"sleep": {"seconds": 20}}})
        assert alive(pid(pod))
    assert not alive(pid(pod))
