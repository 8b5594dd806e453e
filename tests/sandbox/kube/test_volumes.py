"""Claims, classes and volumes: bound as the controllers would, laid down as folders of this machine."""

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from sandbox.kube import kinds
from tests.sandbox.kube.kube_doubles import CLUSTER, deployment
from tests.sandbox.kube.node_double import Sandbox, keys, wait_for

CLAIMS = "api/v1/namespaces/default/persistentvolumeclaims"
CLASSES = "apis/storage.k8s.io/v1/storageclasses"


def claim(name: str = "models", size: str = "10Gi", mode: str = "ReadWriteMany", **spec: Any) -> dict[str, Any]:
    spec = {"accessModes": [mode], "resources": {"requests": {"storage": size}}, **spec}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name}, "spec": spec}


def mounting(*mounts: dict[str, Any], volumes: list[dict[str, Any]], name: str = "transcribe") -> dict[str, Any]:
    body = deployment(name)
    spec = body["spec"]["template"]["spec"]
    spec["containers"][0] |= {"volumeMounts": list(mounts), "env": [{"name": "POD", "value": "pod-7"}], "args": []}
    spec["volumes"] = volumes
    return body


def of_claim(name: str = "models") -> dict[str, Any]:
    return {"name": "models", "persistentVolumeClaim": {"claimName": name}}


MOUNT = {"name": "models", "mountPath": "/usr/local/models"}


def folder(sandbox: Sandbox, path: str = "/usr/local/models") -> Path:
    return Path(sandbox.launch(sandbox.running()["pid"])["volumes"][path])


def phase(sandbox: Sandbox, name: str = "models") -> str:
    return str(sandbox.object("PersistentVolumeClaim", name)["status"]["phase"])


def test_a_cluster_of_aks_has_its_storage_classes(api: TestClient) -> None:
    found = {item["metadata"]["name"]: item for item in api.get(CLASSES).json()["items"]}
    assert {"azurefile-csi", "azurefile-csi-premium", "default", "managed-csi", "managed-csi-premium"} <= found.keys()
    assert found["azurefile-csi"]["volumeBindingMode"] == "Immediate"
    assert found["managed-csi"]["volumeBindingMode"] == "WaitForFirstConsumer"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"accessModes": []}, "spec.accessModes: Required value: at least 1 access mode is required"),
        ({"accessModes": ["Shared"]}, 'spec.accessModes: Unsupported value: "Shared"'),
        ({"resources": {}}, "spec.resources[storage]: Required value"),
        ({"resources": {"requests": {"storage": "lots"}}}, 'spec.resources[storage]: Invalid value: "lots"'),
    ],
)
def test_a_claim_says_how_much_and_how_it_is_shared(api: TestClient, wrong: dict[str, Any], message: str) -> None:
    answer = api.post(CLAIMS, json=claim(**wrong))
    assert answer.status_code == 422
    assert message in answer.json()["message"]


def test_a_claim_without_a_class_gets_the_default_one(api: TestClient) -> None:
    made = api.post(CLAIMS, json=claim(mode="ReadWriteOnce")).json()
    assert (made["spec"]["storageClassName"], made["status"]) == ("default", {"phase": "Pending"})


def test_a_claim_of_a_class_that_waits_for_nobody_is_bound_at_once(sandbox: Sandbox) -> None:
    sandbox.create("PersistentVolumeClaim", claim(storageClassName="azurefile-csi"))
    wait_for(lambda: phase(sandbox) == "Bound")
    bound = sandbox.object("PersistentVolumeClaim", "models")
    assert bound["spec"]["volumeName"] == f"pvc-{bound['metadata']['uid']}"
    assert bound["status"]["capacity"] == {"storage": "10Gi"}


def test_a_claim_of_a_class_that_waits_is_bound_once_a_pod_wants_it(sandbox: Sandbox) -> None:
    sandbox.create("PersistentVolumeClaim", claim(mode="ReadWriteOnce", storageClassName="managed-csi"))
    sandbox.create("Deployment", mounting(MOUNT, volumes=[of_claim("absent")], name="other"))
    sandbox.until(lambda row: row["state"] == "Pending")
    assert phase(sandbox) == "Pending"
    sandbox.create("Deployment", mounting(MOUNT, volumes=[of_claim()]))
    wait_for(lambda: phase(sandbox) == "Bound")


