"""The engine's calls, answered."""
# ruff: noqa: N802, ARG002 - the calls carry the names and the signatures of the protocol

import functools
import random
from collections.abc import Callable
from importlib.metadata import version
from typing import Any, NoReturn, TypeVar

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2 as proto

from sandbox.kube import kinds, schema
from sandbox.kube.kinds import Document
from sandbox.plugins.changes import differences, unknowns
from sandbox.plugins.kubernetes import awaiting, objects, releases
from sandbox.plugins.kubernetes.api import Api, RefusedError, UnreachableError, read_kubeconfig
from sandbox.plugins.kubernetes.awaiting import NotReadyError, Patience
from sandbox.plugins.kubernetes.wire import group_of, to_struct, type_of
from sandbox.plugins.package_schema import package_schema
from sandbox.plugins.serving import UNKNOWN, Plugin, fail, init_failed, struct_to_python

_NOT_FOUND, _CONFLICT = 404, 409
_LATE = "failed to fully initialize or become live"
_Response = TypeVar("_Response")
_Call = Callable[["Kubernetes", Any, grpc.ServicerContext], _Response]


def _answering(call: _Call[_Response]) -> _Call[_Response]:
    @functools.wraps(call)
    def answer(self: "Kubernetes", request: Any, context: grpc.ServicerContext) -> _Response:  # noqa: ANN401
        try:
            return call(self, request, context)
        except UnreachableError as error:
            fail(context, f"configured Kubernetes cluster is unreachable: {error}")
        except RefusedError as error:
            fail(context, f"the Kubernetes API server refuses: {error}")

    return answer


