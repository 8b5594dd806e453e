"""Every document of every stack of this repository, admitted by a real API server that stores none of it."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from conformance.client import Client, Document, RefusedError
from conformance.running import Running
from sandbox.home import REPOSITORY
from speech.capacity.planner import plan
from speech.manifests.cluster import documents
from speech.manifests.keys import SERVICE_ACCOUNT
from speech.settings.parse import parse
from tests.conformance.admitting import admit
from tests.manifests.made import ACCESS, planned, wired

pytestmark = pytest.mark.conformance

FILES = sorted((REPOSITORY / "stacks").glob("Pulumi.*.yaml"))


def in_cluster(file: Path) -> list[Document]:
    """What a stack has in its cluster; nothing where it runs in none."""
    made = plan(parse(YAML(typ="safe").load(file)["config"]).stack, file.name.split(".")[1])
    return documents(made, wired(made), ACCESS) if made.target in {"aks", "kubernetes"} else []


ALL: dict[str, list[Document]] = {file.name.split(".")[1]: in_cluster(file) for file in FILES}
GPU_NAMESPACE = "speech-gpus"
STACKS = [name for name, found in ALL.items() if found]


@pytest.fixture(scope="module")
def client(plane: Running) -> Client:
    return Client(plane.kubeconfig)


def templates(found: Iterable[Document]) -> Iterable[tuple[str, str, dict[str, Any]]]:
    for document in found:
        if "template" in document["spec"] if "spec" in document else False:
            yield document["metadata"]["name"], document["metadata"]["namespace"], document["spec"]["template"]


def create_pod(client: Client, namespace: str, name: str, template: dict[str, Any]) -> None:
    pod = {"apiVersion": "v1", "kind": "Pod", **template, "metadata": {**template["metadata"], "name": name}}
    client.create(f"/api/v1/namespaces/{namespace}/pods?dryRun=All&fieldValidation=Strict", pod)


@pytest.mark.parametrize("stack", STACKS)
def test_every_document_is_admitted_strictly(client: Client, stack: str) -> None:
    for document in ALL[stack]:
        # A namespace is made, or nothing could be tried in it.
        admit(client, document, dry=document["kind"] != "Namespace")


@pytest.mark.parametrize("stack", STACKS)
def test_every_pod_is_admitted_by_the_security_level_of_its_namespace(client: Client, stack: str) -> None:
    for document in ALL[stack]:
        if document["kind"] in {"Namespace", "ServiceAccount"}:
            admit(client, document, dry=False)
    for name, namespace, template in templates(ALL[stack]):
        create_pod(client, namespace, name, template)


@pytest.fixture(scope="module")
def restricted(client: Client) -> str:
    """A namespace of the restricted standard, with the pods' account."""
    enforce = {"pod-security.kubernetes.io/enforce": "restricted"}
    meta = {"name": "restricted", "labels": enforce}
    client.create("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": meta})
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": SERVICE_ACCOUNT}}
    client.create("/api/v1/namespaces/restricted/serviceaccounts", account)
    return "restricted"


@pytest.mark.parametrize("stack", STACKS)
def test_nothing_but_an_image_whose_user_has_no_number_keeps_a_pod_from_the_restricted_standard(
    client: Client, restricted: str, stack: str
) -> None:
    for name, namespace, template in templates(ALL[stack]):
        if namespace == GPU_NAMESPACE:
            continue  # a device plugin reaches into its node: privileged
        try:
            create_pod(client, restricted, name, template)
        except RefusedError as refusal:
            _, _, reasons = str(refusal).partition('violates PodSecurity "restricted:latest": ')
            assert re.fullmatch(r"runAsNonRoot != true \([^()]*must set securityContext.runAsNonRoot=true\)", reasons)


def test_a_container_whose_users_number_is_given_meets_the_restricted_standard(client: Client, restricted: str) -> None:
    made = planned(("speech:containers[0].run_as_user", 1000))
    for name, _, template in templates(documents(made, wired(made), ACCESS)):
        create_pod(client, restricted, name, template)


def test_a_field_that_is_none_is_refused(client: Client) -> None:
    wrong = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "wrong"}, "spec": {"nothing": 1}}
    with pytest.raises(RefusedError, match=r"field not declared in schema|unknown field"):
        admit(client, wrong)


def test_a_privileged_pod_is_refused_where_containers_run(client: Client) -> None:
    stack = STACKS[0]
    [namespace] = [one for one in ALL[stack] if one["kind"] == "Namespace" and one["metadata"]["name"] == "speech"]
    admit(client, namespace, dry=False)
    container = {"name": "main", "image": "example.invalid/image:1", "securityContext": {"privileged": True}}
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "privileged"},
        "spec": {"containers": [container], "automountServiceAccountToken": False},
    }
    with pytest.raises(RefusedError, match='violates PodSecurity "baseline'):
        client.create("/api/v1/namespaces/speech/pods?dryRun=All", pod)
