"""The engine's side of the plugin protocol, for one resource at a time."""

from typing import Any, NoReturn

from pulumi.runtime.proto import provider_pb2 as proto
from pulumi.runtime.proto import status_pb2

from sandbox.plugins.kubernetes.provider import Kubernetes
from sandbox.plugins.serving import python_to_struct, struct_to_python

SIGNATURE = "4dabf18193072939515e22adb298388d"


class CallFailedError(Exception):
    """The plugin ended the call with an error; `partial` says what is there nevertheless."""

    partial: proto.ErrorResourceInitFailed | None = None


class Context:
    """A gRPC context as far as failing goes."""

    def __init__(self) -> None:
        self._partial: proto.ErrorResourceInitFailed | None = None

    def set_trailing_metadata(self, metadata: tuple[tuple[str, bytes], ...]) -> None:
        [(_, packed)] = metadata
        self._partial = proto.ErrorResourceInitFailed()
        status_pb2.Status.FromString(packed).details[0].Unpack(self._partial)

    def abort(self, _: object, details: str) -> NoReturn:
        error = CallFailedError(details)
        error.partial = self._partial
        raise error


def urn(type_token: str, name: str) -> str:
    return f"urn:pulumi:dev::project::speech:kubernetes:SpeechNamespace${type_token}::{name}"


class Resource:
    """One resource of a program, taken through the plugin's calls; keeps inputs, id and outputs as the engine would."""

    def __init__(self, plugin: Kubernetes, type_token: str, name: str = "speech") -> None:
        self.plugin = plugin
        self.urn = urn(type_token, name)
        self.inputs: dict[str, Any] = {}
        self.outputs: dict[str, Any] = {}
        self.id = ""

    def check(self, news: dict[str, Any], *, seed: bytes = b"seed", **more: Any) -> tuple[dict[str, Any], list[str]]:
        olds, properties = python_to_struct(self.inputs), python_to_struct(news)
        request = proto.CheckRequest(urn=self.urn, olds=olds, news=properties, randomSeed=seed, **more)
        answer = self.plugin.Check(request, Context())
        return struct_to_python(answer.inputs), [failure.reason for failure in answer.failures]

    def checked(self, news: dict[str, Any]) -> dict[str, Any]:
        inputs, failures = self.check(news)
        assert failures == []
        return inputs

    def create(self, news: dict[str, Any], *, timeout: float = 0) -> None:
        self.inputs = self.checked(news)
        request = proto.CreateRequest(urn=self.urn, properties=python_to_struct(self.inputs), timeout=timeout)
        answer = self.plugin.Create(request, Context())
        self.id, self.outputs = answer.id, struct_to_python(answer.properties)

    def preview(self, news: dict[str, Any]) -> dict[str, Any]:
        request = proto.CreateRequest(urn=self.urn, properties=python_to_struct(self.checked(news)), preview=True)
        answer = self.plugin.Create(request, Context())
        assert answer.id == ""
        return struct_to_python(answer.properties)

    def diff(self, news: dict[str, Any]) -> proto.DiffResponse:
        olds, inputs = python_to_struct(self.outputs), python_to_struct(self.inputs)
        changed = python_to_struct(self.checked(news))
        request = proto.DiffRequest(urn=self.urn, id=self.id, olds=olds, old_inputs=inputs, news=changed)
        return self.plugin.Diff(request, Context())

    def update(self, news: dict[str, Any], *, preview: bool = False) -> dict[str, Any]:
        olds, old_inputs, inputs = self.outputs, self.inputs, self.checked(news)
        request = proto.UpdateRequest(
            urn=self.urn, id=self.id, olds=python_to_struct(olds), old_inputs=python_to_struct(old_inputs),
            news=python_to_struct(inputs), preview=preview,
        )  # fmt: skip
        outputs = struct_to_python(self.plugin.Update(request, Context()).properties)
        if not preview:
            self.inputs, self.outputs = inputs, outputs
        return outputs

    def read(self) -> proto.ReadResponse:
        """Refresh; or import, where nothing is known but the id."""
        properties, inputs = python_to_struct(self.outputs), python_to_struct(self.inputs)
        request = proto.ReadRequest(urn=self.urn, id=self.id, properties=properties, inputs=inputs)
        return self.plugin.Read(request, Context())

    def refresh_diff(self) -> proto.DiffResponse:
        """What the engine asks after Read to draw a refresh: the stored inputs in the place of the new ones."""
        found = self.read()
        request = proto.DiffRequest(
            urn=self.urn, id=self.id, olds=found.properties, old_inputs=found.inputs, news=python_to_struct(self.inputs)
        )
        return self.plugin.Diff(request, Context())

    def delete(self) -> None:
        self.plugin.Delete(proto.DeleteRequest(urn=self.urn, id=self.id), Context())


def changes(answer: proto.DiffResponse) -> dict[str, str]:
    """The detailed diff: path to kind of change."""
    name = proto.PropertyDiff.Kind.Name
    assert (answer.changes == proto.DiffResponse.DIFF_SOME) == bool(answer.detailedDiff)
    return {path: name(change.kind) for path, change in answer.detailedDiff.items()}