class Kubernetes(Plugin):
    """Stands in for pulumi-resource-kubernetes of the SDK's own version."""

    name = "kubernetes"
    version = version("pulumi_kubernetes")
    supports_autonaming = True

    def __init__(self) -> None:
        super().__init__()
        self._settings: dict[str, str] = {}
        self._namespace = ""
        self._connected: Api | None = None
        self._unreachable = "it has no kubeconfig"

    def DiffConfig(self, request: proto.DiffRequest, context: grpc.ServicerContext) -> proto.DiffResponse:
        """Another cluster replaces every object, unless `clusterIdentifier` says that it is the same one."""
        olds, news = struct_to_python(request.olds), struct_to_python(request.news)
        changed = list(dict.fromkeys(str(path[0]) for path, _ in differences(olds, news)))
        if olds.get("clusterIdentifier") and news.get("clusterIdentifier"):
            replaces = [key for key in changed if key == "clusterIdentifier"]
        else:
            leading = [key for key in changed if key in {"kubeconfig", "context", "cluster"}]
            unknown = any(news.get(key) is UNKNOWN for key in leading)
            replaces = leading if unknown or _cluster(olds) != _cluster(news) else []
        changes = proto.DiffResponse.DIFF_SOME if changed else proto.DiffResponse.DIFF_NONE
        return proto.DiffResponse(changes=changes, diffs=changed, replaces=replaces)

    def Configure(self, request: proto.ConfigureRequest, context: grpc.ServicerContext) -> proto.ConfigureResponse:
        """Connect, or remember why not: a preview works without a cluster."""
        self._settings = {key.rpartition(":")[2]: value for key, value in request.variables.items()}
        given = [self._settings.get(key, "") for key in ("kubeconfig", "context", "cluster")]
        try:
            if given[0]:
                target = read_kubeconfig(*given)
                self._namespace = target.namespace
                self._connected = Api(target)
        except (UnreachableError, RefusedError) as error:
            self._unreachable = str(error)
        self._namespace = self._settings.get("namespace", self._namespace)
        return super().Configure(request, context)

    def GetSchema(self, request: proto.GetSchemaRequest, context: grpc.ServicerContext) -> proto.GetSchemaResponse:
        """The fields of every built-in kind, for `pulumi import`."""
        inputs = {f"kubernetes:{group_of(kind)}:{kind.name}": schema.fields(kind) for kind in kinds.BUILT_IN}
        return proto.GetSchemaResponse(schema=package_schema(self.name, self.version, inputs))

    @_answering
    def Check(self, request: proto.CheckRequest, context: grpc.ServicerContext) -> proto.CheckResponse:
        """Complete the inputs, and tell all that is wrong with them at once."""
        if releases.is_release(request.urn):
            return releases.check(request)
        api_version, kind_name = type_of(request.urn)
        typed = {"apiVersion": api_version, "kind": kind_name}
        inputs = objects.normalised({**typed, **struct_to_python(request.news)})
        failures = [
            f"{field}: the type says {expected}, the object {inputs.get(field)}"
            for field, expected in typed.items()
            if inputs.get(field) != expected
        ]
        kind = kinds.find(api_version, kind_name)
        if (metadata := inputs.setdefault("metadata", {})) is not UNKNOWN:
            failures += [] if metadata.get("name") else self._name(request, metadata)
            if self._namespace and (kind is None or kind.namespaced):
                metadata.setdefault("namespace", self._namespace)
        if kind and not failures:
            unknown = set(unknowns(inputs))
            faults = schema.faults(kind, objects.known(inputs))
            failures = [f"{fault.path}: {fault.text}" for fault in faults if fault.path not in unknown]
        # No property is named beside the reason: the engine would print its value.
        told = [proto.CheckFailure(reason=reason) for reason in failures]
        return proto.CheckResponse(inputs=to_struct(inputs), failures=told)

    @_answering
    def Diff(self, request: proto.DiffRequest, context: grpc.ServicerContext) -> proto.DiffResponse:
        """What was live of the old inputs against the new ones."""
        if releases.is_release(request.urn):
            return releases.diff(request)
        mutable = {kind for kind in ("Secret", "ConfigMap") if self._settings.get(f"enable{kind}Mutable") == "true"}
        live, olds, news = map(struct_to_python, (request.olds, request.old_inputs, request.news))
        again = self._connected and awaiting.tries_again(news, lambda: self._api.call("GET", self._path(request)))
        return objects.diff(live, olds, news, mutable, awaiting.REPLACE_UNREADY if again else "")

    @_answering
    def Create(self, request: proto.CreateRequest, context: grpc.ServicerContext) -> proto.CreateResponse:
        """Make the object, or try it in a preview."""
        if releases.is_release(request.urn):
            return releases.create(self._connected if request.preview else self._api, request)
        inputs = struct_to_python(request.properties)
        if request.preview and self._cannot_try(inputs):
            return proto.CreateResponse(properties=request.properties)
        try:
            kind = self._api.kind(inputs["apiVersion"], inputs["kind"])
            path = kind.path(inputs["metadata"].get("namespace", "default"))
            made = self._api.call("POST", path, inputs, dry_run=request.preview)
        except RefusedError as error:
            if not request.preview or error.code not in {_NOT_FOUND, _CONFLICT}:
                raise
            made = inputs  # its namespace or kind comes first, or what it replaces is still there
        if request.preview:
            return proto.CreateResponse(properties=to_struct(made))
        scope = f"{made['metadata']['namespace']}/" if kind.namespaced else ""
        name = scope + made["metadata"]["name"]
        try:
            made = awaiting.await_ready(self._api, f"{path}/{made['metadata']['name']}", made, self._patience(request))
        except NotReadyError as error:
            said = f"resource {name} was successfully created, but the Kubernetes API server reported that it {_LATE}"
            init_failed(context, name, error.live, [f"{said}: {error.reasons[0]}", *error.reasons[1:]], inputs)
        return proto.CreateResponse(id=name, properties=to_struct(made))

    @_answering
    def Update(self, request: proto.UpdateRequest, context: grpc.ServicerContext) -> proto.UpdateResponse:
        """Lay the new inputs over the live object: fields that others set stay."""
        if releases.is_release(request.urn):
            return releases.update(self._connected if request.preview else self._api, request)
        inputs, old_inputs = struct_to_python(request.news), struct_to_python(request.old_inputs)
        if request.preview and self._cannot_try(inputs):
            return proto.UpdateResponse(properties=request.news)
        path = self._path(request)
        wanted = objects.merged(self._api.call("GET", path), objects.normalised(old_inputs), inputs)
        wanted["metadata"].pop("resourceVersion", None)  # an apply does not mind what controllers write
        live = self._api.call("PUT", path, wanted, dry_run=request.preview)
        try:
            if not request.preview:
                live = awaiting.await_ready(self._api, path, live, self._patience(request), updated=True)
        except NotReadyError as error:
            _not_live(context, request.id, error, inputs)
        return proto.UpdateResponse(properties=to_struct(live))

    @_answering
    def Read(self, request: proto.ReadRequest, context: grpc.ServicerContext) -> proto.ReadResponse:
        """What is there now; an answer without an id says that nothing is."""
        if releases.is_release(request.urn):
            return releases.read(self._api, request)
        try:
            live = self._api.call("GET", self._path(request))
        except RefusedError as error:
            if error.code == _NOT_FOUND:
                return proto.ReadResponse()
            raise
        inputs = objects.normalised(struct_to_python(request.inputs))
        seen = objects.pruned(live, inputs) if inputs else objects.normalised({**live, "status": None})
        try:
            awaiting.check_read(live)
        except NotReadyError as error:
            _not_live(context, request.id, error, seen)
        return proto.ReadResponse(id=request.id, properties=to_struct(live), inputs=to_struct(seen))

    @_answering
    def Delete(self, request: proto.DeleteRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Delete the object; gone is gone."""
        if releases.is_release(request.urn):
            return releases.delete(self._api, request)
        try:
            self._api.call("DELETE", self._path(request))
        except RefusedError as error:
            if error.code != _NOT_FOUND:
                raise
        return empty_pb2.Empty()

    @property
    def _api(self) -> Api:
        if self._connected is None:
            raise UnreachableError(self._unreachable)
        return self._connected

    def _patience(self, request: Any) -> Patience:  # noqa: ANN401 - a request that may carry a timeout
        return Patience(request.timeout, self.cancelled)

    def _cannot_try(self, inputs: Document) -> bool:
        return self._connected is None or any(unknowns(inputs))

    def _path(self, request: Any) -> str:  # noqa: ANN401 - any request about an object that is there
        namespace, _, name = request.id.rpartition("/")
        return self._api.kind(*type_of(request.urn)).path(namespace or "default", name)

    def _name(self, request: proto.CheckRequest, metadata: Document) -> list[str]:
        """Gives the object its old name, or a new one as the real provider would; returns faults."""
        olds, rule = struct_to_python(request.olds), request.autonaming
        if objects.is_autonamed(olds):
            metadata["name"] = olds["metadata"]["name"]
        elif rule.mode == proto.CheckRequest.AutonamingOptions.DISABLE:
            return ["autonaming is disabled, resource requires the .metadata.name field to be set"]
        else:
            drawn = random.Random(request.randomSeed or None).getrandbits(32)  # noqa: S311 - the engine's seed
            metadata["name"] = rule.proposed_name or f"{request.urn.rpartition('::')[2]}-{drawn:08x}"
        if metadata.get("annotations") is not UNKNOWN:
            metadata["annotations"] = {**metadata.get("annotations", {}), objects.AUTONAMED: "true"}
        return []


def _not_live(context: grpc.ServicerContext, name: str, error: NotReadyError, inputs: Document) -> NoReturn:
    said = f'the Kubernetes API server reported that "{name}" {_LATE}: {error.reasons[0]}'
    init_failed(context, name, error.live, [said, *error.reasons[1:]], inputs)


def _cluster(configuration: dict[str, Any]) -> Document | None:
    try:
        return read_kubeconfig(*(configuration.get(key) or "" for key in ("kubeconfig", "context", "cluster"))).cluster
    except UnreachableError:
        return None
