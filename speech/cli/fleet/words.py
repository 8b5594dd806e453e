"""How runs, states, changes and times are said."""

import shlex
from collections.abc import Mapping

from operations.fleet.cost import Cost
from operations.fleet.prepare import RESUMABLE, Prepared
from operations.fleet.run import Row, Run, State
from speech.cli.layout import usd

LEGEND = "+ made, ~ changed, +- replaced, - deleted"
LEGEND_OF_PREVIEW = "+ to make, ~ to change, +- to replace, - to delete"
_SIGNS = {"create": "+", "update": "~", "replace": "+-", "delete": "-"}
_MINUTE, _HOUR = 60, 3600
_SHORT = 10


def changes(found: Mapping[str, int]) -> str:
    """`+9 ~2`, or nothing."""
    return " ".join(f"{sign}{found[kind]}" for kind, sign in _SIGNS.items() if found.get(kind))


def changed(row: Row, action: str) -> str:
    """What has been done with the resources of a stack so far; a dash where nothing is known."""
    if action == "verify" or row.state in {State.WAITING, State.NOT_RUN, State.PROTECTED}:
        return "-"
    return changes(row.changes) or ("none" if row.state in {State.DONE, State.BEFORE} else "-")


def duration(seconds: float | None) -> str:
    """`4.1 s`, `1:12`, `1:02:03`; a dash where it is not known."""
    if seconds is None:
        return "-"
    if seconds < _SHORT and not seconds.is_integer():
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    hours, rest = divmod(whole, _HOUR)
    clock = f"{rest // _MINUTE}:{rest % _MINUTE:02}"
    return f"{hours}:{rest // _MINUTE:02}:{rest % _MINUTE:02}" if hours else clock


def counted(number: int, what: str) -> str:
    """`1 stack`, `2 stacks`."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def cost(found: Cost) -> str:
    """Whole dollars; a + where usage comes on top, of which nothing is known."""
    return usd(found.amount) if found.metered or found.amount is None else f"{usd(found.amount)} +"


def asked(prepared: Prepared) -> str:
    """What will run, in a line: `up of 24 stacks in 2 waves, 4 at once: canary (1), rest (23)`."""
    waves = prepared.asked.waves
    cut = ", ".join(f"{wave.name} ({len(wave.stacks)})" for wave in waves)
    each = f" in {counted(len(waves), 'wave')}" if len(waves) > 1 else ""
    return (
        f"{prepared.asked.action} of {counted(len(prepared.fleet.members), 'stack')}{each}, "
        f"{prepared.asked.parallel} at once{f': {cut}' if len(waves) > 1 else ''}"
    )


def tally(run: Run) -> str:
    """`12 done, 1 failed, 3 not run`, as many of each state as there are."""
    states = [row.state for row in run.rows]
    return ", ".join(f"{states.count(state)} {state}" for state in State if state in states)


def go_on(run: Run, given: str = "") -> str | None:
    """The command that goes on where the run has stopped; None where it has not, or where it only asked."""
    action = run.file.asked.action
    if run.well or action not in RESUMABLE:
        return None
    return " ".join(filter(None, ("speech fleet", action, "--resume", shlex.quote(run.file.name), given)))
