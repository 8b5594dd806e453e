"""The double answers as an API server would, refusals in its words."""

import base64
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from sandbox.kube import kinds
from sandbox.kube.store import Store
from tests.sandbox.kube.kube_doubles import CLUSTER, Azure, deployment

DEPLOYMENTS = "apis/apps/v1/namespaces/default/deployments"
SECRETS = "api/v1/namespaces/default/secrets"


def test_a_call_without_the_token_is_unauthorized(api: TestClient) -> None:
    answer = api.get("api/v1/namespaces", headers={"Authorization": "Bearer wrong"})
    assert (answer.status_code, answer.json()["reason"]) == (401, "Unauthorized")


def test_somebody_known_who_may_nothing_is_forbidden(api: TestClient, azure: Azure) -> None:
    azure.clusters[CLUSTER].forbidden = "not an administrator"
    answer = api.get("api/v1/namespaces")
    assert (answer.status_code, answer.json()["reason"]) == (403, "Forbidden")
    assert answer.json()["message"] == "not an administrator"


def test_a_deleted_cluster_has_no_api(api: TestClient, azure: Azure) -> None:
    azure.clusters.clear()
    assert api.get("api/v1/namespaces").status_code == 503


def test_a_new_cluster_has_the_namespaces_every_cluster_has(api: TestClient) -> None:
    names = [item["metadata"]["name"] for item in api.get("api/v1/namespaces").json()["items"]]
    assert names == ["default", "kube-node-lease", "kube-public", "kube-system"]


def test_an_object_gets_what_the_server_gives(api: TestClient) -> None:
    made = api.post(DEPLOYMENTS, json=deployment())
    assert made.status_code == 201
    metadata = made.json()["metadata"]
    assert metadata["namespace"] == "default"
    assert metadata["generation"] == 1
    assert {"uid", "creationTimestamp", "resourceVersion"} <= metadata.keys()
    assert made.json()["spec"]["replicas"] == 1
    assert "status" not in made.json()  # no controller runs, so nobody reports


def test_an_update_that_changes_nothing_is_no_new_version(api: TestClient) -> None:
    made = api.post(DEPLOYMENTS, json=deployment()).json()
    again = api.put(f"{DEPLOYMENTS}/transcribe", json=deployment()).json()
    assert again == made
    scaled = api.put(f"{DEPLOYMENTS}/transcribe", json=deployment(replicas=3)).json()
    assert scaled["metadata"]["generation"] == 2
    assert scaled["metadata"]["resourceVersion"] != made["metadata"]["resourceVersion"]
    assert scaled["metadata"]["uid"] == made["metadata"]["uid"]


def test_an_update_of_an_older_version_conflicts(api: TestClient) -> None:
    made = api.post(DEPLOYMENTS, json=deployment()).json()
    api.put(f"{DEPLOYMENTS}/transcribe", json=deployment(replicas=3))
    answer = api.put(f"{DEPLOYMENTS}/transcribe", json=made)
    assert (answer.status_code, answer.json()["reason"]) == (409, "Conflict")
    assert "the object has been modified" in answer.json()["message"]


def test_a_taken_name_is_refused(api: TestClient) -> None:
    api.post(DEPLOYMENTS, json=deployment())
    answer = api.post(DEPLOYMENTS, json=deployment())
    assert (answer.status_code, answer.json()["reason"]) == (409, "AlreadyExists")
    assert answer.json()["message"] == 'deployments.apps "transcribe" already exists'


def test_what_is_not_there_is_not_found(api: TestClient) -> None:
    answer = api.get(f"{DEPLOYMENTS}/absent")
    assert answer.status_code == 404
    assert answer.json()["message"] == 'deployments.apps "absent" not found'
    assert answer.json()["details"] == {"name": "absent", "group": "apps", "kind": "deployments"}


def test_a_namespace_must_exist(api: TestClient) -> None:
    answer = api.post("api/v1/namespaces/speech/configmaps", json={"metadata": {"name": "c"}})
    assert (answer.status_code, answer.json()["message"]) == (404, 'namespaces "speech" not found')


def test_with_a_namespace_goes_what_is_inside(api: TestClient) -> None:
    api.post("api/v1/namespaces", json={"metadata": {"name": "speech"}})
    api.post("api/v1/namespaces/speech/configmaps", json={"metadata": {"name": "c"}})
    api.delete("api/v1/namespaces/speech")
    api.post("api/v1/namespaces", json={"metadata": {"name": "speech"}})
    assert api.get("api/v1/namespaces/speech/configmaps").json()["items"] == []


