"""Jobs run and end with the limits and the words of the real controller."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.kube import kinds
from tests.sandbox.kube.kube_doubles import CLUSTER, Azure
from tests.sandbox.kube.node_double import Sandbox, ended, keys, new_sandbox, wait_for

IMAGE = "mcr.microsoft.com/azure-cognitive-services/speechservices/custom-speech-to-text:5.1.0-amd64"


@pytest.fixture
def sandbox(tmp_path: Path, azure: Azure) -> Iterator[Sandbox]:
    """A node whose pauses are short."""
    made = new_sandbox(tmp_path, azure, first_pause_seconds=0.05)
    yield made
    made.node.stop()
    made.store.close()


def container(name: str = "speech", image: str = IMAGE, **env: str) -> dict[str, Any]:
    return {"name": name, "image": image, "env": [{"name": key, "value": value} for key, value in env.items()]}


def job(*containers: dict[str, Any], restart: str = "Never", pod: dict[str, Any] | None = None, **spec: Any) -> Any:
    template = {"spec": {"restartPolicy": restart, "containers": list(containers), **(pod or {})}}
    return {"metadata": {"name": "fetch"}, "spec": {"template": template, **spec}}


def conditions(sandbox: Sandbox) -> dict[str, str]:
    status = sandbox.object("Job", "fetch")["status"]
    return {one["type"]: f"{one['reason']}: {one['message']}" for one in status.get("conditions", [])}


def test_a_job_whose_container_ends_well_is_complete(sandbox: Sandbox) -> None:
    sandbox.create("Job", job(container(EXITS="0")))
    row = sandbox.until(lambda row: row["state"] == "Complete")
    assert (row["job"], row["deployment"], row["reason"]) == ("fetch", None, "")
    status = sandbox.object("Job", "fetch")["status"]
    assert status["succeeded"] == 1
    assert {"startTime", "completionTime"} <= status.keys()
    assert "active" not in status
    said = "CompletionsReached: Reached expected number of succeeded pods"
    assert conditions(sandbox) == {"SuccessCriteriaMet": said, "Complete": said}


def test_a_complete_job_is_not_run_again_after_a_restart(tmp_path: Path, azure: Azure) -> None:
    first = new_sandbox(tmp_path, azure)
    first.create("Job", job(container(EXITS="0")))
    first.until(lambda row: row["state"] == "Complete")
    first.node.stop()
    first.store.close()
    second = new_sandbox(tmp_path, azure)
    second.until(lambda row: row["state"] == "Complete")
    second.node.stop()
    second.store.close()
    assert len(second.launches()) == 1


def test_a_job_of_several_completions_runs_one_pod_after_the_other(sandbox: Sandbox) -> None:
    sandbox.create("Job", job(container(EXITS="0"), completions=2))
    sandbox.until(lambda row: row["state"] == "Complete")
    assert sandbox.object("Job", "fetch")["status"]["succeeded"] == 2
    assert len(sandbox.launches()) == 2


def test_a_job_that_runs_is_taken_up_again_after_a_restart(tmp_path: Path, azure: Azure) -> None:
    first = new_sandbox(tmp_path, azure)
    first.create("Job", job(container(), backoffLimit=0, activeDeadlineSeconds=600))
    first.running()
    began = first.object("Job", "fetch")["status"]["startTime"]
    first.node.stop()
    first.store.close()
    second = new_sandbox(tmp_path, azure)
    try:
        second.running()
        status = second.object("Job", "fetch")["status"]
        assert (status["startTime"], "failed" in status) == (began, False)
    finally:
        second.node.stop()
        second.store.close()


def test_a_job_fails_after_its_limit_of_new_pods_and_says_why(sandbox: Sandbox) -> None:
    sandbox.create("Job", job(container(EXITS="3"), backoffLimit=2))
    row = sandbox.until(lambda row: row["state"] == "Failed" and "Backoff" in row["reason"])
    said = "BackoffLimitExceeded: Job has reached the specified backoff limit"
    assert row["reason"] == f"{said}; speech: exit status 3: it is done"
    assert conditions(sandbox) == {"FailureTarget": said, "Failed": said}
    assert sandbox.object("Job", "fetch")["status"]["failed"] == 3
    assert len(sandbox.launches()) == 3


def test_starts_inside_of_the_pod_count_where_it_restarts_itself(sandbox: Sandbox) -> None:
    sandbox.create("Job", job(container(EXITS="3"), restart="OnFailure", backoffLimit=2))
    sandbox.until(lambda row: row["state"] == "Failed" and "BackoffLimitExceeded" in row["reason"])
    assert len({one["names"] for one in sandbox.launches()}) == 1  # one pod, whose last start was cut short
    assert sandbox.object("Job", "fetch")["status"]["failed"] == 1


def test_a_job_that_takes_too_long_is_ended(sandbox: Sandbox) -> None:
    sandbox.create("Job", job(container(), activeDeadlineSeconds=1))
    pid = sandbox.running()["pid"]
    row = sandbox.until(lambda row: row["state"] == "Failed")
    assert row["reason"] == "DeadlineExceeded: Job was active longer than specified deadline"
    wait_for(lambda: ended(pid))


def test_a_job_that_is_over_goes_when_its_time_is_over(sandbox: Sandbox) -> None:
    sandbox.create("Job", job(container(EXITS="0"), ttlSecondsAfterFinished=0))
    wait_for(lambda: bool(sandbox.launches()))
    wait_for(lambda: not sandbox.store.objects(CLUSTER, kinds.named("Job")))


def test_a_suspended_job_waits(sandbox: Sandbox) -> None:
    sandbox.create("Job", job(container(EXITS="0"), suspend=True))
    sandbox.until(lambda row: row["state"] == "Suspended")
    assert sandbox.launches() == []
    body = job(container(EXITS="0"), suspend=False)
    sandbox.store.replace(CLUSTER, kinds.named("Job"), "default", "fetch", body)
    sandbox.until(lambda row: row["state"] == "Complete")


def test_a_job_that_waits_for_a_secret_says_so(sandbox: Sandbox) -> None:
    waiting = container(EXITS="0")
    waiting["env"].append({"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "ApiKey"}}})
    sandbox.create("Job", job(waiting))
    row = sandbox.until(lambda row: "not found" in row["reason"])
    assert (row["state"], row["reason"]) == ("Waiting", 'CreateContainerConfigError: secret "keys" not found')
    sandbox.create("Secret", keys())
    sandbox.until(lambda row: row["state"] == "Complete")


def test_a_job_of_an_image_that_nobody_plays_fails_rather_than_pretends(sandbox: Sandbox) -> None:
    # The player plays all; the real double refuses the image. Without a sidecar nobody takes anything for done.
    sandbox.create("Job", job(container(image="busybox", EXITS="1"), backoffLimit=0))
    assert "BackoffLimitExceeded" in sandbox.until(lambda row: row["state"] == "Failed")["reason"]


def test_init_containers_of_a_played_image_run_first_and_in_order(sandbox: Sandbox) -> None:
    inits = [container("one", EXITS="0"), container("guard", "busybox"), container("two", EXITS="0")]
    sandbox.create("Job", job(container(EXITS="0"), pod={"initContainers": inits}))
    sandbox.until(lambda row: row["state"] == "Complete")
    logs = {path.name.split(".")[-2] for path in sandbox.folder.glob("*.log")}
    assert len(sandbox.launches()) == 3
    assert {"one", "two"} <= logs


def test_an_init_container_that_fails_keeps_the_main_one_from_starting(sandbox: Sandbox) -> None:
    pod = {"initContainers": [container("first", EXITS="4")]}
    sandbox.create("Job", job(container(EXITS="0"), pod=pod, backoffLimit=0))
    row = sandbox.until(lambda row: row["state"] == "Failed")
    assert row["reason"].endswith("first: exit status 4: it is done")
    assert len(sandbox.launches()) == 1


def test_a_sidecar_runs_beside_the_main_container_and_ends_with_it(sandbox: Sandbox) -> None:
    sidecar = {**container("proxy"), "restartPolicy": "Always"}
    sandbox.create("Job", job(container(), pod={"initContainers": [sidecar]}, activeDeadlineSeconds=600))
    row = sandbox.until(lambda row: len(row["containers"]) == 2 and all(one["pid"] for one in row["containers"]))
    assert [one["name"] for one in row["containers"]] == ["proxy", "speech"]
    pids = [one["pid"] for one in row["containers"]]
    sandbox.store.delete(CLUSTER, kinds.named("Job"), "default", "fetch")
    wait_for(lambda: all(ended(pid) for pid in pids))


def download(**env: str) -> dict[str, Any]:
    """What the product makes of a model's download: a sidecar that downloads, a script that watches it."""
    mount = {"name": "models", "mountPath": "/usr/local/models"}
    sidecar = {**container("download", **env), "restartPolicy": "Always", "volumeMounts": [mount]}
    watch = {**container("watch", "busybox:1.37"), "command": ["sh", "-c", "watch"], "volumeMounts": [mount]}
    volume = {"name": "models", "persistentVolumeClaim": {"claimName": "models"}}
    made: dict[str, Any] = job(watch, pod={"initContainers": [sidecar], "volumes": [volume]}, activeDeadlineSeconds=2)
    return made


