"""What `speech pipeline --json` prints."""

import json
from collections.abc import Sequence
from typing import Any

from operations.fleet import cost
from operations.pipeline.engine import Preview
from operations.pipeline.looking import Look, Planned
from speech.manifests.outputs import monthly_cost


def document(looks: Sequence[Look]) -> str:
    """One document; what is not known is null, US dollars a month are those of the peak."""
    return json.dumps({"stacks": [_stack(look) for look in looks]}, indent=2)


def _stack(look: Look) -> dict[str, Any]:
    more = cost.difference(monthly_cost(look.before[1]), look.after[1]) if look.before and look.after else None
    return {
        "name": look.name,
        "file": look.file,
        "refused": look.failed,
        "faults": list(look.faults),
        "monthly_cost_usd": {
            "before": _usd(look.before),
            "after": _usd(look.after),
            "difference": None if more is None else round(more, 2),
        },
        "preview": None if look.preview is None else _preview(look.preview),
    }


def _usd(planned: Planned | None) -> float | None:
    amount = cost.planned(planned[1]).amount if planned else None
    return amount.high if amount else None


def _preview(preview: Preview) -> dict[str, Any]:
    return {
        "changes": [
            {"action": one.action, "type": one.type, "name": one.name, "properties": list(one.properties)}
            for one in preview.changes
        ],
        "violations": [
            {"policy": one.policy, "mandatory": one.mandatory, "resource": one.name, "message": one.words}
            for one in preview.violations
        ],
        "errors": list(preview.errors),
    }
