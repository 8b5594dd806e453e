"""What every stand-in for a resource plugin shares: serving the engine over gRPC, values, failures."""
# ruff: noqa: N802, ARG002 - the calls carry the names and the signatures of the protocol

import contextlib
import enum
import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, NoReturn

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime import proto
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2_grpc, status_pb2

LOOPBACK = "127.0.0.1"
MESSAGE_LIMIT = 400 * 1024 * 1024
"""Bytes of one message: what the engine itself uses."""
THREADS = 32

UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_WRAPPERS = {
    "1b47061264138c4ac30d75fd1eb44270",  # a secret
    "d0e6a833031e9bbcd3f4e8bde6ca49a4",  # an output value
}


class Unknown(enum.Enum):
    """A value that only a later step will know; an enumeration, so that `is UNKNOWN` survives every copy."""

    UNKNOWN = UNKNOWN_TEXT

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN


def struct_to_python(struct: struct_pb2.Struct) -> dict[str, Any]:
    """The engine's properties: secrets and outputs unwrapped, unknowns as UNKNOWN, whole numbers as int."""
    return {key: value_to_python(value) for key, value in struct.fields.items()}


def value_to_python(value: struct_pb2.Value) -> Any:  # noqa: ANN401 - a property may hold any JSON value
    """One property value, as `struct_to_python` reads it."""
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        members = struct_to_python(value.struct_value)
        if members.get(_SIGNATURE) in _WRAPPERS:
            return members.get("value", UNKNOWN)
        return members
    if kind == "list_value":
        return [value_to_python(item) for item in value.list_value.values]
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    if kind == "string_value":
        return UNKNOWN if value.string_value == UNKNOWN_TEXT else value.string_value
    return value.bool_value if kind == "bool_value" else None


def python_to_struct(properties: dict[str, Any]) -> struct_pb2.Struct:
    """Properties for the engine; UNKNOWN becomes the engine's sentinel."""
    struct = struct_pb2.Struct()
    struct.update(_plain(properties))
    return struct


def _plain(value: Any) -> Any:  # noqa: ANN401 - a property may hold any JSON value
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return UNKNOWN_TEXT if value is UNKNOWN else value


def fail(context: grpc.ServicerContext, message: str) -> NoReturn:
    """End the call with an error the engine shows as it stands; nothing is recorded for the resource."""
    context.abort(grpc.StatusCode.UNKNOWN, message)
    raise AssertionError(message)  # abort has raised already


def init_failed(
    context: grpc.ServicerContext,
    id: str,  # noqa: A002 - the protocol's own word
    properties: dict[str, Any],
    reasons: list[str],
    inputs: dict[str, Any],
) -> NoReturn:
    """End the call with "made, but not well": the engine keeps the resource and updates it on the next run."""
    message = "; ".join(reasons)
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=message)
    detail = proto.ErrorResourceInitFailed(
        id=id, properties=python_to_struct(properties), reasons=reasons, inputs=python_to_struct(inputs)
    )
    status.details.add().Pack(detail)
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    fail(context, message)


class Plugin(provider_pb2_grpc.ResourceProviderServicer):
    """A resource plugin's first and last minutes. A stand-in overrides the calls in between."""

    name: str
    version: str
    accept_secrets = False
    accept_outputs = False
    supports_autonaming = False

    def __init__(self) -> None:
        self.engine_address = ""
        self.cancelled = threading.Event()
        """Set when the engine asks to stop: running work has to end with an error."""

    def Handshake(
        self, request: proto.ProviderHandshakeRequest, context: grpc.ServicerContext
    ) -> proto.ProviderHandshakeResponse:
        """Meet the engine: its address, and what this plugin accepts."""
        self.engine_address = request.engine_address
        return proto.ProviderHandshakeResponse(
            accept_secrets=self.accept_secrets,
            accept_outputs=self.accept_outputs,
            supports_autonaming_configuration=self.supports_autonaming,
        )

    def Attach(self, request: proto.PluginAttach, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Meet an engine that found this plugin running."""
        self.engine_address = request.address
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> proto.PluginInfo:
        """The version this plugin stands in for."""
        return proto.PluginInfo(version=self.version)

    def CheckConfig(self, request: proto.CheckRequest, context: grpc.ServicerContext) -> proto.CheckResponse:
        """Take the configuration as it is."""
        return proto.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: proto.DiffRequest, context: grpc.ServicerContext) -> proto.DiffResponse:
        """A changed configuration replaces nothing."""
        return proto.DiffResponse()

    def Configure(self, request: proto.ConfigureRequest, context: grpc.ServicerContext) -> proto.ConfigureResponse:
        """Say what this plugin can do; a stand-in reads its settings first."""
        return proto.ConfigureResponse(
            acceptSecrets=self.accept_secrets,
            acceptOutputs=self.accept_outputs,
            supportsPreview=True,
            supports_autonaming_configuration=self.supports_autonaming,
        )

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Ask running work to end. Comes at every normal end, too."""
        self.cancelled.set()
        return empty_pb2.Empty()

    def warn(self, message: str, urn: str = "") -> None:
        """Show a warning beside the resource. A lost warning is no reason to fail."""
        if not self.engine_address:
            return
        with contextlib.suppress(grpc.RpcError), grpc.insecure_channel(self.engine_address) as channel:
            entry = engine_pb2.LogRequest(severity=engine_pb2.WARNING, message=message, urn=urn)
            engine_pb2_grpc.EngineStub(channel).Log(entry, timeout=5)


def serve(servicer: Plugin) -> None:
    """Serve the engine that started this process: print the port, end at once on SIGINT or with the engine."""
    # The engine sends SIGINT when it is done and waits 5 s for a plugin that lingers.
    signal.signal(signal.SIGINT, lambda *_: os._exit(0))
    options = [("grpc.max_receive_message_length", MESSAGE_LIMIT), ("grpc.max_send_message_length", MESSAGE_LIMIT)]
    server = grpc.server(ThreadPoolExecutor(THREADS), options=options)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port(f"{LOOPBACK}:0")
    if len(sys.argv) > 1:
        servicer.engine_address = sys.argv[1]
        threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    server.start()
    print(port, flush=True)  # the first line on standard output names the port
    server.wait_for_termination()


def _end_with_parent(parent: int) -> None:
    """An engine that was killed tells nobody: its plugin must not outlive it."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)