def claim(name: str = "models", storage_class: str = "azurefile-csi") -> dict[str, Any]:
    spec = {"accessModes": ["ReadWriteMany"], "storageClassName": storage_class}
    return {"metadata": {"name": name}, "spec": {**spec, "resources": {"requests": {"storage": "10Gi"}}}}


def test_a_download_is_taken_for_done_once_its_container_is_ready(sandbox: Sandbox) -> None:
    sandbox.create("PersistentVolumeClaim", claim())
    sandbox.create("Job", download(READY="200"))
    row = sandbox.until(lambda row: row["state"] == "Complete")
    assert row["reason"] == "watch not run, taken: download answered /ready with 200"


def test_a_download_is_taken_for_done_once_it_ended_twice_with_the_same_files(sandbox: Sandbox) -> None:
    sandbox.create("PersistentVolumeClaim", claim())
    sandbox.create("Job", download(WRITES="/usr/local/models:model.bin:abc", EXITS="0"))
    row = sandbox.until(lambda row: row["state"] == "Complete")
    assert row["reason"] == "watch not run, taken: download ended twice and left the same files"
    assert len(sandbox.launches()) >= 2
    folder = sandbox.launches()[0]["volumes"]["/usr/local/models"]
    assert (Path(folder) / "model.bin").read_text() == "abc"


