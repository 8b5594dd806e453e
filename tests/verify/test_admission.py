"""Dry runs against an API server that answers as written."""

import json
from collections.abc import Callable
from typing import Any

from operations.verify.cluster import admission, classes, served
from speech.manifests.cluster import documents
from tests.manifests.made import ACCESS, planned, wired

Answer = tuple[int, Any]
GOOD: Answer = (200, {})


class Api:
    """Serves every kind; a namespace is there unless a test takes it away."""

    def __init__(
        self, answer: Callable[[str, str], Answer] = lambda *_: GOOD, *, missing: tuple[str, ...] = ()
    ) -> None:
        self._answer, self._missing = answer, missing
        self.asked: list[tuple[str, str, Any]] = []

    def ask(self, method: str, path: str, body: object = None, content: str | None = None) -> Answer:
        assert "dryRun=All" in path
        assert "fieldValidation=Strict" in path
        found = json.loads(body) if isinstance(body, str) else body
        self.asked.append((method, path, found))
        assert (content == "application/apply-patch+yaml") is (method == "PATCH")
        return self._answer(method, path)

    def get(self, path: str) -> Any:
        if any(path.endswith(one) for one in self._missing):
            return None
        return {"resources": [], "items": [], "metadata": {}}


def told(api: Api) -> dict[str, tuple[str, str, str | None]]:
    found = documents(planned(), wired(planned()), ACCESS)
    kinds = {
        (one["apiVersion"], one["kind"]): served.Resource(
            f"/apis/{one['apiVersion']}", f"{one['kind'].lower()}s", "namespace" in one["metadata"]
        )
        for one in found
    }
    return {one.name: (str(one.state), one.said, one.remedy) for one in admission.checks(api, found, kinds)}


def test_every_document_and_a_pod_of_every_template_is_tried() -> None:
    api = Api()
    found = told(api)
    assert found["documents"][0] == found["security"][0] == "pass"
    methods = [method for method, _, _ in api.asked]
    assert methods.count("PATCH") == len(documents(planned(), wired(planned()), ACCESS))
    assert methods.count("POST") == 1


def test_what_is_refused_is_told_by_kind_and_name_with_the_servers_words() -> None:
    def answer(_: str, path: str) -> Answer:
        return (422, {"message": "spec.x: unknown field"}) if "/deployments/" in path else GOOD

    state, said, _ = told(Api(answer))["documents"]
    assert state == "fail"
    assert "1 of " in said
    assert said.endswith("refused: Deployment transcribe-en: spec.x: unknown field")


def test_whoever_may_not_patch_is_asked_to_create_and_what_is_there_already_passes() -> None:
    api = Api(lambda method, _: (403, {"message": "no patch"}) if method == "PATCH" else (409, {"message": "exists"}))
    assert told(api)["documents"][0] == "pass"


def test_whoever_may_do_neither_is_told_to_get_a_role() -> None:
    state, said, remedy = told(Api(lambda *_: (403, {"message": "forbidden"})))["documents"]
    assert state == "fail"
    assert "may not be made by whoever asks" in said
    assert "kubectl auth can-i" in str(remedy)


def test_before_the_first_up_documents_are_tried_elsewhere_and_pods_are_not() -> None:
    api = Api(missing=("/namespaces/speech",))
    found = told(api)
    assert found["documents"][1].endswith("in default: speech comes with the first up")
    assert found["security"][0] == "warn"
    namespaces = {body["metadata"].get("namespace") for _, _, body in api.asked}
    assert namespaces == {None, "default"}


def test_a_pod_that_its_namespace_refuses_fails_with_the_level_that_the_stack_sets() -> None:
    refusal = 'violates PodSecurity "restricted:latest"'
    api = Api(lambda method, _: (403, {"message": refusal}) if method == "POST" else GOOD)
    state, said, remedy = told(api)["security"]
    assert (state, said) == ("fail", f"pods of transcribe-en: {refusal}")
    assert "enforce: baseline" in str(remedy)


def test_a_default_storage_class_is_found_by_its_annotation() -> None:
    claim = {"kind": "PersistentVolumeClaim", "spec": {}}
    rows = [{"metadata": {"name": "nfs", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}}]

    class Classes(Api):
        def get(self, path: str) -> Any:
            assert path.endswith("/storageclasses")
            return {"items": rows}

    [check] = classes.checks(Classes(), [claim])
    assert (check.state, check.said.partition(",")[0]) == ("pass", "storage class nfs")
    rows.clear()
    [check] = classes.checks(Classes(), [claim])
    assert (check.state, check.remedy) == ("fail", "speech:target.storage_class names one")


def test_a_gateway_class_that_its_controller_does_not_accept_fails() -> None:
    refused = {"type": "Accepted", "status": "False", "message": "unknown controller"}

    class Classes(Api):
        def get(self, path: str) -> Any:
            assert path.endswith("/gatewayclasses/envoy")
            return {"status": {"conditions": [refused]}}

    [check] = classes.checks(Classes(), [{"kind": "Gateway", "spec": {"gatewayClassName": "envoy"}}])
    assert check.state == "fail"
    assert "unknown controller" in check.said


def test_an_older_kubernetes_than_the_documents_need_fails() -> None:
    class Old(Api):
        def get(self, path: str) -> Any:
            assert path == "/version"
            return {"gitVersion": "v1.29.4", "major": "1", "minor": "29+"}

    check = served.version(Old())
    assert (check.state, check.said) == ("fail", "Kubernetes v1.29.4: the stack needs 1.30")
