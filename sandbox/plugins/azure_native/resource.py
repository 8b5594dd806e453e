"""What a resource goes through: create, update, read, delete, in the order of requests of the real plugin."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from sandbox.plugins.azure_native import waiting
from sandbox.plugins.azure_native.arm import Arm
from sandbox.plugins.azure_native.errors import ArmFailureError, PartlyMadeError
from sandbox.plugins.azure_native.kinds import Kind

_RESCUE_SECONDS = 10.0


@dataclass(frozen=True)
class Resources:
    """Resources of one subscription. `warn` takes a text for the user."""

    arm: Arm
    subscription: str
    warn: Callable[[str], None]

    def create(self, kind: Kind, inputs: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Make what is not there yet. Returns ARM's id and the outputs."""
        wanted = kind.row.id(self.subscription, inputs)
        if self.arm.get(wanted, kind.version):
            raise ArmFailureError(f"cannot create already existing resource '{wanted}'")
        body = kind.body(inputs)
        for path in kind.row.keep:
            _set_default(body, kind.shape.wire_path(path), [])
        if kind.row.data_plane:
            names = (inputs["vaultName"], inputs["secretName"])
            answer = self.arm.write_secret(wanted, kind.version, body, *names)
        else:
            answer = self._write(kind, "PUT", wanted, body)
        return answer.get("id", wanted), kind.outputs(answer)

    def update(self, kind: Kind, resource_id: str, inputs: dict[str, Any], olds: dict[str, Any]) -> dict[str, Any]:
        """Send the whole of the new inputs. Returns the outputs."""
        gone = {key: value for key, value in kind.row.resets if key in olds and key not in inputs}
        body = kind.body({**inputs, **gone})
        unset = [path for path in map(kind.shape.wire_path, kind.row.keep) if _get(body, path) is None]
        live = (self.arm.get(resource_id, kind.version) or {}) if unset else {}
        for path in unset:
            _set_default(body, path, _get(live, path) or [])
        method = "PATCH" if _drop_identities(body, kind.body(olds)) else "PUT"
        return kind.outputs(self._write(kind, method, resource_id, body))

    def read(
        self, kind: Kind, resource_id: str, inputs: dict[str, Any], outputs: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """Outputs and inputs as they are now, or None. Without old inputs (an import): all that is writable."""
        answer = self.arm.get(resource_id, kind.version)
        if not answer:
            return None
        found = kind.outputs(answer)
        if not inputs:
            names = kind.row.parse(resource_id)
            return found, {**kind.writable(found), **names, "azureApiVersion": kind.version}
        before, after = kind.writable(outputs), kind.writable(found)
        for path in (path.split(".") for path in kind.row.keep):
            if _get(inputs, path) is None:
                _drop(before, path)
                _drop(after, path)
        return found, follow(inputs, before, after)

    def delete(self, kind: Kind, resource_id: str) -> None:
        """Delete; what is not there is deleted."""
        if kind.row.data_plane:
            names = kind.row.parse(resource_id)
            self.arm.delete_secret(names["vaultName"], names["secretName"])
        else:
            self.arm.delete(resource_id, kind.version)

    def _write(self, kind: Kind, method: str, resource_id: str, body: dict[str, Any]) -> dict[str, Any]:
        try:
            answer = self.arm.write(method, resource_id, kind.version, body, polls=kind.row.polls)
        except ArmFailureError as failure:
            if failure.accepted:
                self._rescue(kind, resource_id, str(failure))
            raise
        try:
            return self.arm.get(answer.get("id", resource_id), kind.version) or answer
        except ArmFailureError as failure:
            self.warn(f"Failed to read resource after {method}: {failure}")
            return answer

    def _rescue(self, kind: Kind, resource_id: str, reason: str) -> None:
        """Find out what became of a resource whose making failed, even where the call's own time is up."""
        with waiting.limited(_RESCUE_SECONDS):
            answer = self.arm.get(resource_id, kind.version)
        if answer:
            raise PartlyMadeError(reason, answer.get("id", resource_id), kind.outputs(answer))


def follow(inputs: Any, before: Any, after: Any) -> Any:  # noqa: ANN401 - any JSON value
    """The inputs, with what changed between two readings; what the service had set by itself before stays out."""
    if before == after:
        return inputs
    if isinstance(inputs, dict) and isinstance(before, dict) and isinstance(after, dict):
        keys = dict.fromkeys([*inputs, *after])
        merged = {key: follow(inputs.get(key), before.get(key), after.get(key)) for key in keys}
        return {key: value for key, value in merged.items() if value is not None}
    lists = isinstance(inputs, list) and isinstance(before, list) and isinstance(after, list)
    if lists and len(inputs) == len(before):
        items = [follow(*triple) for triple in zip_longest(inputs, before, after)]
        return [item for item in items if item is not None]
    return after


def _drop_identities(body: dict[str, Any], old_body: dict[str, Any]) -> bool:
    """ARM forgets a user-assigned identity only where it is sent as null, and then in a PATCH."""
    path = ["identity", "userAssignedIdentities"]
    gone = {key: None for key in (_get(old_body, path) or {}) if key not in (_get(body, path) or {})}
    if gone and "identity" in body:
        body["identity"].setdefault("userAssignedIdentities", {}).update(gone)
    return bool(gone) and "identity" in body


def _get(document: dict[str, Any], path: list[str]) -> Any:  # noqa: ANN401 - any JSON value
    found: Any = document
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _drop(document: dict[str, Any], path: list[str]) -> None:
    parent = _get(document, path[:-1])
    if isinstance(parent, dict):
        parent.pop(path[-1], None)


def _set_default(document: dict[str, Any], path: list[str], value: Any) -> None:  # noqa: ANN401 - any JSON value
    for name in path[:-1]:
        document = document.setdefault(name, {})
    document.setdefault(path[-1], value)
