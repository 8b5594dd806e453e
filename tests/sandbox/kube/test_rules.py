"""What the API server refuses beyond types, in its words."""

import base64
from typing import Any

import pytest
from starlette.testclient import TestClient

SECRETS = "api/v1/namespaces/default/secrets"
JOBS = "apis/batch/v1/namespaces/default/jobs"
DEPLOYMENTS = "apis/apps/v1/namespaces/default/deployments"
PRIORITIES = "apis/scheduling.k8s.io/v1/priorityclasses"


def job(**spec: Any) -> dict[str, Any]:
    pod = {"restartPolicy": "Never", "containers": [{"name": "c", "image": "speech"}]}
    return {"metadata": {"name": "fetch"}, "spec": {"template": {"spec": pod}, **spec}}


def refusal(api: TestClient, path: str, document: dict[str, Any]) -> str:
    answer = api.post(path, json=document)
    assert answer.status_code == 422, answer.text
    return str(answer.json()["message"])


@pytest.mark.parametrize("field", ["activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished"])
def test_limits_of_a_job_are_not_negative(api: TestClient, field: str) -> None:
    said = refusal(api, JOBS, job(**{field: -1}))
    assert f"spec.{field}: Invalid value: -1: must be greater than or equal to 0" in said


def test_a_job_says_when_its_pod_restarts(api: TestClient) -> None:
    body = job()
    del body["spec"]["template"]["spec"]["restartPolicy"]
    said = refusal(api, JOBS, body)
    assert 'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"' in said


def test_a_deployments_pods_restart_always(api: TestClient) -> None:
    labels = {"app": "a"}
    spec = {**job()["spec"], "selector": {"matchLabels": labels}}
    spec["template"] = {**spec["template"], "metadata": {"labels": labels}}
    said = refusal(api, DEPLOYMENTS, {"metadata": {"name": "d"}, "spec": spec})
    assert 'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"' in said


def test_the_template_of_a_job_cannot_change_and_its_limits_can(api: TestClient) -> None:
    api.post(JOBS, json=job())
    assert api.put(f"{JOBS}/fetch", json=job(backoffLimit=1, activeDeadlineSeconds=60)).status_code == 200
    changed = job()
    changed["spec"]["template"]["spec"]["containers"][0]["image"] = "other"
    answer = api.put(f"{JOBS}/fetch", json=changed)
    assert answer.status_code == 422
    assert "spec.template: field is immutable" in answer.json()["message"]


@pytest.mark.parametrize(
    ("secret", "message"),
    [
        ({"type": "kubernetes.io/dockerconfigjson"}, "data[.dockerconfigjson]: Required value"),
        (
            {"type": "kubernetes.io/dockerconfigjson", "stringData": {".dockerconfigjson": "user:password"}},
            'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>"',
        ),
        ({"type": "kubernetes.io/tls", "stringData": {"tls.crt": "c"}}, "data[tls.key]: Required value"),
        ({"stringData": {"a key": "v"}}, 'Invalid value: "a key": a valid config key must consist of'),
        ({"stringData": {"k": "v" * 1048577}}, "Too long: may not be more than 1048576 bytes"),
    ],
)
def test_a_secret_holds_what_its_type_says(api: TestClient, secret: dict[str, Any], message: str) -> None:
    said = refusal(api, SECRETS, {"metadata": {"name": "keys"}, **secret})
    assert message in said
    assert "password" not in said


def test_a_pull_secret_may_come_as_data(api: TestClient) -> None:
    data = {".dockerconfigjson": base64.b64encode(b'{"auths": {}}').decode()}
    body = {"metadata": {"name": "keys"}, "type": "kubernetes.io/dockerconfigjson", "data": data}
    assert api.post(SECRETS, json=body).status_code == 201


def test_a_priority_has_a_limit_and_cannot_change(api: TestClient) -> None:
    assert "value: Forbidden" in refusal(api, PRIORITIES, {"metadata": {"name": "high"}, "value": 2_000_000_000})
    api.post(PRIORITIES, json={"metadata": {"name": "high"}, "value": 1000})
    answer = api.put(f"{PRIORITIES}/high", json={"metadata": {"name": "high"}, "value": 2000})
    assert "value: field is immutable" in answer.json()["message"]


@pytest.mark.parametrize(
    ("mount", "message"),
    [
        ({"subPath": "/etc"}, "must be a relative path"),
        ({"subPath": "a/../../b"}, "must not contain '..'"),
        ({"subPath": "a", "subPathExpr": "b"}, "subPathExpr and subPath are exclusive"),
    ],
)
def test_a_sub_path_stays_inside_of_its_volume(api: TestClient, mount: dict[str, str], message: str) -> None:
    body = job()
    pod = body["spec"]["template"]["spec"]
    pod["volumes"] = [{"name": "v", "emptyDir": {}}]
    pod["containers"][0]["volumeMounts"] = [{"name": "v", "mountPath": "/v", **mount}]
    assert message in refusal(api, JOBS, body)
