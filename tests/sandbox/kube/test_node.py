"""The node runs what the store says, as a kubelet would, with a small process in the place of a container."""

import base64
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from sandbox.kube import kinds
from tests.sandbox.kube.kube_doubles import CLUSTER, Azure, deployment
from tests.sandbox.kube.node_double import Sandbox, ended, keys, new_sandbox, wait_for


def with_vault(body: dict[str, Any], *, mounted: bool = True) -> dict[str, Any]:
    """The Deployment with the key from a vault, by a CSI volume that its container mounts, or only names."""
    spec = body["spec"]["template"]["spec"]
    spec["serviceAccountName"] = "speech"
    csi = {"driver": "secrets-store.csi.k8s.io", "volumeAttributes": {"secretProviderClass": "vault"}}
    spec["volumes"] = [{"name": "keys", "csi": csi}]
    if mounted:
        spec["containers"][0]["volumeMounts"] = [{"name": "keys", "mountPath": "/mnt/keys"}]
    return body


def provider_class() -> dict[str, Any]:
    entries = [{"key": "ApiKey", "objectName": "speech-key"}]
    objects = "array:\n  - |\n    objectName: speech-key\n    objectType: secret\n"
    return {
        "metadata": {"name": "vault"},
        "spec": {
            "provider": "azure",
            "parameters": {"clientID": "an-identity", "keyvaultName": "kv", "tenantId": "t", "objects": objects},
            "secretObjects": [{"secretName": "keys", "type": "Opaque", "data": entries}],
        },
    }


def test_a_deployment_runs_as_one_process_whatever_its_replicas(sandbox: Sandbox) -> None:
    sandbox.create("Secret", keys())
    sandbox.create("Service", {"metadata": {"name": "transcribe-svc"}, "spec": {"selector": {"app": "transcribe"}}})
    sandbox.create("Deployment", deployment(replicas=3))
    row = sandbox.running()
    assert row == {
        "cluster": sandbox.azure.clusters[CLUSTER].arm_id,
        "namespace": "default",
        "deployment": "transcribe",
        "job": None,
        "service": "transcribe-svc",
        "container": "speech",
        "address": f"127.0.0.1:{40000 + row['pid'] % 10000}",
        "pid": row["pid"],
        "state": "Running",
        "reason": "",
        "containers": [
            {"name": "speech", "address": row["address"], "pid": row["pid"], "state": "Running", "restarts": 0}
        ],
        "events": [],
    }
    assert len(list(sandbox.folder.glob("*.json"))) == 1


def test_the_key_reaches_the_process_by_standard_input_only(sandbox: Sandbox) -> None:
    sandbox.create("Secret", keys("planted-key"))
    sandbox.create("Deployment", deployment())
    pid = sandbox.running()["pid"]
    given = sandbox.launch(pid)
    assert given["args"][-1] == "ApiKey=planted-key"
    assert "planted-key" not in json.dumps(given["environ"])
    assert b"planted-key" not in Path(f"/proc/{pid}/cmdline").read_bytes()
    assert b"planted-key" not in Path(f"/proc/{pid}/environ").read_bytes()


