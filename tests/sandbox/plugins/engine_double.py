"""Calls the azure-native stand-in as the engine would, in process: no port, no Azure unless the test has one."""

from typing import Any, NoReturn

import grpc
from pulumi.runtime.proto import errors_pb2, provider_pb2, status_pb2  # noqa: F401 - the message types of the answers

from sandbox.plugins.azure_native.provider import AzureNative
from sandbox.plugins.serving import python_to_struct, struct_to_python

SEED = bytes(range(32))


class AbortedError(Exception):
    """A call that ended with an error. `left` is what it left behind, where it left something."""

    def __init__(self, message: str, left: provider_pb2.ErrorResourceInitFailed | None) -> None:
        super().__init__(message)
        self.left = left


class Context:
    """The part of a gRPC context that the plugin uses."""

    def __init__(self) -> None:
        self._left: provider_pb2.ErrorResourceInitFailed | None = None

    def set_trailing_metadata(self, metadata: tuple[tuple[str, bytes], ...]) -> None:
        status = status_pb2.Status()
        status.ParseFromString(dict(metadata)["grpc-status-details-bin"])
        self._left = provider_pb2.ErrorResourceInitFailed()
        status.details[0].Unpack(self._left)

    def abort(self, code: grpc.StatusCode, message: str) -> NoReturn:
        assert code is grpc.StatusCode.UNKNOWN
        raise AbortedError(message, self._left)


class Engine:
    """One resource type at a time: `Engine("cognitiveservices:Account")`."""

    def __init__(self, token: str, name: str = "speech", plugin: AzureNative | None = None, **config: str) -> None:
        self.plugin = plugin or AzureNative()
        self.plugin.Configure(
            provider_pb2.ConfigureRequest(variables={f"azure-native:config:{k}": v for k, v in config.items()}), None
        )
        self.urn = f"urn:pulumi:test::trial::speech:account:SpeechAccount$azure-native:{token}::{name}"

    def check(
        self, news: dict[str, Any], olds: dict[str, Any] | None = None, **more: Any
    ) -> tuple[dict[str, Any], list[str]]:
        """The completed inputs, and the reasons of the failures."""
        request = provider_pb2.CheckRequest(
            urn=self.urn, news=python_to_struct(news), olds=python_to_struct(olds or {}), randomSeed=SEED, **more
        )
        answer = self.plugin.Check(request, Context())
        assert not any(failure.property for failure in answer.failures), "the engine would print the property's value"
        return struct_to_python(answer.inputs), [failure.reason for failure in answer.failures]

    def diff(self, olds: dict[str, Any], news: dict[str, Any]) -> provider_pb2.DiffResponse:
        return self.plugin.Diff(
            provider_pb2.DiffRequest(
                urn=self.urn, old_inputs=python_to_struct(olds), news=python_to_struct(news), olds=python_to_struct({})
            ),
            Context(),
        )

    def foresee(self, inputs: dict[str, Any]) -> dict[str, Any]:
        """The outputs of a create in a preview."""
        request = provider_pb2.CreateRequest(urn=self.urn, properties=python_to_struct(inputs), preview=True)
        answer = self.plugin.Create(request, Context())
        assert not answer.id
        return struct_to_python(answer.properties)

    def create(self, inputs: dict[str, Any], timeout: float = 0) -> tuple[str, dict[str, Any]]:
        request = provider_pb2.CreateRequest(urn=self.urn, properties=python_to_struct(inputs), timeout=timeout)
        answer = self.plugin.Create(request, Context())
        return answer.id, struct_to_python(answer.properties)

    def update(self, resource_id: str, olds: dict[str, Any], news: dict[str, Any], **more: Any) -> dict[str, Any]:
        request = provider_pb2.UpdateRequest(
            urn=self.urn,
            id=resource_id,
            old_inputs=python_to_struct(olds),
            news=python_to_struct(news),
            olds=python_to_struct(more.pop("outputs", {})),
            **more,
        )
        return struct_to_python(self.plugin.Update(request, Context()).properties)

    def read(
        self, resource_id: str, inputs: dict[str, Any] | None = None, outputs: dict[str, Any] | None = None
    ) -> tuple[str, dict[str, Any], dict[str, Any]]:
        """Id, outputs and inputs of a refresh; of an import, where neither is given."""
        request = provider_pb2.ReadRequest(
            urn=self.urn,
            id=resource_id,
            inputs=python_to_struct(inputs or {}),
            properties=python_to_struct(outputs or {}),
        )
        answer = self.plugin.Read(request, Context())
        return answer.id, struct_to_python(answer.properties), struct_to_python(answer.inputs)

    def delete(self, resource_id: str) -> None:
        self.plugin.Delete(provider_pb2.DeleteRequest(urn=self.urn, id=resource_id), Context())

    def invoke(self, token: str, **arguments: Any) -> dict[str, Any]:
        request = provider_pb2.InvokeRequest(tok=f"azure-native:{token}", args=python_to_struct(arguments))
        return struct_to_python(getattr(self.plugin.Invoke(request, Context()), "return"))
