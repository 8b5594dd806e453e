"""The REST API of the clusters: the paths, verbs and answers of Kubernetes over a store without controllers."""

import json
from dataclasses import dataclass
from http import HTTPMethod, HTTPStatus

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sandbox.kube import errors, kinds
from sandbox.kube.access import Access, ClusterAccess, in_azure
from sandbox.kube.field_selectors import field_selector
from sandbox.kube.kinds import Document, Kind
from sandbox.kube.pods import DERIVED, POD, NoRuns, Pods, Runs
from sandbox.kube.port_forward import port_forward_route
from sandbox.kube.store import Store

VERSION = "v1.34.0"
"""What `/version` says: the oldest release whose every kind here is stable."""
_VERBS = ("create", "delete", "get", "list", "update")


def kubernetes_app(store: Store, access: Access, runs: Runs | None = None) -> Starlette:
    """The API below `/kubernetes/{cluster_uid}`, where the server mounts it."""
    pods = Pods(store, runs or NoRuns())

    async def answer(request: Request) -> Response:
        cluster = access(request.path_params["cluster_uid"])
        if cluster is None:
            return PlainTextResponse("no cluster of this address", 503)  # a deleted cluster's name does not resolve
        body = await request.body()
        try:
            document = await run_in_threadpool(_answer, _Call(store, pods, cluster, request, body))
        except errors.ApiError as error:
            return JSONResponse(error.status, error.code)
        if isinstance(document, str):
            return PlainTextResponse(document)
        return JSONResponse(document, 201 if request.method == HTTPMethod.POST else 200)

    every = Route("/{path:path}", answer, methods=[method.value for method in HTTPMethod])
    return Starlette(routes=[port_forward_route(pods, access), every])


@dataclass(frozen=True)
class _Call:
    store: Store
    pods: Pods
    cluster: ClusterAccess
    request: Request
    body: bytes

    @property
    def kinds(self) -> list[Kind]:
        """The kinds this cluster serves."""
        add_ons = [
            *(kinds.SECRETS_STORE if self.cluster.secrets_store else ()),
            *(kinds.KEDA if self.cluster.keda else ()),
            *(kinds.GATEWAY if not in_azure(self.cluster) or self.store.has_release(self.cluster.uid) else ()),
        ]
        return [*kinds.BUILT_IN, kinds.EVENT, *add_ons, *self.store.served(self.cluster.uid)]

    @property
    def document(self) -> Document:
        """The object that was sent."""
        try:
            document = json.loads(self.body)
        except ValueError as error:
            raise errors.bad_request(f"the body is no JSON: {error}") from None
        if not isinstance(document, dict):
            raise errors.bad_request("the body is no object")
        return document

    @property
    def dry_run(self) -> bool:
        """Whether the call shall check everything and change nothing."""
        asked = self.request.query_params.getlist("dryRun")
        if asked not in ([], ["All"]):
            raise errors.bad_request("dryRun takes All and nothing else")
        return bool(asked)


def _answer(call: _Call) -> Document | str:
    refused = call.cluster.refusal(call.request.headers.get("authorization", "").removeprefix("Bearer "))
    if refused:
        reason = "Forbidden" if refused.status == HTTPStatus.FORBIDDEN else "Unauthorized"
        raise errors.ApiError(refused.status, reason, refused.text)
    call.store.open_cluster(call.cluster.uid)
    match call.request.path_params["path"].strip("/").split("/"):
        case ["version"]:
            major, minor = VERSION.removeprefix("v").split(".")[:2]
            return {"major": major, "minor": minor, "gitVersion": VERSION, "platform": "linux/amd64"}
        case ["api"]:
            return {"kind": "APIVersions", "versions": ["v1"]}
        case ["apis"]:
            return {"kind": "APIGroupList", "apiVersion": "v1", "groups": _groups(call.kinds)}
        case ["api", version, *rest]:
            return _resource(call, "", version, rest)
        case ["apis", group, version, *rest]:
            return _resource(call, group, version, rest)
    raise errors.no_such_resource()


def _groups(served: list[Kind]) -> list[Document]:
    versions: dict[str, list[str]] = {}
    for kind in served:
        if kind.group and kind.version not in versions.setdefault(kind.group, []):
            versions[kind.group].append(kind.version)
    return [
        {"name": group, "versions": (listed := [_group_version(group, version) for version in found]),
         "preferredVersion": listed[0]}
        for group, found in versions.items()
    ]  # fmt: skip


