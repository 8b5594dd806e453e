"""What a pull request's comment and the issue of drift say, in Markdown."""

from collections.abc import Iterator, Sequence

from operations.fleet import cost
from operations.pipeline.engine import Preview
from operations.pipeline.looking import Look
from speech.cli import compare, plan_text
from speech.cli.layout import usd
from speech.manifests.outputs import monthly_cost

_SIGNS = {"create": "+", "update": "~", "replace": "±", "delete": "-"}
_SHOWN = 60
"""Changes of one stack; more would fill the comment."""
_LINES = 30
_REMEDY = "`pulumi up` sets it back; or the stack file takes it over. Where the file is the newer one, deploy it."


def comment(looks: Sequence[Look]) -> str:
    """A row a stack, then each stack's details, folded."""
    if not looks:
        return "## Stacks\n\nNo stack is touched by this change."
    rows = [f"| {look.name} | {look.file} | {_resources(look)} | {_cost(look)} | {_policies(look)} |" for look in looks]
    head = ["| stack | file | resources | USD a month at the peak | policies |", "| --- | --- | --- | --- | --- |"]
    legend = "+ created, ~ updated, ± replaced, - deleted"
    parts = ["## Stacks", "", *head, *rows, "", legend]
    for look in looks:
        parts += ["", *_details(look)]
    return "\n".join(parts)


def drift(looks: Sequence[Look]) -> tuple[str, str, bool]:
    """Title, text, and whether there is nothing to do."""
    found = [look for look in looks if look.preview and (look.preview.changes or look.preview.failed)]
    if not found:
        return "No drift", f"{_stacks(len(looks))}: each is as its file says.", True
    parts = ["| stack | resources |", "| --- | --- |", *(f"| {look.name} | {_resources(look)} |" for look in found)]
    for look in found:
        assert look.preview  # noqa: S101  # for the type checker
        parts += ["", f"**{look.name}**", "", *_changes(look.preview), *_problems(look.preview)]
    title = f"Drift: {len(found)} of {_stacks(len(looks))} {'differs' if len(found) == 1 else 'differ'}"
    return title, "\n".join([*parts, "", _REMEDY]), False


def _stacks(count: int) -> str:
    return f"{count} stack{'' if count == 1 else 's'}"


def _resources(look: Look) -> str:
    if look.faults:
        return "**refused**"
    if look.file == "gone":
        return "stay: no file asks for them"
    if look.preview is None:
        return "not up yet"
    if look.preview.errors:
        return "**failed**"
    counts = {action: sum(one.action == action for one in look.preview.changes) for action in _SIGNS}
    return " ".join(f"{_SIGNS[action]}{count}" for action, count in counts.items() if count) or "no change"


def _cost(look: Look) -> str:
    if look.after is None:
        return "-"
    _, plan = look.after
    now = cost.planned(plan)
    shown = usd(now.amount) + ("" if now.metered or now.amount is None else " and usage")
    if look.before is None or look.file == "same":
        return shown
    more = cost.difference(monthly_cost(look.before[1]), plan)
    return f"{shown} ({'difference not known' if more is None else f'{more:+,.0f}' if round(more) else 'as before'})"


def _policies(look: Look) -> str:
    if look.preview is None:
        return "-"
    broken = sum(one.mandatory for one in look.preview.violations)
    advised = len(look.preview.violations) - broken
    words = [f"**{broken} broken**"] * bool(broken) + [f"{advised} advised"] * bool(advised)
    return ", ".join(words) or ("-" if look.preview.errors else "kept")


def _details(look: Look) -> Iterator[str]:
    opened = " open" if look.failed else ""
    yield f"<details{opened}><summary><b>{look.name}</b></summary>"
    yield ""
    if look.faults:
        yield from _block(look.faults)
    elif look.file == "gone":
        yield f"Its file is gone, its resources are not: destroy them first, `pulumi destroy --stack {look.name}`."
    elif look.preview is None:
        yield "The backend has no such stack, so nothing was previewed: what brings it up makes it."
    else:
        yield from _changes(look.preview)
        yield from _problems(look.preview)
    if look.after:
        yield ""
        yield from _block(_plan(look).splitlines())
    yield ""
    yield "</details>"


def _plan(look: Look) -> str:
    assert look.after  # noqa: S101  # for the type checker
    parsed, plan = look.after
    if look.before is None or look.file == "same":
        return plan_text.render(plan, parsed.warnings)
    return compare.text([compare.Compared("base", *look.before), compare.Compared("this change", parsed, plan)])


def _changes(preview: Preview) -> Iterator[str]:
    if not preview.changes:
        yield "Pulumi would change nothing." if not preview.errors else "Pulumi could not tell."
        return
    lines = [
        f"{_SIGNS[one.action]} {one.type} {one.name}"
        + (f": {', '.join(one.properties)}" if one.properties and one.action != "create" else "")
        for one in preview.changes[:_SHOWN]
    ]
    if len(preview.changes) > _SHOWN:
        lines.append(f"… and {len(preview.changes) - _SHOWN} more")
    yield from _block(lines)


def _problems(preview: Preview) -> Iterator[str]:
    for one in sorted(preview.violations, key=lambda violation: not violation.mandatory):
        yield ""
        yield f"- {'**broken**' if one.mandatory else 'advised'} `{one.policy}`, `{one.name}`: {one.words}"
    if preview.errors:
        yield ""
        yield from _block("\n".join(preview.errors).splitlines()[:_LINES])


def _block(lines: Sequence[str]) -> Iterator[str]:
    yield "```"
    # Nothing that is quoted may end the quotation.
    yield from (line.replace("```", "'''") for line in lines)
    yield "```"
