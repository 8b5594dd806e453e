"""Stands between the engine and a policy pack written in Python.

A pack learns the stack's name and configuration from its environment when it starts, the engine tells them in a call to
the running pack. So the pack is started by that call (`ConfigureStack`), and everything later goes straight through.
"""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import grpc
from pulumi.runtime.proto import analyzer_pb2

_OPTIONS = [("grpc.max_receive_message_length", 400 * 2**20), ("grpc.max_send_message_length", 400 * 2**20)]

Start = Callable[[dict[str, str]], int]
"""Starts the pack with these variables added; the port it listens on. Raises RuntimeError if it ends before."""


class PolicyProxy(grpc.GenericRpcHandler):  # type: ignore[misc] # grpc has no types
    """An Analyzer that starts the pack when the stack is known. Messages pass as bytes."""

    def __init__(self, start: Start) -> None:
        self._start = start
        self._pack: grpc.Channel | None = None
        self._lock = threading.Lock()
        self._server = grpc.server(ThreadPoolExecutor(16), handlers=(self,), options=_OPTIONS)
        self.port = self._server.add_insecure_port("127.0.0.1:0")
        self._server.start()

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
        """One handler for whatever the engine calls."""
        method = details.method

        def pass_on(body: bytes, context: grpc.ServicerContext) -> bytes:
            return self._pass_on(method, body, context)

        return grpc.unary_unary_rpc_method_handler(pass_on)

    def stop(self) -> None:
        """End the server; the pack's process belongs to whom started it."""
        self._server.stop(None)
        if self._pack:
            self._pack.close()

    def _pass_on(self, method: str, body: bytes, context: grpc.ServicerContext) -> bytes:
        call = method.rpartition("/")[2]
        if call == "Handshake":
            return b""
        variables = _variables(body) if call == "ConfigureStack" else {}
        try:
            answer: bytes = self._channel(variables).unary_unary(method)(body)
        except RuntimeError as fault:
            context.abort(grpc.StatusCode.UNAVAILABLE, str(fault))
        except grpc.RpcError as fault:
            # A pack of an older library knows its stack from the environment alone.
            if call == "ConfigureStack" and fault.code() == grpc.StatusCode.UNIMPLEMENTED:
                return b""
            context.abort(fault.code(), fault.details())
        return answer

    def _channel(self, variables: dict[str, str]) -> grpc.Channel:
        with self._lock:
            if self._pack is None:
                self._pack = grpc.insecure_channel(f"127.0.0.1:{self._start(variables)}", options=_OPTIONS)
            return self._pack


def _variables(body: bytes) -> dict[str, str]:
    request = analyzer_pb2.AnalyzerStackConfigureRequest.FromString(body)
    variables = {
        "PULUMI_PROJECT": request.project,
        "PULUMI_STACK": request.stack,
        "PULUMI_ORGANIZATION": request.organization,
        "PULUMI_DRY_RUN": str(request.dry_run).lower(),
        "PULUMI_CONFIG": json.dumps(dict(request.config)),
    }
    return {name: value for name, value in variables.items() if value}
