"""Whether the API server admits a stack's documents and pods: by dry runs, of which nothing stays."""

import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from operations.verify.check import Check, failed, passed, warned
from operations.verify.cluster.served import Document, Resources
from operations.verify.kube import Cluster

_STRICT = "dryRun=All&fieldValidation=Strict&fieldManager=pulumi"
_APPLY = "application/apply-patch+yaml"
_IN_PLACE = "default"
"""Where documents are tried whose own namespace comes with the first up."""
_MOST_SHOWN = 3
_DENIED = "violates PodSecurity"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the server said to a document."""

    what: str
    status: int
    said: str

    def __str__(self) -> str:
        return f"{self.what}: {self.said or self.status}"


def checks(cluster: Cluster, documents: Sequence[Document], resources: Resources) -> Iterator[Check]:
    """A dry run of every document that is served, and of a pod of every template."""
    absent = _absent(cluster, documents)
    served = [one for one in documents if (one["apiVersion"], one["kind"]) in resources]
    refused = [found for one in served if (found := _applied(cluster, _placed(one, absent), resources))]
    yield _of_documents(refused, len(served), absent)
    yield from _of_pods(cluster, served, absent)


def _absent(cluster: Cluster, documents: Sequence[Document]) -> set[str]:
    namespaces = {str(one["metadata"]["namespace"]) for one in documents if "namespace" in one["metadata"]}
    return {name for name in namespaces if cluster.get(f"/api/v1/namespaces/{name}") is None}


def _placed(document: Document, absent: set[str]) -> Document:
    if document["metadata"].get("namespace") not in absent:
        return document
    moved = deepcopy(dict(document))
    moved["metadata"]["namespace"] = _IN_PLACE
    return moved


def _applied(cluster: Cluster, document: Document, resources: Resources) -> Refusal | None:
    """As the provider applies it: server-side. Whoever may not patch is asked to create."""
    resource, meta = resources[document["apiVersion"], document["kind"]], document["metadata"]
    namespace = str(meta.get("namespace", ""))
    body = json.dumps(document)
    status, found = cluster.ask("PATCH", f"{resource.path(namespace, meta['name'])}?{_STRICT}&force=true", body, _APPLY)
    if status in {HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.FORBIDDEN}:
        status, found = cluster.ask("POST", f"{resource.path(namespace)}?{_STRICT}", document)
    # It is there: an update may differ in what only the server knows.
    if status < HTTPStatus.BAD_REQUEST or status == HTTPStatus.CONFLICT:
        return None
    return Refusal(f"{document['kind']} {meta['name']}", status, _message(found))


def _of_documents(refused: Sequence[Refusal], count: int, absent: set[str]) -> Check:
    place = f", in {_IN_PLACE}: {' and '.join(sorted(absent))} comes with the first up" if absent else ""
    if not refused:
        return passed("documents", f"all {count} pass a strict dry run{place}", documents=count)
    if all(one.status in {HTTPStatus.FORBIDDEN, HTTPStatus.UNAUTHORIZED} for one in refused):
        return failed(
            "documents",
            f"{len(refused)} of {count} may not be made by whoever asks: {refused[0]}",
            "give that user a role in the namespace:  kubectl auth can-i --list",
        )
    shown = "; ".join(str(one) for one in refused[:_MOST_SHOWN])
    return failed("documents", f"{len(refused)} of {count} are refused: {shown}")


def _of_pods(cluster: Cluster, documents: Sequence[Document], absent: set[str]) -> Iterator[Check]:
    """Only a pod itself meets the security level of its namespace: a Deployment is admitted with any template."""
    found = [(one["metadata"], one["spec"]["template"]) for one in documents if "template" in one.get("spec", {})]
    there = [(meta, template) for meta, template in found if meta["namespace"] not in absent]
    if found and not there:
        yield warned(
            "security",
            f"not asked: {' and '.join(sorted(absent))} comes with the first up, held to the level that the stack sets",
        )
        return
    refused = [one for meta, template in there if (one := _pod(cluster, meta, template))]
    if not refused:
        yield passed("security", f"pods of all {len(there)} templates are admitted where they run")
        return
    if all(one.status == HTTPStatus.METHOD_NOT_ALLOWED for one in refused):
        yield warned("security", f"not asked: {refused[0]}")
        return
    denied = [one for one in refused if _DENIED in one.said]
    remedy = (
        "the namespace's label pod-security.kubernetes.io/enforce: baseline is what the stack sets" if denied else None
    )
    yield failed("security", "; ".join(str(one) for one in refused[:_MOST_SHOWN]), remedy)


def _pod(cluster: Cluster, meta: Mapping[str, Any], template: Mapping[str, Any]) -> Refusal | None:
    name = f"{meta['name']}-verify"
    pod = {"apiVersion": "v1", "kind": "Pod", **template, "metadata": {**template["metadata"], "name": name}}
    status, found = cluster.ask("POST", f"/api/v1/namespaces/{meta['namespace']}/pods?{_STRICT}", pod)
    if status < HTTPStatus.BAD_REQUEST:
        return None
    return Refusal(f"pods of {meta['name']}", status, _message(found))


def _message(found: object) -> str:
    return str(found.get("message", "")) if isinstance(found, Mapping) else ""
