"""Helm releases: kept as Helm keeps them, in a Secret of their namespace. No chart is read and nothing of it is made.

The cluster serves what Envoy Gateway defines while a release of its chart is there.
"""

import base64
import json
from typing import Any

from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2 as proto

from sandbox.kube import kinds
from sandbox.kube.kinds import Document
from sandbox.plugins.changes import differences, text
from sandbox.plugins.kubernetes.api import Api, RefusedError
from sandbox.plugins.kubernetes.wire import to_struct
from sandbox.plugins.serving import struct_to_python

TYPE = "kubernetes:helm.sh/v3:Release"
_SECRET = kinds.named("Secret")
_NOT_FOUND = 404
_REPLACING = ("name", "namespace")
_NEEDED = ("name", "namespace", "chart")


def is_release(urn: str) -> bool:
    """Whether the resource is one."""
    return urn.split("::")[2].rpartition("$")[2] == TYPE


def check(request: proto.CheckRequest) -> proto.CheckResponse:
    """What a release needs here; the real provider reads the chart, too, from wherever it lies."""
    inputs = struct_to_python(request.news)
    missing = [f"{field}: the sandbox makes releases with one only" for field in _NEEDED if not inputs.get(field)]
    failures = [proto.CheckFailure(reason=reason) for reason in missing]
    return proto.CheckResponse(inputs=to_struct(_told(inputs)), failures=failures)


def diff(request: proto.DiffRequest) -> proto.DiffResponse:
    """Another name or namespace is another release; all else is an upgrade."""
    olds, news = _told(struct_to_python(request.old_inputs)), _told(struct_to_python(request.news))
    changed = [text(path) for path, _ in differences(olds, news)]
    replaces = [path for path in changed if path in _REPLACING]
    some = proto.DiffResponse.DIFF_SOME if changed else proto.DiffResponse.DIFF_NONE
    return proto.DiffResponse(changes=some, diffs=changed, replaces=replaces, deleteBeforeReplace=bool(replaces))


def create(api: Api | None, request: proto.CreateRequest) -> proto.CreateResponse:
    """Installed, at revision 1."""
    inputs = struct_to_python(request.properties)
    if api is None or request.preview:
        return proto.CreateResponse(properties=request.properties)
    api.call("POST", _SECRET.path(inputs["namespace"]), _kept(inputs, 1))
    return proto.CreateResponse(id=f"{inputs['namespace']}/{inputs['name']}", properties=to_struct(_state(inputs, 1)))


def update(api: Api | None, request: proto.UpdateRequest) -> proto.UpdateResponse:
    """Upgraded, at the next revision."""
    inputs, olds = struct_to_python(request.news), struct_to_python(request.olds)
    if api is None or request.preview:
        return proto.UpdateResponse(properties=request.news)
    revision = int(olds["status"]["revision"]) + 1
    api.call("POST", _SECRET.path(inputs["namespace"]), _kept(inputs, revision))
    _drop(api, request.id, revision - 1)
    return proto.UpdateResponse(properties=to_struct(_state(inputs, revision)))


def read(api: Api, request: proto.ReadRequest) -> proto.ReadResponse:
    """What is there now; an answer without an id says that nothing is."""
    state = struct_to_python(request.properties)
    try:
        api.call("GET", _path(request.id, int(state["status"]["revision"])))
    except RefusedError as error:
        if error.code == _NOT_FOUND:
            return proto.ReadResponse()
        raise
    return proto.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)


def delete(api: Api, request: proto.DeleteRequest) -> empty_pb2.Empty:
    """Uninstalled; gone is gone."""
    _drop(api, request.id, int(struct_to_python(request.properties)["status"]["revision"]))
    return empty_pb2.Empty()


def _told(inputs: Document) -> Document:
    return {key: value for key, value in inputs.items() if value is not None}


def _state(inputs: Document, revision: int) -> Document:
    status = {key: inputs[key] for key in ("name", "namespace", "chart", "version") if key in inputs}
    return {**inputs, "status": {**status, "revision": revision, "status": "deployed"}}


def _kept(inputs: Document, revision: int) -> Document:
    """As Helm names and labels it; its content is gzipped there."""
    content = json.dumps({key: inputs.get(key) for key in ("chart", "version", "values")})
    labels: dict[str, Any] = {"owner": "helm", "name": inputs["name"], "status": "deployed", "version": str(revision)}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": _name(inputs["name"], revision), "labels": labels},
        "type": "helm.sh/release.v1",
        "data": {"release": base64.b64encode(content.encode()).decode()},
    }


def _name(release: str, revision: int) -> str:
    return f"sh.helm.release.v1.{release}.v{revision}"


def _path(identifier: str, revision: int) -> str:
    namespace, _, release = identifier.partition("/")
    return _SECRET.path(namespace, _name(release, revision))


def _drop(api: Api, identifier: str, revision: int) -> None:
    try:
        api.call("DELETE", _path(identifier, revision))
    except RefusedError as error:
        if error.code != _NOT_FOUND:
            raise