def test_credentials_of_the_server_do_not_reach_a_container(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARM_CLIENT_SECRET", "of the server")
    sandbox.create("Secret", keys())
    sandbox.create("Deployment", deployment())
    assert "ARM_CLIENT_SECRET" not in sandbox.launch(sandbox.running()["pid"])["environ"]


def test_a_missing_secret_is_waited_for(sandbox: Sandbox) -> None:
    sandbox.create("Deployment", deployment())
    row = sandbox.until(lambda row: "not found" in row["reason"])
    assert (row["state"], row["reason"]) == ("Waiting", 'CreateContainerConfigError: secret "keys" not found')
    assert row["address"] is None
    sandbox.create("Secret", keys())
    sandbox.running()


def test_a_changed_template_replaces_the_process_new_one_first(sandbox: Sandbox) -> None:
    sandbox.create("Secret", keys())
    sandbox.create("Deployment", deployment())
    first = sandbox.running()["pid"]
    changed = deployment()
    changed["spec"]["template"]["spec"]["containers"][0]["args"].append("Logging:Console:LogLevel:Default=Debug")
    sandbox.replace(changed)
    second = sandbox.until(lambda row: row["state"] == "Running" and row["pid"] != first)["pid"]
    assert sandbox.launch(second)["args"][-1].endswith("=Debug")
    wait_for(lambda: ended(first))


def test_the_old_process_serves_until_the_new_one_can_start(sandbox: Sandbox) -> None:
    sandbox.create("Secret", keys())
    sandbox.create("Deployment", deployment())
    first = sandbox.running()
    changed = deployment()
    changed["spec"]["template"]["spec"]["containers"][0]["env"][0]["valueFrom"]["secretKeyRef"]["name"] = "absent"
    sandbox.replace(changed)
    row = sandbox.until(lambda row: row["state"] == "Waiting" and "absent" in row["reason"])
    assert (row["address"], row["pid"]) == (first["address"], first["pid"])
    sandbox.replace(deployment())
    sandbox.until(lambda row: row["state"] == "Running" and row["pid"] != first["pid"])


def test_a_changed_replica_count_replaces_nothing(sandbox: Sandbox) -> None:
    sandbox.create("Secret", keys())
    sandbox.create("Deployment", deployment(replicas=1))
    pid = sandbox.running()["pid"]
    sandbox.replace(deployment(replicas=5))
    sandbox.create("ConfigMap", {"metadata": {"name": "another-change"}})
    assert sandbox.running()["pid"] == pid
    assert len(list(sandbox.folder.glob("*.json"))) == 1


@pytest.mark.parametrize("way", ["scaled to zero", "deleted", "namespace deleted", "cluster deleted"])
def test_a_workload_that_is_no_longer_wanted_is_stopped(sandbox: Sandbox, way: str) -> None:
    sandbox.create("Secret", keys())
    sandbox.create("Deployment", deployment())
    pid = sandbox.running()["pid"]
    match way:
        case "scaled to zero":
            sandbox.replace(deployment(replicas=0))
        case "deleted":
            sandbox.store.delete(CLUSTER, kinds.named("Deployment"), "default", "transcribe")
        case "namespace deleted":
            sandbox.store.delete(CLUSTER, kinds.NAMESPACE, "", "default")
        case _:
            sandbox.azure.clusters.clear()
            sandbox.node.wake()
    wait_for(lambda: ended(pid))
    assert sandbox.node.workloads() == []
    assert (way == "cluster deleted") == (sandbox.store.clusters() == [])


def test_workloads_come_back_after_a_restart_and_end_with_the_node(tmp_path: Path, azure: Azure) -> None:
    first = new_sandbox(tmp_path, azure)
    first.create("Secret", keys())
    first.create("Deployment", deployment())
    pid = first.running()["pid"]
    first.node.stop()
    first.store.close()
    assert ended(pid)
    second = new_sandbox(tmp_path, azure)
    again = second.running()["pid"]
    second.node.stop()
    second.store.close()
    assert ended(again)


def test_a_container_that_ends_is_told_with_its_last_words_and_backed_off(sandbox: Sandbox) -> None:
    body = deployment()
    body["spec"]["template"]["spec"]["containers"][0]["env"] = [{"name": "ENDS", "value": "yes"}]
    sandbox.create("Deployment", body)
    row = sandbox.until(lambda row: row["state"] == "Failed")
    assert row["reason"] == "CrashLoopBackOff: exit status 1: it would not start"
    assert (row["address"], row["pid"]) == (None, None)
    sandbox.node.wake()
    sandbox.create("ConfigMap", {"metadata": {"name": "another-change"}})
    assert sandbox.only_row()["state"] == "Failed"
    assert len(list(sandbox.folder.glob("*.json"))) == 2  # the first new start is at once, as a kubelet's


def test_a_process_that_is_killed_is_seen(sandbox: Sandbox) -> None:
    sandbox.create("Secret", keys())
    sandbox.create("Deployment", deployment())
    first = sandbox.running()["pid"]
    os.kill(first, signal.SIGKILL)
    second = sandbox.until(lambda row: row["state"] == "Running" and row["pid"] != first)["pid"]
    os.kill(second, signal.SIGKILL)
    assert "exit status -9" in sandbox.until(lambda row: row["state"] == "Failed")["reason"]


def test_a_pod_the_node_cannot_read_stops_no_other(sandbox: Sandbox) -> None:
    sandbox.create("SecretProviderClass", {"metadata": {"name": "vault"}, "without": "a spec"})
    sandbox.create("ServiceAccount", {"metadata": {"name": "speech"}})
    sandbox.create("Deployment", with_vault(deployment("broken")))
    assert "cannot run this pod" in sandbox.until(lambda row: bool(row["reason"]))["reason"]
    sandbox.create("Secret", keys())
    sandbox.create("Deployment", deployment())
    wait_for(lambda: "Running" in [row["state"] for row in sandbox.node.workloads()])


def test_a_mounted_vault_gives_the_key_through_the_identity_of_the_account(sandbox: Sandbox) -> None:
    sandbox.create("SecretProviderClass", provider_class())
    sandbox.create("ServiceAccount", {"metadata": {"name": "speech"}})
    sandbox.create("Deployment", with_vault(deployment()))
    assert sandbox.launch(sandbox.running()["pid"])["args"][-1] == "ApiKey=key-of-the-vault"
    assert sandbox.vault.asked == [
        {
            "vault": "kv",
            "secret": "speech-key",
            "client_id": "an-identity",
            "subject": "system:serviceaccount:default:speech",
            "issuer": "https://westeurope.oic.prod-aks.azure.com/t/7f3c/",
        }
    ]


def test_a_secret_of_a_vault_is_in_no_file(sandbox: Sandbox) -> None:
    sandbox.create("SecretProviderClass", provider_class())
    sandbox.create("ServiceAccount", {"metadata": {"name": "speech"}})
    sandbox.create("Deployment", with_vault(deployment()))
    sandbox.running()
    files = [path for path in sandbox.folder.rglob("*") if path.is_file() and path.parent != sandbox.folder]
    files += [path for path in sandbox.folder.iterdir() if path.is_file() and path.suffix != ".json"]
    kept = b"".join(path.read_bytes() for path in files)
    assert b"key-of-the-vault" not in kept
    assert base64.b64encode(b"key-of-the-vault") not in kept


def test_a_class_that_no_container_mounts_makes_no_secret(sandbox: Sandbox) -> None:
    sandbox.create("SecretProviderClass", provider_class())
    sandbox.create("ServiceAccount", {"metadata": {"name": "speech"}})
    sandbox.create("Deployment", with_vault(deployment(), mounted=False))
    row = sandbox.until(lambda row: bool(row["reason"]))
    assert row["reason"] == 'CreateContainerConfigError: secret "keys" not found'
    assert sandbox.vault.asked == []


def test_a_refusal_of_azure_is_why_the_mount_fails_until_it_is_lifted(sandbox: Sandbox) -> None:
    sandbox.vault.refused = "Caller is not authorized to perform action on resource"
    sandbox.create("SecretProviderClass", provider_class())
    sandbox.create("ServiceAccount", {"metadata": {"name": "speech"}})
    sandbox.create("Deployment", with_vault(deployment()))
    row = sandbox.until(lambda row: "FailedMount" in row["reason"])
    assert row["state"] == "Waiting"
    assert "objectName:speech-key: Caller is not authorized" in row["reason"]
    sandbox.vault.refused = ""
    sandbox.node.wake()
    sandbox.running()


@pytest.mark.parametrize(
    ("without", "reason"),
    [
        ("class", "failed to get secretproviderclass default/vault"),
        ("account", 'FailedCreate: serviceaccount "speech" not found'),
        ("add-on", "not found in the list of registered CSI drivers"),
        ("client id", "the class has no clientID"),
    ],
)
def test_what_a_mount_needs(sandbox: Sandbox, without: str, reason: str) -> None:
    body = provider_class()
    if without == "client id":
        del body["spec"]["parameters"]["clientID"]
    if without != "class":
        sandbox.create("SecretProviderClass", body)
    if without != "account":
        sandbox.create("ServiceAccount", {"metadata": {"name": "speech"}})
    if without == "add-on":
        sandbox.azure.clusters[CLUSTER].secrets_store = False
    sandbox.create("Deployment", with_vault(deployment()))
    assert sandbox.until(lambda row: reason in row["reason"])["state"] == "Waiting"


def test_init_containers_are_not_run_but_told(sandbox: Sandbox) -> None:
    sandbox.create("Secret", keys())
    body = deployment()
    body["spec"]["template"]["spec"]["initContainers"] = [{"name": "avx2", "image": "busybox"}]
    sandbox.create("Deployment", body)
    assert sandbox.running()["reason"] == "not run: avx2"


@pytest.mark.parametrize(("arm_id", "network"), [("/subscriptions/s/managedClusters/speech", CLUSTER), ("factory", "")])
def test_a_cluster_outside_of_azure_calls_from_outside(sandbox: Sandbox, arm_id: str, network: str) -> None:
    sandbox.azure.clusters[CLUSTER].arm_id = arm_id
    sandbox.create("Secret", keys())
    sandbox.create("Deployment", deployment())
    assert sandbox.launch(sandbox.running()["pid"])["cluster"] == network
