"""The engine's calls, answered."""
# ruff: noqa: N802 - the calls carry the names of the protocol

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime import proto

from sandbox.plugins.azure_native import diff, schema, waiting
from sandbox.plugins.azure_native.check import faults
from sandbox.plugins.azure_native.errors import PartlyMadeError, PluginError
from sandbox.plugins.azure_native.importing import imported
from sandbox.plugins.azure_native.kinds import Kind, kind_of
from sandbox.plugins.azure_native.naming import GroupLocations, Wish, complete
from sandbox.plugins.azure_native.table import ROWS
from sandbox.plugins.package_schema import package_schema
from sandbox.plugins.serving import Plugin, fail, init_failed, python_to_struct, struct_to_python

if TYPE_CHECKING:
    from sandbox.plugins.azure_native.access import Access
    from sandbox.plugins.azure_native.arm import Arm
    from sandbox.plugins.azure_native.resource import Resources

_GROUP_VERSION = "2020-10-01"
_Response = TypeVar("_Response")
_Call = Callable[["AzureNative", Any, grpc.ServicerContext], _Response]


def _answering(call: _Call[_Response]) -> _Call[_Response]:
    """Errors become the engine's; the request's timeout and Cancel end every wait inside."""

    @functools.wraps(call)
    def answer(self: "AzureNative", request: Any, context: grpc.ServicerContext) -> _Response:  # noqa: ANN401 - any request
        seconds = getattr(request, "timeout", 0) or waiting.DEFAULT_SECONDS
        try:
            with waiting.limited(seconds, self.cancelled):
                return call(self, request, context)
        except PartlyMadeError as error:
            inputs = _read(request.properties if isinstance(request, proto.CreateRequest) else request.news)
            init_failed(context, error.resource_id, error.outputs, [str(error)], inputs)
        except PluginError as error:
            fail(context, str(error))

    return answer