def test_an_unknown_field_is_refused_as_by_strict_validation(api: TestClient) -> None:
    answer = api.post(DEPLOYMENTS, json=deployment(foo=1))
    assert answer.status_code == 400
    assert answer.json()["message"] == (
        'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.foo"'
    )


def test_the_names_of_python_are_no_names_of_the_api(api: TestClient) -> None:
    answer = api.post(DEPLOYMENTS, json=deployment(min_ready_seconds=60))
    assert 'unknown field "spec.min_ready_seconds"' in answer.json()["message"]


def test_a_missing_field_is_invalid(api: TestClient) -> None:
    body = deployment()
    del body["spec"]["selector"]
    answer = api.post(DEPLOYMENTS, json=body)
    assert (answer.status_code, answer.json()["reason"]) == (422, "Invalid")
    assert answer.json()["message"] == 'Deployment.apps "transcribe" is invalid: spec.selector: Required value'
    assert answer.json()["details"]["causes"] == [{"field": "spec.selector", "message": "Required value"}]


@pytest.mark.parametrize(("field", "value"), [("replicas", "2"), ("replicas", 2.5), ("paused", "yes")])
def test_a_value_of_another_type_is_refused(api: TestClient, field: str, value: Any) -> None:
    answer = api.post(DEPLOYMENTS, json=deployment(**{field: value}))
    assert answer.status_code == 400
    assert f"spec.{field}" in answer.json()["message"]


def test_a_selector_must_match_its_template(api: TestClient) -> None:
    answer = api.post(DEPLOYMENTS, json=deployment(selector={"matchLabels": {"app": "other"}}))
    assert answer.status_code == 422
    assert "`selector` does not match template `labels`" in answer.json()["message"]


def test_a_template_without_containers_is_invalid(api: TestClient) -> None:
    body = deployment()
    body["spec"]["template"]["spec"]["containers"] = []
    assert "spec.template.spec.containers: Required value" in api.post(DEPLOYMENTS, json=body).json()["message"]


def test_a_name_in_capitals_is_invalid(api: TestClient) -> None:
    answer = api.post(SECRETS, json={"metadata": {"name": "Keys"}})
    assert answer.status_code == 422
    assert "lowercase RFC 1123 subdomain" in answer.json()["message"]


def test_a_selector_cannot_change(api: TestClient) -> None:
    api.post(DEPLOYMENTS, json=deployment())
    other = deployment()
    other["spec"]["selector"]["matchLabels"] = {"tier": "speech"}
    other["spec"]["template"]["metadata"]["labels"]["tier"] = "speech"
    answer = api.put(f"{DEPLOYMENTS}/transcribe", json=other)
    assert (answer.status_code, answer.json()["details"]["causes"][0]["field"]) == (422, "spec.selector")


def test_an_immutable_secret_cannot_change(api: TestClient) -> None:
    api.post(SECRETS, json={"metadata": {"name": "keys"}, "immutable": True, "stringData": {"k": "one"}})
    answer = api.put(f"{SECRETS}/keys", json={"metadata": {"name": "keys"}, "immutable": True, "data": {"k": "dHdv"}})
    assert answer.status_code == 422
    assert "data: Forbidden: field is immutable when `immutable` is set" in answer.json()["message"]


def test_the_texts_of_a_secret_become_its_data(api: TestClient) -> None:
    made = api.post(SECRETS, json={"metadata": {"name": "keys"}, "data": {"a": "b25l"}, "stringData": {"b": "two"}})
    assert made.json()["data"] == {"a": "b25l", "b": base64.b64encode(b"two").decode()}
    assert "stringData" not in made.json()
    assert made.json()["type"] == "Opaque"


def test_data_of_a_secret_is_base64(api: TestClient) -> None:
    answer = api.post(SECRETS, json={"metadata": {"name": "keys"}, "data": {"a": "no base64!"}})
    assert answer.status_code == 400
    assert "illegal base64 data" in answer.json()["message"]


def test_a_dry_run_checks_and_keeps_nothing(api: TestClient) -> None:
    assert api.post(f"{DEPLOYMENTS}?dryRun=All", json=deployment()).status_code == 201
    assert api.post(f"{DEPLOYMENTS}?dryRun=All", json=deployment(foo=1)).status_code == 400
    assert api.get(DEPLOYMENTS).json()["items"] == []