def test_a_claim_grows_where_its_class_lets_it_and_never_shrinks(sandbox: Sandbox) -> None:
    kind = kinds.named("PersistentVolumeClaim")
    sandbox.create("PersistentVolumeClaim", claim(storageClassName="azurefile-csi"))
    wait_for(lambda: phase(sandbox) == "Bound")
    bound = sandbox.object("PersistentVolumeClaim", "models")
    larger = {**bound, "spec": {**bound["spec"], "resources": {"requests": {"storage": "20Gi"}}}}
    sandbox.store.replace(CLUSTER, kind, "default", "models", larger)

    def capacity() -> str:
        return str(sandbox.object("PersistentVolumeClaim", "models")["status"]["capacity"]["storage"])

    wait_for(lambda: capacity() == "20Gi")
    bound.pop("metadata")
    with pytest.raises(Exception, match=r"Forbidden: field can not be less than status\.capacity"):
        sandbox.store.replace(CLUSTER, kind, "default", "models", {**bound, "metadata": {"name": "models"}})


def test_a_class_that_lets_nothing_grow_refuses_it(sandbox: Sandbox) -> None:
    fixed = {"metadata": {"name": "fixed"}, "provisioner": "nfs.csi.k8s.io"}
    sandbox.create("StorageClass", fixed)
    sandbox.create("PersistentVolumeClaim", claim(storageClassName="fixed"))
    wait_for(lambda: phase(sandbox) == "Bound")
    larger = sandbox.object("PersistentVolumeClaim", "models")
    larger["spec"]["resources"]["requests"]["storage"] = "20Gi"
    with pytest.raises(Exception, match="only dynamically provisioned pvc can be resized"):
        sandbox.store.replace(CLUSTER, kinds.named("PersistentVolumeClaim"), "default", "models", larger)


def test_the_rest_of_a_claim_cannot_change(api: TestClient) -> None:
    api.post(CLAIMS, json=claim(storageClassName="azurefile-csi"))
    changed = claim(storageClassName="azurefile-csi-premium")
    answer = api.put(f"{CLAIMS}/models", json=changed)
    assert answer.status_code == 422
    assert "spec: Forbidden: spec is immutable after creation" in answer.json()["message"]


def test_a_class_cannot_change_what_it_provisions(api: TestClient) -> None:
    api.post(CLASSES, json={"metadata": {"name": "mine"}, "provisioner": "file.csi.azure.com"})
    answer = api.put(f"{CLASSES}/mine", json={"metadata": {"name": "mine"}, "provisioner": "disk.csi.azure.com"})
    assert "provisioner: field is immutable" in answer.json()["message"]


def test_a_pod_of_a_claim_that_is_not_there_is_pending(sandbox: Sandbox) -> None:
    sandbox.create("Deployment", mounting(MOUNT, volumes=[of_claim()]))
    row = sandbox.until(lambda row: row["state"] == "Pending")
    assert row["reason"] == (
        'FailedScheduling: 0/1 nodes are available: persistentvolumeclaim "models" not found. '
        "preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling."
    )
    sandbox.create("PersistentVolumeClaim", claim(storageClassName="azurefile-csi"))
    sandbox.running()


@pytest.mark.parametrize(
    ("spec", "event"),
    [
        ({"storageClassName": "gone"}, 'ProvisioningFailed: storageclass.storage.k8s.io "gone" not found'),
        ({"storageClassName": ""}, "FailedBinding: no persistent volumes available for this claim"),
        ({"storageClassName": "managed-csi"}, "mountVolume is not supported for access mode: MULTI_NODE_MULTI_WRITER"),
    ],
)
def test_why_a_claim_stays_unbound_stands_in_the_events(sandbox: Sandbox, spec: dict[str, Any], event: str) -> None:
    sandbox.create("PersistentVolumeClaim", claim(**spec))
    sandbox.create("Deployment", mounting(MOUNT, volumes=[of_claim()]))
    row = sandbox.until(lambda row: bool(row.get("events")))
    assert event in row["events"][0]
    assert "unbound immediate PersistentVolumeClaims" in row["reason"]


def test_two_pods_of_one_claim_share_its_folder_and_it_outlives_them(sandbox: Sandbox) -> None:
    sandbox.create("PersistentVolumeClaim", claim(storageClassName="azurefile-csi"))
    sandbox.create("Deployment", mounting(MOUNT, volumes=[of_claim()]))
    first = folder(sandbox)
    (first / "model.bin").write_text("abc")
    sandbox.store.delete(CLUSTER, kinds.named("Deployment"), "default", "transcribe")
    wait_for(lambda: sandbox.node.workloads() == [])
    sandbox.create("Deployment", mounting(MOUNT, volumes=[of_claim()], name="another"))
    assert (folder(sandbox) / "model.bin").read_text() == "abc"
    assert first == sandbox.folder / "volumes" / "claims" / CLUSTER / "default" / "models"


