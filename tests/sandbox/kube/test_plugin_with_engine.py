"""The real engine drives the stand-in: preview, up, change, refresh, import of nothing new, destroy."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from sandbox.home import Home, prepare
from sandbox.kube import kinds
from sandbox.running import Server
from tests.engine_harness import Project
from tests.sandbox.kube.kube_doubles import CLUSTER, TOKEN

KEY = "planted-key"
PROGRAM = """
    import pulumi
    from pulumi_kubernetes import Provider
    from pulumi_kubernetes.apps.v1 import Deployment
    from pulumi_kubernetes.core.v1 import ConfigMap, Namespace, Secret

    config = pulumi.Config()
    kubeconfig = config.require_secret("kubeconfig")
    first = Provider("first", kubeconfig=kubeconfig, cluster_identifier="one")
    early = pulumi.ResourceOptions(provider=first)
    made = ConfigMap("early", data={"a": "1"}, opts=early)
    # As with a cluster made in the same run: known only once something else is there.
    later = made.id.apply(lambda _: kubeconfig)
    second = Provider("second", kubeconfig=later, namespace="speech", cluster_identifier="one")
    namespace = Namespace("speech", metadata={"name": "speech"}, opts=early)
    late = pulumi.ResourceOptions(provider=second, depends_on=[namespace])
    secret = Secret("keys", metadata={"name": "keys"}, string_data={"ApiKey": config.require_secret("key")}, opts=late)
    labels = {"app": "transcribe"}
    env = [{"name": "KEY", "value": config.require_secret("key")}]
    container = {"name": "c", "image": "speech", "args": ["ApiKey=$(KEY)"], "env": env}
    deployment = Deployment(
        "transcribe",
        spec={
            "replicas": config.require_int("replicas"),
            "selector": {"match_labels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
        opts=late,
    )
    pulumi.export("name", deployment.metadata.name)
    pulumi.export("secret", secret.data)
"""


@pytest.mark.engine
def test_a_stack_through_its_life(kubeconfig: dict[str, Any], app: Starlette, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    prepare(home)
    server = Server(url="https://127.0.0.1:1", home=home, port=1, pid=0)
    project = Project(tmp_path / "project", server, {"replicas": "2"})
    project.program(PROGRAM)
    project.pulumi("config", "set", "--secret", "kubeconfig", json.dumps(kubeconfig))
    project.pulumi("config", "set", "--secret", "key", KEY)
    store = app.state.store

    assert project.preview().changes == {"create": 7}
    assert project.up().changes == {"create": 7}
    name = project.outputs()["name"]
    stored = store.get(CLUSTER, kinds.named("Deployment"), "speech", name)
    assert name.startswith("transcribe-")
    assert stored["spec"]["template"]["spec"]["containers"][0]["env"][0]["value"] == KEY
    assert base64.b64decode(project.outputs("--show-secrets")["secret"]["ApiKey"]).decode() == KEY

    assert project.up("--expect-no-changes").changes == {}
    project.pulumi("config", "set", "replicas", "3")
    assert project.preview().steps["transcribe"] == "update"
    assert project.up().changes == {"update": 1}
    assert store.get(CLUSTER, kinds.named("Deployment"), "speech", name)["spec"]["replicas"] == 3
    assert project.refresh("--expect-no-changes").changes == {}

    left = b"".join(path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file())
    assert name.encode() in left  # the state is among what was searched
    for planted in (KEY.encode(), base64.b64encode(KEY.encode()), TOKEN.encode()):
        assert planted not in left

    assert project.destroy().changes == {"delete": 7}
    assert store.objects(CLUSTER, kinds.named("Deployment")) == []


@pytest.mark.engine
def test_an_object_is_imported_with_its_definition(kubeconfig: dict[str, Any], app: Starlette, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    prepare(home)
    server = Server(url="https://127.0.0.1:1", home=home, port=1, pid=0)
    project = Project(tmp_path / "project", server)
    project.program("import pulumi")
    project.pulumi("config", "set", "--secret", "kubernetes:kubeconfig", json.dumps(kubeconfig))
    app.state.store.open_cluster(CLUSTER)
    settings = {"metadata": {"name": "settings"}, "data": {"decoders": "4"}}
    app.state.store.create(CLUSTER, kinds.named("ConfigMap"), "default", settings)
    said = project.pulumi("import", "kubernetes:core/v1:ConfigMap", "settings", "default/settings", "--yes").out
    assert "decoders" in said
    [imported] = [each for each in project.state() if each["type"].endswith(":ConfigMap")]
    assert imported["inputs"]["data"] == {"decoders": "4"}
