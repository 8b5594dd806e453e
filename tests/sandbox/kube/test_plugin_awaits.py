"""What the stand-in for pulumi-resource-kubernetes waits for, and what it says of what does not come."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2 as proto
from starlette.applications import Starlette

from sandbox.kube import kinds
from sandbox.plugins.kubernetes.provider import Kubernetes
from tests.sandbox.kube.engine_double import CallFailedError, Context, Resource, changes
from tests.sandbox.kube.kube_doubles import CLUSTER

JOB, CLAIM = "kubernetes:batch/v1:Job", "kubernetes:core/v1:PersistentVolumeClaim"
STORAGE_CLASS, SECRET = "kubernetes:storage.k8s.io/v1:StorageClass", "kubernetes:core/v1:Secret"
SKIP, AGAIN = {"pulumi.com/skipAwait": "true"}, {"pulumi.com/replaceUnready": "true"}


@pytest.fixture
def plugin(kubeconfig: dict[str, Any]) -> Iterator[Kubernetes]:
    made = Kubernetes()
    variables = {"kubernetes:config:kubeconfig": json.dumps(kubeconfig)}
    made.Configure(proto.ConfigureRequest(variables=variables), Context())
    yield made
    made._api._pool.clear()


def job(image: str = "speech", annotations: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    pod = {"restartPolicy": "Never", "containers": [{"name": "c", "image": image}]}
    metadata = {"name": "fetch", "annotations": annotations or {}}
    return {"metadata": metadata, "spec": {"template": {"spec": pod}, **spec}}


def claim(annotations: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    spec = {"accessModes": ["ReadWriteMany"], "resources": {"requests": {"storage": "10Gi"}}, **spec}
    return {"metadata": {"name": "models", "annotations": annotations or {}}, "spec": spec}


Controller = Callable[..., None]


@pytest.fixture
def controller(app: Starlette) -> Controller:
    """Gives every object of a kind a status as soon as it is there."""

    def control(kind_name: str, **status: Any) -> None:
        store, kind = app.state.store, kinds.named(kind_name)

        def write() -> None:
            for one in store.objects(CLUSTER, kind):
                store.keep(CLUSTER, kind, {**one, "status": status})

        store.subscribe(write)

    return control


def condition(kind: str, reason: str, message: str) -> list[dict[str, str]]:
    return [{"type": kind, "status": "True", "reason": reason, "message": message}]


COMPLETE = condition("Complete", "CompletionsReached", "done")
FAILED = condition("Failed", "DeadlineExceeded", "Job was active longer than specified deadline")


def test_a_job_is_made_when_it_is_complete(plugin: Kubernetes, controller: Controller) -> None:
    controller("Job", conditions=COMPLETE, succeeded=1)
    resource = Resource(plugin, JOB)
    resource.create(job())
    assert resource.outputs["status"]["succeeded"] == 1
    assert changes(resource.diff(job())) == {}
    assert resource.read().id == "default/fetch"


def test_a_job_that_fails_is_there_with_its_reason(plugin: Kubernetes, controller: Controller) -> None:
    controller("Job", conditions=FAILED)
    with pytest.raises(CallFailedError) as raised:
        Resource(plugin, JOB).create(job())
    partial = raised.value.partial
    assert partial is not None
    assert partial.id == "default/fetch"
    assert partial.reasons[0] == (
        "resource default/fetch was successfully created, but the Kubernetes API server reported that it failed to "
        "fully initialize or become live: Resource 'fetch' was created but failed to initialize"
    )
    assert partial.reasons[1:] == ["[DeadlineExceeded] Job was active longer than specified deadline"]
    assert partial.properties["metadata"]["name"] == "fetch"


def test_a_job_that_never_ends_times_out(plugin: Kubernetes) -> None:
    with pytest.raises(CallFailedError, match="'fetch' timed out waiting to be Ready"):
        Resource(plugin, JOB).create(job(), timeout=0.2)
    timed = job(annotations={"pulumi.com/timeoutSeconds": "1"})
    timed["metadata"]["name"] = "other"
    with pytest.raises(CallFailedError, match="'other' timed out waiting to be Ready"):
        Resource(plugin, JOB).create(timed)


def test_a_cancelled_wait_ends(plugin: Kubernetes) -> None:
    plugin.cancelled.set()
    with pytest.raises(CallFailedError, match="cancelled for 'fetch'"):
        Resource(plugin, JOB).create(job())


def test_a_job_that_shall_not_be_awaited_is_done_when_stored(plugin: Kubernetes) -> None:
    resource = Resource(plugin, JOB)
    resource.create(job(annotations=SKIP))
    assert resource.id == "default/fetch"
    assert resource.read().id == "default/fetch"


def test_a_refresh_says_that_a_job_failed(plugin: Kubernetes, app: Starlette) -> None:
    resource = Resource(plugin, JOB)
    with pytest.raises(CallFailedError, match="timed out"):
        resource.create(job(), timeout=0.2)
    resource.id = "default/fetch"
    for status, reason in (({}, "failed to initialize"), ({"conditions": FAILED}, "DeadlineExceeded")):
        live = app.state.store.get(CLUSTER, kinds.named("Job"), "default", "fetch")
        app.state.store.keep(CLUSTER, kinds.named("Job"), {**live, "status": status})
        with pytest.raises(CallFailedError, match=reason):
            resource.read()


def test_another_template_replaces_a_job_and_deletes_it_first(plugin: Kubernetes, controller: Controller) -> None:
    controller("Job", conditions=COMPLETE)
    resource = Resource(plugin, JOB)
    resource.create(job())
    answer = resource.diff(job("other"))
    assert changes(answer) == {"spec.template.spec.containers[0].image": "UPDATE_REPLACE"}
    assert answer.deleteBeforeReplace
    limits = resource.diff(job(backoffLimit=1))
    assert list(limits.replaces) == []


def test_a_job_that_failed_is_tried_again_where_its_annotation_says_so(
    plugin: Kubernetes, controller: Controller
) -> None:
    controller("Job", conditions=FAILED)
    for annotations in ({}, AGAIN):
        resource = Resource(plugin, JOB)
        with pytest.raises(CallFailedError) as raised:
            resource.create(job(annotations=annotations))
        assert raised.value.partial is not None
        resource.id = raised.value.partial.id
        resource.outputs = resource.inputs
        answer = resource.diff(job(annotations=annotations))
        assert list(answer.replaces) == (['.metadata.annotations["pulumi.com/replaceUnready"]'] if annotations else [])
        assert answer.deleteBeforeReplace == bool(annotations)
        resource.delete()


def test_a_claim_is_made_when_it_is_bound(plugin: Kubernetes, controller: Controller) -> None:
    with pytest.raises(CallFailedError, match="Timeout occurred polling for 'models'"):
        Resource(plugin, CLAIM).create(claim(storageClassName="azurefile-csi"), timeout=0.2)
    controller("PersistentVolumeClaim", phase="Bound")
    bound = claim(storageClassName="azurefile-csi")
    bound["metadata"]["name"] = "others"
    resource = Resource(plugin, CLAIM)
    resource.create(bound)
    assert resource.outputs["status"]["phase"] == "Bound"


def test_a_claim_whose_class_waits_for_a_pod_is_not_waited_for(plugin: Kubernetes) -> None:
    resource = Resource(plugin, CLAIM)
    resource.create(claim(storageClassName="managed-csi"))
    assert resource.outputs["status"]["phase"] == "Pending"


def test_a_claim_grows_in_place_and_another_class_replaces_it(plugin: Kubernetes, controller: Controller) -> None:
    controller("PersistentVolumeClaim", phase="Bound")
    resource = Resource(plugin, CLAIM)
    resource.create(claim(storageClassName="azurefile-csi"))
    larger = claim(storageClassName="azurefile-csi", resources={"requests": {"storage": "20Gi"}})
    assert changes(resource.diff(larger)) == {"spec.resources.requests.storage": "UPDATE"}
    resource.update(larger)
    premium = resource.diff(claim(storageClassName="azurefile-csi-premium"))
    assert list(premium.replaces) == ["spec.storageClassName"]
    assert premium.deleteBeforeReplace


def test_a_class_of_another_provisioner_is_another_class(plugin: Kubernetes) -> None:
    resource = Resource(plugin, STORAGE_CLASS)
    resource.create({"metadata": {"name": "mine"}, "provisioner": "nfs.csi.k8s.io", "parameters": {"share": "/a"}})
    moved = {"metadata": {"name": "mine"}, "provisioner": "nfs.csi.k8s.io", "parameters": {"share": "/b"}}
    assert list(resource.diff(moved).replaces) == ["parameters.share"]


def test_data_of_an_immutable_secret_replaces_it_whatever_the_setting(
    plugin: Kubernetes, kubeconfig: dict[str, Any]
) -> None:
    variables = {
        "kubernetes:config:kubeconfig": json.dumps(kubeconfig),
        "kubernetes:config:enableSecretMutable": "true",
    }
    plugin.Configure(proto.ConfigureRequest(variables=variables), Context())
    for immutable in (False, True):
        resource = Resource(plugin, SECRET)
        name = {"metadata": {"name": f"keys-{immutable}".lower()}, "immutable": immutable}
        resource.create({**name, "stringData": {"k": "one"}})
        answer = resource.diff({**name, "stringData": {"k": "two"}})
        assert (list(answer.replaces), answer.deleteBeforeReplace) == (["data.k"] * immutable, immutable)
