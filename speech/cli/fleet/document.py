"""A run as one JSON document."""

import json
from dataclasses import asdict

from operations.fleet.cost import Cost, difference, planned, together
from operations.fleet.run import Row, Run
from speech.cli.fleet.words import go_on


def render(run: Run, given: str = "") -> str:
    """Seconds, US dollars a month; what is unknown is null. `go_on` is the command that goes on, if there is one."""
    total, unknown = together(planned(row.member.plan) for row in run.rows)
    return json.dumps(
        {
            "run": run.file.name,
            "action": run.file.asked.action,
            "ended": "well" if run.well else "stopped" if run.stopped else "failed",
            "parallel": run.file.asked.parallel,
            "seconds": round(run.seconds, 1),
            "waves": [asdict(wave) for wave in run.file.asked.waves],
            "stacks": [_row(row) for row in run.rows],
            "monthly_cost_usd": {**_cost(total), "unknown_stacks": unknown},
            "go_on": go_on(run, given),
        },
        indent=2,
    )


def _row(row: Row) -> dict[str, object]:
    return {
        "stack": row.member.name,
        "wave": row.wave,
        "labels": dict(row.member.labels),
        "state": str(row.state),
        "changes": dict(row.changes),
        "seconds": None if row.seconds is None else round(row.seconds, 1),
        "monthly_cost_usd": _cost(planned(row.member.plan)),
        "more_than_now_usd": None if row.cost_before is None else difference(row.cost_before, row.member.plan),
        "error": row.error,
        "log": str(row.log),
    }


def _cost(found: Cost) -> dict[str, object]:
    amount = found.amount
    return {
        "min": amount and round(amount.low, 2),
        "max": amount and round(amount.high, 2),
        "estimated": amount and amount.estimated,
        "with_usage": found.metered,
    }
