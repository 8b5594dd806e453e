"""What the plugin adds to the program's inputs: a name, a location, the API version."""

import hashlib
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pulumi.runtime.proto import CheckRequest

from sandbox.plugins.azure_native.kinds import Kind
from sandbox.plugins.azure_native.table import Row
from sandbox.plugins.serving import UNKNOWN

CREATE_FIRST = "__createBeforeDelete"
"""Marks inputs whose name was drawn, so that a replacement may stand beside what it replaces."""


@dataclass(frozen=True)
class Wish:
    """What the engine says about the name: the logical name, a seed, and the stack's own naming rule if it has one."""

    logical_name: str
    seed: bytes
    rule: "CheckRequest.AutonamingOptions | None"


def complete(
    kind: Kind,
    news: dict[str, Any],
    olds: dict[str, Any],
    wish: Wish,
    default_location: Callable[[dict[str, Any]], Any],
) -> dict[str, Any]:
    """The inputs to keep. `default_location` answers for a resource that gives none: a name, UNKNOWN or None."""
    inputs = {**news, "azureApiVersion": news.get("azureApiVersion") or kind.version}
    if inputs.get(kind.row.name_parameter) is None:
        inputs.update(_name(kind.row, olds, wish))
    if inputs.get("location") is None and "location" in kind.schema["inputs"]["properties"]:
        location = olds.get("location") or default_location(inputs)
        if location is not None:
            inputs["location"] = location
    return inputs


def _name(row: Row, olds: dict[str, Any], wish: Wish) -> dict[str, Any]:
    key = row.name_parameter
    if olds.get(key) is not None:
        return {key: olds[key], **({CREATE_FIRST: True} if olds.get(CREATE_FIRST) else {})}
    if wish.rule is not None:
        mode = CheckRequest.AutonamingOptions.Mode
        if wish.rule.mode == mode.DISABLE:
            return {}
        if wish.rule.mode == mode.ENFORCE or row.naming != "uuid":
            return {key: wish.rule.proposed_name, CREATE_FIRST: True}
    if row.naming == "copy":
        return {key: wish.logical_name}
    drawn = hashlib.sha256(wish.seed + wish.logical_name.encode()).hexdigest() if wish.seed else secrets.token_hex(16)
    if row.naming == "uuid":
        return {key: str(uuid.UUID(drawn[:32])), CREATE_FIRST: True}
    return {key: f"{wish.logical_name}{drawn[:8]}", CREATE_FIRST: True}


class GroupLocations:
    """Locations of resource groups, asked for once each."""

    def __init__(self, ask: Callable[[str], str | None]) -> None:
        self._ask = ask
        self._known: dict[str, str | None] = {}

    def of(self, inputs: dict[str, Any]) -> Any:  # noqa: ANN401 - a name, UNKNOWN or None
        """The location of the resource group these inputs name; UNKNOWN with it; None where it has none."""
        group = inputs.get("resourceGroupName")
        if group is UNKNOWN or group is None:
            return group
        if self._known.get(group) is None:
            self._known[group] = self._ask(group)
        return self._known[group]
