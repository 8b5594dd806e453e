"""Between the engine's words for types and values, and the API's."""

from google.protobuf import struct_pb2

from sandbox.kube import kinds
from sandbox.kube.kinds import Document
from sandbox.plugins.serving import python_to_struct

_SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}  # the engine's mark


def type_of(urn: str) -> tuple[str, str]:
    """(apiVersion, kind) of a URN whose type is `kubernetes:apps/v1:Deployment`."""
    _, api_version, kind = urn.split("::")[2].rpartition("$")[2].split(":")
    return api_version.removeprefix("core/"), kind


def group_of(kind: kinds.Kind) -> str:
    """The middle of a type's token."""
    return kind.api_version if kind.group else f"core/{kind.version}"


def to_struct(document: Document) -> struct_pb2.Struct:
    """The object for the engine; what a Secret holds is a secret whoever wrote it."""
    result = dict(document)
    for field in {"data", "stringData"} & document.keys() if document.get("kind") == "Secret" else ():
        result[field] = {**_SECRET, "value": document[field]}
    return python_to_struct(result)
