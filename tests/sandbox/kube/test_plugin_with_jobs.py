"""The real engine, the stand-in and a cluster outside of Azure: a Job fails, is tried again, and is done once."""

import json
import ssl
from pathlib import Path

import httpx
import pytest

from sandbox.running import Server
from tests.engine_harness import Project

PROGRAM = """
    import pulumi
    from pulumi_kubernetes import Provider
    from pulumi_kubernetes.batch.v1 import Job
    from pulumi_kubernetes.core.v1 import PersistentVolumeClaim, Secret

    config = pulumi.Config()
    there = pulumi.ResourceOptions(provider=Provider("factory", kubeconfig=config.require_secret("kubeconfig")))
    claim = PersistentVolumeClaim(
        "models",
        metadata={"name": "models"},
        spec={
            "accessModes": ["ReadWriteMany"],
            "storageClassName": "standard",
            "resources": {"requests": {"storage": config.require("size")}},
        },
        opts=there,
    )
    keys = Secret("keys", metadata={"name": "keys"}, string_data={"ApiKey": "a-key"}, opts=there)
    mount = {"name": "models", "mountPath": "/output"}
    download = {
        "name": "download",
        "image": "mcr.microsoft.com/azure-cognitive-services/speechservices/language-detection:1.18.0-amd64-preview",
        "args": ["Eula=accept", "Billing=https://none.cognitiveservices.azure.com", "ApiKey=$(KEY)"],
        "env": [{"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "ApiKey"}}}],
        "restartPolicy": "Always",
        "volumeMounts": [mount],
    }
    watch = {"name": "watch", "image": "busybox:1.37", "command": ["sh", "-c", "watch"]}
    pod = {
        "restartPolicy": "Never",
        "initContainers": [download] if config.get_bool("downloads") else [],
        "containers": [watch],
        "volumes": [{"name": "models", "persistentVolumeClaim": {"claimName": claim.metadata.name}}],
    }
    job = Job(
        "fetch",
        metadata={"name": "fetch", "annotations": {"pulumi.com/replaceUnready": "true"}},
        spec={"backoffLimit": 0, "activeDeadlineSeconds": 60, "template": {"spec": pod}},
        # A Job that has done its work is left alone whatever its pod would be today; a failed one gets today's pod.
        opts=pulumi.ResourceOptions(provider=there.provider, depends_on=[claim, keys], ignore_changes=["spec"]),
    )
    pulumi.export("phase", claim.status.phase)
    pulumi.export("succeeded", job.status.succeeded)
"""


@pytest.mark.engine
def test_a_job_fails_is_tried_again_and_is_done_once(sandbox_server: Server, tmp_path: Path) -> None:
    trust = ssl.create_default_context(cafile=sandbox_server.home.ca_pem)
    answer = httpx.post(f"{sandbox_server.url}/sandbox/clusters", json={"name": "factory"}, verify=trust)
    project = Project(tmp_path / "project", sandbox_server, {"size": "10Gi"})
    project.program(PROGRAM)
    project.pulumi("config", "set", "--secret", "kubeconfig", json.dumps(answer.json()))

    failed = project.pulumi("up", "--yes", "--skip-preview", expect=None)
    assert failed.code != 0
    assert "[BackoffLimitExceeded] Job has reached the specified backoff limit" in failed.text
    assert "fetch" in [each["urn"].rpartition("::")[2] for each in project.state()]
    assert project.preview().steps["fetch"] in {"replace", "delete-replaced", "create-replacement"}

    project.pulumi("config", "set", "downloads", "true")
    project.up()
    assert project.outputs() == {"phase": "Bound", "succeeded": 1}
    assert project.up("--expect-no-changes").changes == {}

    project.pulumi("config", "set", "size", "20Gi")
    assert project.preview().steps["models"] == "update"
    project.up()
    assert project.refresh("--expect-no-changes").changes == {}
    project.destroy()
