"""What the engine tells: the last update, and how old the keys in the vault are. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from operations.status.finding import Part, Problem, moment

_SECRET = "azure-native:keyvault:Secret"  # noqa: S105  # the type of a resource


def last_update(stack: str, history: Sequence[Mapping[str, Any]]) -> Part:
    """Fact and problem of the newest update. `history` is newest first."""
    if not history:
        return Part(
            facts={"update": "never"},
            problems=(Problem(stack, "it was never brought up", f"pulumi up --stack {stack}"),),
        )
    newest = history[0]
    at, result = moment(newest.get("endTime") or newest.get("startTime")), str(newest.get("result"))
    when = f"{at:%Y-%m-%d %H:%M} UTC" if at else "at an unknown time"
    facts = {"update": f"{newest.get('kind')} {result} {when}"}
    if newest.get("kind") == "destroy" and result == "succeeded":
        return Part(facts=facts, problems=(Problem(stack, "it was destroyed", f"pulumi up --stack {stack}", at),))
    if result == "failed":
        said = f"the last {newest.get('kind')} failed: what runs may be half of the old and half of the new"
        return Part(facts=facts, problems=(Problem(stack, said, f"pulumi up --stack {stack}", at),))
    return Part(facts=facts)


def key_since(resources: Sequence[Mapping[str, Any]], key: str) -> datetime | None:
    """When the vault got a key as it is. `resources`: of the stack's state."""
    for one in resources:
        outputs = one.get("outputs", {})
        if one.get("type") == _SECRET and str(outputs.get("name", "")).endswith(f"speech-{key}"):
            attributes = (outputs.get("properties") or {}).get("attributes") or {}
            made = attributes.get("updated") or attributes.get("created")
            return datetime.fromtimestamp(made, tz=UTC) if made else None
    return None