def test_a_claim_that_is_deleted_takes_its_files_along(sandbox: Sandbox) -> None:
    kind = kinds.named("PersistentVolumeClaim")
    sandbox.create("PersistentVolumeClaim", claim(storageClassName="azurefile-csi"))
    sandbox.create("Deployment", mounting(MOUNT, volumes=[of_claim()]))
    kept = folder(sandbox) / "model.bin"
    kept.write_text("abc")
    sandbox.store.delete(CLUSTER, kind, "default", "models")
    sandbox.create("PersistentVolumeClaim", claim(storageClassName="azurefile-csi"))
    sandbox.store.delete(CLUSTER, kinds.named("Deployment"), "default", "transcribe")
    wait_for(lambda: sandbox.node.workloads() == [])
    sandbox.create("Deployment", mounting(MOUNT, volumes=[of_claim()], name="another"))
    assert not (folder(sandbox) / "model.bin").exists()


def test_a_sub_path_is_a_folder_below_and_knows_variables(sandbox: Sandbox) -> None:
    mounts = [
        {"name": "models", "mountPath": "/models", "subPath": "base/en"},
        {"name": "models", "mountPath": "/output", "subPathExpr": "usage/$(POD)"},
    ]
    sandbox.create("PersistentVolumeClaim", claim(storageClassName="azurefile-csi"))
    sandbox.create("Deployment", mounting(*mounts, volumes=[of_claim()]))
    root = sandbox.folder / "volumes" / "claims" / CLUSTER / "default" / "models"
    assert folder(sandbox, "/models") == root / "base" / "en"
    assert folder(sandbox, "/output") == root / "usage" / "pod-7"
    assert (root / "usage" / "pod-7").is_dir()


def test_a_sub_path_of_an_unknown_variable_keeps_the_container_waiting(sandbox: Sandbox) -> None:
    mount = {"name": "models", "mountPath": "/output", "subPathExpr": "$(NOBODY)"}
    sandbox.create("PersistentVolumeClaim", claim(storageClassName="azurefile-csi"))
    sandbox.create("Deployment", mounting(mount, volumes=[of_claim()]))
    row = sandbox.until(lambda row: "subPath" in row["reason"])
    assert row["reason"].startswith("CreateContainerConfigError: failed to expand subPath")


def test_an_empty_folder_goes_with_its_pod(sandbox: Sandbox) -> None:
    mount = {"name": "scratch", "mountPath": "/tmp"}
    sandbox.create("Deployment", mounting(mount, volumes=[{"name": "scratch", "emptyDir": {}}]))
    scratch = folder(sandbox, "/tmp")
    assert scratch.is_dir()
    sandbox.store.delete(CLUSTER, kinds.named("Deployment"), "default", "transcribe")
    wait_for(lambda: not scratch.exists())


def test_a_config_map_is_laid_down_as_files(sandbox: Sandbox) -> None:
    mount = {"name": "settings", "mountPath": "/etc/settings"}
    volumes = [{"name": "settings", "configMap": {"name": "settings", "items": [{"key": "a", "path": "a.txt"}]}}]
    sandbox.create("Deployment", mounting(mount, volumes=volumes))
    row = sandbox.until(lambda row: "FailedMount" in row["reason"])
    assert row["reason"].endswith('volume "settings" : configmap "settings" not found')
    sandbox.create("ConfigMap", {"metadata": {"name": "settings"}, "data": {"a": "1", "b": "2"}})
    made = folder(sandbox, "/etc/settings")
    assert {file.name: file.read_text() for file in made.iterdir()} == {"a.txt": "1"}


def test_a_secret_is_laid_down_nowhere(sandbox: Sandbox) -> None:
    sandbox.create("Secret", keys("planted-key"))
    mount = {"name": "keys", "mountPath": "/etc/keys"}
    sandbox.create("Deployment", mounting(mount, volumes=[{"name": "keys", "secret": {"secretName": "keys"}}]))
    assert sandbox.launch(sandbox.running()["pid"])["volumes"] == {}


def test_a_mount_needs_a_volume(api: TestClient) -> None:
    answer = api.post("apis/apps/v1/namespaces/default/deployments", json=mounting(MOUNT, volumes=[]))
    path = "spec.template.spec.containers[0].volumeMounts[0].name"
    assert f'{path}: Not found: "models"' in answer.json()["message"]


def test_a_controller_that_has_nothing_to_do_lets_the_node_rest(sandbox: Sandbox) -> None:
    sandbox.create("PersistentVolumeClaim", claim(storageClassName="azurefile-csi"))
    sandbox.create("Deployment", mounting(MOUNT, volumes=[of_claim()]))
    sandbox.running()
    told = []
    sandbox.store.subscribe(lambda: told.append(1))
    for kind, name in (("PersistentVolumeClaim", "models"), ("Deployment", "transcribe")):
        sandbox.store.keep(CLUSTER, kinds.named(kind), sandbox.object(kind, name))
    assert told == []
