"""`speech plan`: one stack, why it is as it is, or several side by side."""

import json
from collections.abc import Sequence

from speech.cli import plan_json, plan_text
from speech.files import stack_file


def run(stacks: Sequence[str], changes: Sequence[str], *, as_json: bool, explain: bool, compare: bool) -> str:
    """What the command prints. Raises UnreadableError and InvalidStackError."""
    if compare:
        return _compared(stacks, changes, as_json=as_json)
    if len(stacks) > 1:
        raise stack_file.UnreadableError(f"{len(stacks)} stacks: name one, or write --compare")
    parsed, made = stack_file.planned(stack_file.find(stacks[0]), changes)
    if not explain:
        return plan_json.render(made, parsed.warnings) if as_json else plan_text.render(made, parsed.warnings)
    from speech.cli import explain_text  # noqa: PLC0415  # each plan pays for what it shows alone
    from speech.cli.explain import explained  # noqa: PLC0415  # as above

    found = explained(parsed, made)
    if as_json:
        return json.dumps(
            {**plan_json.document(made, parsed.warnings), "explain": explain_text.document(found)}, indent=2
        )
    return f"{plan_text.render(made, parsed.warnings, why=False)}\n\n{explain_text.render(made, found)}"


def _compared(stacks: Sequence[str], changes: Sequence[str], *, as_json: bool) -> str:
    """With changes, one stack is compared with itself: as its file has it, and as set."""
    from speech.cli import compare  # noqa: PLC0415  # as above

    files = [stack_file.find(stack) for stack in stacks]
    if len(files) == 1 and not changes:
        raise stack_file.UnreadableError("--compare: one stack alone: name another, or change something with --set")
    compared = [
        compare.Compared(stack_file.stack_name(file), *stack_file.planned(file))
        for file in (files if len(files) == 1 else [])
    ]
    as_set = " as set" if changes else ""
    compared += [
        compare.Compared(f"{stack_file.stack_name(file)}{as_set}", *stack_file.planned(file, changes)) for file in files
    ]
    return compare.document(compared) if as_json else compare.text(compared)