def _group_version(group: str, version: str) -> Document:
    return {"groupVersion": f"{group}/{version}", "version": version}


def _resource(call: _Call, group: str, version: str, rest: list[str]) -> Document | str:
    served = {kind.plural: kind for kind in call.kinds if (kind.group, kind.version) == (group, version)}
    match rest:
        case [] if served:
            return _resource_list(list(served.values()))
        case ["namespaces", namespace, plural, *name] if plural in served and served[plural].namespaced:
            return _object(call, served[plural], namespace, name)
        case [plural] if plural in served and served[plural].namespaced:
            if call.request.method == HTTPMethod.GET:
                return _list(call, served[plural], "")
        case [plural, *name] if plural in served and not served[plural].namespaced:
            return _object(call, served[plural], "", name)
    raise errors.no_such_resource()


def _resource_list(served: list[Kind]) -> Document:
    resources = [
        {"name": kind.plural, "singularName": kind.name.lower(), "namespaced": kind.namespaced, "kind": kind.name,
         "verbs": _VERBS}
        for kind in served
    ]  # fmt: skip
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": served[0].api_version,
        "resources": resources,
    }


def _object(call: _Call, kind: Kind, namespace: str, name: list[str]) -> Document | str:
    if kind in DERIVED:
        return _derived(call, kind, namespace, name)
    store, cluster = call.store, call.cluster.uid
    match call.request.method, name:
        case HTTPMethod.GET, []:
            return _list(call, kind, namespace)
        case HTTPMethod.GET, [one]:
            return store.get(cluster, kind, namespace, one)
        case HTTPMethod.POST, []:
            return store.create(cluster, kind, namespace, call.document, dry_run=call.dry_run)
        case HTTPMethod.PUT, [one]:
            return store.replace(cluster, kind, namespace, one, call.document, dry_run=call.dry_run)
        case HTTPMethod.DELETE, [one]:
            gone = store.delete(cluster, kind, namespace, one, dry_run=call.dry_run)
            details = {"name": one, "group": kind.group, "kind": kind.plural, "uid": gone["metadata"]["uid"]}
            return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}
        case _, ([] | [_]):
            raise errors.ApiError(
                405, "MethodNotAllowed", f"the sandbox has no {call.request.method} for {kind.plural}"
            )
    raise errors.no_such_resource()  # a subresource: status, scale, log


def _derived(call: _Call, kind: Kind, namespace: str, name: list[str]) -> Document | str:
    pods, cluster = call.pods, call.cluster.uid
    match call.request.method, name:
        case HTTPMethod.GET, []:
            return _list(call, kind, namespace)
        case HTTPMethod.GET, [one]:
            return pods.get(cluster, kind, namespace, one)
        case HTTPMethod.GET, [one, "log"] if kind == POD:
            return pods.log(cluster, namespace, one, call.request.query_params)
        case HTTPMethod.DELETE, [one] if kind == POD and not call.dry_run:
            return pods.delete(cluster, namespace, one)
        case _, ([] | [_]):
            raise errors.ApiError(405, "MethodNotAllowed", f"the sandbox shows {kind.plural} of what runs, no others")
    raise errors.no_such_resource()


def _list(call: _Call, kind: Kind, namespace: str) -> Document:
    asked = call.request.query_params
    if refused := {"watch", "continue"} & {name for name in asked if asked[name] not in {"", "false"}}:
        raise errors.bad_request(f"the sandbox lists without {', '.join(sorted(refused))}")
    wanted = _selector(asked.get("labelSelector", ""))
    selected = field_selector(kind, asked.get("fieldSelector", ""))
    source = call.pods if kind in DERIVED else call.store
    found = source.objects(call.cluster.uid, kind, namespace)
    items = [item for item in found if wanted.items() <= item["metadata"].get("labels", {}).items() and selected(item)]
    return {
        "kind": f"{kind.name}List",
        "apiVersion": kind.api_version,
        "metadata": {"resourceVersion": call.store.revision()},
        "items": items,
    }


def _selector(text: str) -> dict[str, str]:
    pairs = [term.replace("==", "=").partition("=") for term in text.split(",") if term]
    if any(not sign or "!" in key for key, sign, _ in pairs):
        raise errors.bad_request(f"the sandbox selects by key=value only, not by {text!r}")
    return {key.strip(): value.strip() for key, _, value in pairs}