def test_a_download_that_is_never_ready_fails_at_its_deadline(sandbox: Sandbox) -> None:
    sandbox.create("PersistentVolumeClaim", claim())
    sandbox.create("Job", download(READY="503"))
    row = sandbox.until(lambda row: row["state"] == "Failed" and "Deadline" in row["reason"])
    assert row["reason"] == "DeadlineExceeded: Job was active longer than specified deadline"


@pytest.mark.parametrize(
    "env", [{"EXITS": "0"}, {"EXITS": "3", "WRITES": "/usr/local/models:model.bin:abc"}], ids=["no files", "failing"]
)
def test_a_download_whose_run_ends_again_and_again_for_nothing_fails(sandbox: Sandbox, env: dict[str, str]) -> None:
    sandbox.create("PersistentVolumeClaim", claim())
    body = download(**env)
    body["spec"] |= {"backoffLimit": 0, "activeDeadlineSeconds": 600}
    sandbox.create("Job", body)
    row = sandbox.until(lambda row: row["state"] == "Failed" and "Backoff" in row["reason"])
    assert f"download: CrashLoopBackOff: exit status {env['EXITS']}: it is done" in row["reason"]


def test_a_pause_before_a_new_start_is_no_failure_of_the_job(tmp_path: Path, azure: Azure) -> None:
    slow = new_sandbox(tmp_path, azure)  # with the pauses of a real kubelet
    try:
        slow.create("PersistentVolumeClaim", claim())
        slow.create(
            "Job", {**download(EXITS="3"), "spec": {**download(EXITS="3")["spec"], "activeDeadlineSeconds": 60}}
        )
        row = slow.until(lambda row: "CrashLoopBackOff" in row["reason"])
        assert row["state"] == "Waiting"
    finally:
        slow.node.stop()
        slow.store.close()


def test_a_pod_has_a_deadline_of_its_own_and_another_pod_tries_again(sandbox: Sandbox) -> None:
    sandbox.create("Job", job(container(), pod={"activeDeadlineSeconds": 1}, backoffLimit=1))
    row = sandbox.until(lambda row: row["state"] == "Failed" and "Backoff" in row["reason"])
    assert row["reason"].endswith("DeadlineExceeded: Pod was active on the node longer than the specified deadline")
    assert len(sandbox.launches()) == 2


def test_a_running_download_names_the_container_that_is_not_run(sandbox: Sandbox) -> None:
    sandbox.create("PersistentVolumeClaim", claim())
    sandbox.create("Job", download(READY="503"))
    row = sandbox.until(lambda row: row["state"] == "Running")
    assert row["reason"] == "not run: watch"
    assert [one["name"] for one in row["containers"]] == ["download"]