def test_a_list_is_narrowed_by_labels(api: TestClient) -> None:
    for name, tier in (("a", "speech"), ("b", "other")):
        api.post(SECRETS, json={"metadata": {"name": name, "labels": {"tier": tier}}})
    listed = api.get(f"{SECRETS}?labelSelector=tier%3Dspeech").json()
    assert listed["kind"] == "SecretList"
    assert [item["metadata"]["name"] for item in listed["items"]] == ["a"]


@pytest.mark.parametrize("query", ["watch=true", "fieldSelector=data.name%3Da", "labelSelector=a+in+(b)"])
def test_what_the_double_cannot_do_it_refuses(api: TestClient, query: str) -> None:
    assert api.get(f"{SECRETS}?{query}").status_code == 400


def test_there_is_no_patch(api: TestClient) -> None:
    api.post(SECRETS, json={"metadata": {"name": "a"}})
    assert api.patch(f"{SECRETS}/a", json={}).status_code == 405


def test_a_secret_provider_class_needs_the_add_on(api: TestClient, azure: Azure) -> None:
    path = "apis/secrets-store.csi.x-k8s.io/v1/namespaces/default/secretproviderclasses"
    body = {"metadata": {"name": "keys"}, "spec": {"provider": "azure", "whatever": 1}}
    assert api.post(path, json=body).json()["spec"] == body["spec"]
    azure.clusters[CLUSTER].secrets_store = False
    answer = api.post(path, json=body)
    assert (answer.status_code, answer.json()["message"]) == (404, "the server could not find the requested resource")


def test_a_definition_makes_a_custom_kind(api: TestClient) -> None:
    path = "apis/example.com/v1/namespaces/default/widgets"
    assert api.post(path, json={"metadata": {"name": "w"}}).status_code == 404
    names = {"kind": "Widget", "plural": "widgets"}
    version = {"name": "v1", "served": True, "storage": True}
    definition = {
        "metadata": {"name": "widgets.example.com"},
        "spec": {"group": "example.com", "names": names, "scope": "Namespaced", "versions": [version]},
    }
    assert api.post("apis/apiextensions.k8s.io/v1/customresourcedefinitions", json=definition).status_code == 201
    assert api.post(path, json={"metadata": {"name": "w"}, "spec": {"any": ["thing"]}}).status_code == 201
    assert "widgets" in [resource["name"] for resource in api.get("apis/example.com/v1").json()["resources"]]


def test_every_built_in_kind_has_a_model_and_a_plural_of_its_own() -> None:
    from kubernetes.client import models  # noqa: PLC0415 - the import takes half a second

    for kind in kinds.BUILT_IN:
        assert "metadata" in getattr(models, f"{kind.version.capitalize()}{kind.name}").model_fields
    assert len({kind.resource for kind in kinds.BUILT_IN}) == len(kinds.BUILT_IN)


def test_the_store_survives_a_restart_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "kube.sqlite"
    first = Store(path)
    first.open_cluster(CLUSTER)
    first.create(CLUSTER, kinds.named("Secret"), "default", {"metadata": {"name": "k"}, "stringData": {"a": "planted"}})
    first.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = Store(path)
    secret = again.get(CLUSTER, kinds.named("Secret"), "default", "k")
    assert base64.b64decode(secret["data"]["a"]) == b"planted"
    again.close()


def test_a_deleted_secret_is_not_left_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "kube.sqlite"
    store = Store(path)
    store.open_cluster(CLUSTER)
    store.create(CLUSTER, kinds.named("Secret"), "default", {"metadata": {"name": "k"}, "stringData": {"a": "planted"}})
    planted = base64.b64encode(b"planted")
    assert planted in path.read_bytes()
    store.delete(CLUSTER, kinds.named("Secret"), "default", "k")
    store.close()
    assert planted not in path.read_bytes()
    with sqlite3.connect(path) as database:
        left = "SELECT COUNT(*) FROM objects WHERE resource = 'secrets'"
        assert database.execute(left).fetchone() == (0,)


def test_a_load_balancer_has_an_address_at_once_and_keeps_it(api: TestClient) -> None:
    path = "api/v1/namespaces/default/services"
    service = {"metadata": {"name": "s"}, "spec": {"type": "LoadBalancer", "ports": [{"port": 5000}]}}
    (given,) = api.post(path, json=service).json()["status"]["loadBalancer"]["ingress"]
    assert given["ip"].startswith("198.51.100.")
    assert api.get(f"{path}/s").json()["status"]["loadBalancer"]["ingress"] == [given]