class AzureNative(Plugin):
    """Stands in for pulumi-resource-azure-native of the SDK's own version."""

    name = "azure-native"
    version = schema.SDK_VERSION
    supports_autonaming = True

    def __init__(self) -> None:
        super().__init__()
        self._variables: dict[str, str] = {}
        self._locations = GroupLocations(self._group_location)

    def Configure(self, request: proto.ConfigureRequest, context: grpc.ServicerContext) -> proto.ConfigureResponse:
        """Keep the configuration; nobody is asked before the first resource needs it."""
        self._variables = dict(request.variables)
        self.cancelled.clear()
        return super().Configure(request, context)

    def GetSchema(self, request: proto.GetSchemaRequest, context: grpc.ServicerContext) -> proto.GetSchemaResponse:  # noqa: ARG002
        """The inputs of every type of the table, for `pulumi import`."""
        inputs = {f"azure-native:{token}": schema.load(token)["inputs"]["properties"] for token in ROWS}
        return proto.GetSchemaResponse(schema=package_schema(self.name, self.version, inputs))

    @_answering
    def Check(self, request: proto.CheckRequest, context: grpc.ServicerContext) -> proto.CheckResponse:  # noqa: ARG002
        """Complete the inputs, and tell all that is wrong with them at once."""
        kind = _kind(request)
        rule = request.autonaming if request.HasField("autonaming") else None
        wish = Wish(request.urn.rpartition("::")[2], request.randomSeed, rule)
        inputs = complete(kind, _read(request.news), _read(request.olds), wish, self._default_location)
        # No property is named beside the reason: the engine would print its value.
        failures = [proto.CheckFailure(reason=fault) for fault in faults(kind.row, kind.schema, inputs)]
        return proto.CheckResponse(inputs=python_to_struct(inputs), failures=failures)

    @_answering
    def Diff(self, request: proto.DiffRequest, context: grpc.ServicerContext) -> proto.DiffResponse:  # noqa: ARG002
        """Old inputs against new ones; what is live does not count."""
        return diff.respond(_kind(request).row, _read(request.old_inputs), _read(request.news))

    @_answering
    def Create(self, request: proto.CreateRequest, context: grpc.ServicerContext) -> proto.CreateResponse:  # noqa: ARG002
        """Make it, or foresee it in a preview."""
        kind, inputs = _kind(request), _read(request.properties)
        if request.preview:
            return proto.CreateResponse(properties=python_to_struct(kind.shape.preview(inputs)))
        resource_id, outputs = self._resources(request.urn).create(kind, inputs)
        return proto.CreateResponse(id=resource_id, properties=python_to_struct(outputs))

    @_answering
    def Update(self, request: proto.UpdateRequest, context: grpc.ServicerContext) -> proto.UpdateResponse:  # noqa: ARG002
        """Send the new inputs, or foresee their effect in a preview."""
        kind, inputs = _kind(request), _read(request.news)
        if request.preview:
            kept = {key: value for key, value in _read(request.olds).items() if key in {"name", "location"}}
            return proto.UpdateResponse(properties=python_to_struct({**kind.shape.preview(inputs), **kept}))
        outputs = self._resources(request.urn).update(kind, request.id, inputs, _read(request.old_inputs))
        return proto.UpdateResponse(properties=python_to_struct(outputs))

    @_answering
    def Read(self, request: proto.ReadRequest, context: grpc.ServicerContext) -> proto.ReadResponse:  # noqa: ARG002
        """What is there now; an answer without an id says that nothing is."""
        kind, olds = _kind(request), (_read(request.inputs), _read(request.properties))
        try:
            found = self._resources(request.urn).read(kind, request.id, *olds)
        except ValueError as error:
            raise PluginError(str(error)) from error
        if found is None:
            return proto.ReadResponse()
        outputs, inputs = map(python_to_struct, found)
        return proto.ReadResponse(id=request.id, properties=outputs, inputs=inputs)

    @_answering
    def Delete(self, request: proto.DeleteRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:  # noqa: ARG002
        """Delete it."""
        self._resources(request.urn).delete(_kind(request), request.id)
        return empty_pb2.Empty()

    @_answering
    def Invoke(self, request: proto.InvokeRequest, context: grpc.ServicerContext) -> proto.InvokeResponse:  # noqa: ARG002
        """Call a function; in a preview, too, as the real plugin does."""
        functions = imported("sandbox.plugins.azure_native.functions")
        result = functions.invoke(request.tok, _read(request.args), self._access, self._arm)
        return proto.InvokeResponse(**{"return": python_to_struct(result)})

    def _default_location(self, inputs: dict[str, Any]) -> Any:  # noqa: ANN401 - a name, UNKNOWN or None
        return self._variables.get("azure-native:config:location") or self._locations.of(inputs)

    def _group_location(self, group: str) -> str | None:
        try:
            path = f"/subscriptions/{self._access.settings.subscription}/resourceGroups/{group}"
            found = self._arm.get(path, _GROUP_VERSION)
        except PluginError:
            return None
        return found.get("location") if found else None

    def _resources(self, urn: str) -> "Resources":
        resource = imported("sandbox.plugins.azure_native.resource")
        warn = functools.partial(self.warn, urn=urn)
        made: Resources = resource.Resources(self._arm, self._access.settings.subscription, warn)
        return made

    @functools.cached_property
    def _access(self) -> "Access":
        access = imported("sandbox.plugins.azure_native.access")
        made: Access = access.Access(access.Settings(self._variables))
        return made

    @functools.cached_property
    def _arm(self) -> "Arm":
        arm = imported("sandbox.plugins.azure_native.arm")
        made: Arm = arm.Arm(self._access)
        return made


def _kind(request: Any) -> Kind:  # noqa: ANN401 - every request about a resource has a urn
    return kind_of(request.urn.split("::")[2].rpartition("$")[2])


def _read(struct: struct_pb2.Struct) -> dict[str, Any]:
    """Properties without nulls, at any depth: to ARM an absent property and a null one are two things."""
    return dict(_without_nulls(struct_to_python(struct)))


def _without_nulls(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value
