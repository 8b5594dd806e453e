"""Resource types: what the table and the SDK say together."""

import functools
from dataclasses import dataclass
from typing import Any

from sandbox.plugins.azure_native import schema
from sandbox.plugins.azure_native.errors import NotServedError
from sandbox.plugins.azure_native.shape import Shape
from sandbox.plugins.azure_native.table import ROWS, Row


@dataclass(frozen=True)
class Kind:
    """A resource type: its row, its schema, its shape on the wire."""

    row: Row
    schema: schema.Schema
    shape: Shape

    @property
    def version(self) -> str:
        """The API version."""
        return self.schema["version"]

    def outputs(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Outputs as the engine keeps them."""
        known = {"id": answer.get("id"), "azureApiVersion": self.version}
        return {**self.shape.outputs(answer), **{key: value for key, value in known.items() if value}}

    def body(self, inputs: dict[str, Any]) -> dict[str, Any]:
        """The body of a PUT."""
        return self.shape.body({key: value for key, value in inputs.items() if key not in self.row.parameters})

    def writable(self, outputs: dict[str, Any]) -> dict[str, Any]:
        """What of the outputs a program could have asked for."""
        paths = {*self.row.parameters, "id"}
        return {key: value for key, value in self.shape.writable(outputs).items() if key not in paths}


@functools.cache
def kind_of(token: str) -> Kind:
    """The type azure-native:module:Class. Raises NotServedError for one without a row."""
    row = ROWS.get(token.removeprefix("azure-native:"))
    if row is None:
        raise NotServedError(f"the sandbox's stand-in does not serve {token}: its table has no row for it")
    described = schema.load(row.token)
    return Kind(row, described, Shape(row.module, row.token.partition(":")[2], described, row.inside))
