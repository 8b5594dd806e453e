"""Between the SDK's shape and the wire's, led by the SDK's own types."""

from dataclasses import dataclass
from typing import Any

from sandbox.plugins.azure_native.schema import Members, Node, Schema
from sandbox.plugins.azure_native.wire_names import BOXED, ENVELOPE, RENAMED, base_name
from sandbox.plugins.serving import UNKNOWN

_NOTHING = Members(properties={}, required=[])


@dataclass(frozen=True)
class Shape:
    """One resource's, or one function's, way between SDK and wire."""

    module: str
    name: str
    """Of the resource in the API; empty for a function that is no resource."""
    schema: Schema
    inside: tuple[str, ...] = ()

    def body(self, inputs: dict[str, Any]) -> dict[str, Any]:
        """The body of a PUT."""
        return self._object_to_wire(self.name, self.schema["inputs"], self.schema["outputs"], inputs)

    def outputs(self, answer: dict[str, Any]) -> dict[str, Any]:
        """A resource's outputs, or a function's result: what the SDK describes, without nulls."""
        return self._object_from_wire(self.name, self.schema["outputs"], answer)

    def preview(self, inputs: dict[str, Any]) -> dict[str, Any]:
        """Outputs before anything is made: what the inputs say, and UNKNOWN for the rest."""
        return self._foresee(self.schema["outputs"], inputs)

    def writable(self, outputs: dict[str, Any]) -> dict[str, Any]:
        """The part of the outputs that could be inputs."""
        return self._project(self.schema["inputs"], outputs)

    def wire_path(self, dotted: str) -> list[str]:
        """Where a property of the resource lies in the body."""
        parts = dotted.split(".")
        outside = self._boxed(self.name, _NOTHING)
        return parts if outside is None or parts[0] in outside else ["properties", *parts]

    def _boxed(self, name: str, members: Members) -> frozenset[str] | None:
        """The members that stay outside `properties`; None: the type is as it is on the wire."""
        if name == self.name:
            own = {**self.schema["inputs"]["properties"], **self.schema["outputs"]["properties"]}
            return None if not name or "properties" in own else ENVELOPE - {*self.inside}
        if base_name(name) not in BOXED.get(self.module, frozenset()):
            return None
        return ENVELOPE & members["properties"].keys()

    def _rename(self, name: str, key: str) -> str:
        return RENAMED.get(self.module, {}).get(base_name(name), {}).get(key, key)

    def _types(self, node: Node | None) -> Members:
        return self.schema["types"][node["type"]] if node is not None and node["kind"] == "object" else _NOTHING

    def _object_to_wire(self, name: str, members: Members, answers: Members, value: dict[str, Any]) -> dict[str, Any]:
        outside = self._boxed(name, members)
        body: dict[str, Any] = {}
        for key, item in value.items():
            node = members["properties"].get(key)
            if node is None or item is None:
                continue
            target = body if outside is None or key in outside else body.setdefault("properties", {})
            target[self._rename(name, key)] = self._to_wire(node, answers["properties"].get(key), item)
        return body

    def _to_wire(self, node: Node, answer: Node | None, value: Any) -> Any:  # noqa: ANN401 - any JSON value
        if is_string_set(node, answer) and isinstance(value, list):
            return {item: {} for item in value}
        if node["kind"] == "object":
            return self._object_to_wire(node["type"], self._types(node), self._types(answer), value)
        item = answer.get("item") if answer else None
        if node["kind"] == "list":
            return [self._to_wire(node["item"], item, member) for member in value]
        if node["kind"] == "map":
            return {key: self._to_wire(node["item"], item, member) for key, member in value.items()}
        return value

    def _object_from_wire(self, name: str, members: Members, wire: dict[str, Any]) -> dict[str, Any]:
        outside = self._boxed(name, members)
        source = wire
        if outside is not None:
            source = {**(wire.get("properties") or {}), **{k: v for k, v in wire.items() if k in outside}}
        found = {key: source.get(self._rename(name, key)) for key in members["properties"]}
        return {k: self._from_wire(members["properties"][k], v) for k, v in found.items() if v is not None}

    def _from_wire(self, node: Node, value: Any) -> Any:  # noqa: ANN401 - any JSON value
        if node["kind"] == "object" and isinstance(value, dict):
            return self._object_from_wire(node["type"], self._types(node), value)
        if node["kind"] == "list" and isinstance(value, list):
            return [self._from_wire(node["item"], item) for item in value]
        if node["kind"] == "map" and isinstance(value, dict):
            return {key: self._from_wire(node["item"], item) for key, item in value.items()}
        return value

    def _foresee(self, members: Members, inputs: dict[str, Any]) -> dict[str, Any]:
        return {
            key: self._foresee_value(node, inputs[key]) if inputs.get(key) is not None else UNKNOWN
            for key, node in members["properties"].items()
        }

    def _foresee_value(self, node: Node, value: Any) -> Any:  # noqa: ANN401 - any JSON value
        kind = node["kind"]
        if kind == "object":
            return self._foresee(self._types(node), value) if isinstance(value, dict) else UNKNOWN
        if kind == "list":
            return [self._foresee_value(node["item"], v) for v in value] if isinstance(value, list) else UNKNOWN
        if kind == "map":
            known = isinstance(value, dict)
            return {k: self._foresee_value(node["item"], v) for k, v in value.items()} if known else UNKNOWN
        return value

    def _project(self, members: Members, outputs: dict[str, Any]) -> dict[str, Any]:
        shared = {key: node for key, node in members["properties"].items() if outputs.get(key) is not None}
        return {key: self._project_value(node, outputs[key]) for key, node in shared.items()}

    def _project_value(self, node: Node, value: Any) -> Any:  # noqa: ANN401 - any JSON value
        if node["kind"] == "list" and isinstance(value, dict):
            return list(value)  # a string set comes back as a map
        if node["kind"] == "object" and isinstance(value, dict):
            return self._project(self._types(node), value)
        if node["kind"] == "list" and isinstance(value, list):
            return [self._project_value(node["item"], item) for item in value]
        if node["kind"] == "map" and isinstance(value, dict):
            return {key: self._project_value(node["item"], item) for key, item in value.items()}
        return value


def is_string_set(node: Node, answer: Node | None) -> bool:
    """A list of strings that the wire holds as an object, such as the ids of an identity."""
    return node["kind"] == "list" and answer is not None and answer["kind"] == "map"
