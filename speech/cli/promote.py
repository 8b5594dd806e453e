"""`speech promote`: what ran in one stack goes to another."""

import difflib
import json as json_text
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from speech.cli.exit_status import exit_status
from speech.cli.words import AsJson

if TYPE_CHECKING:
    from operations.stacks.promotion import Promotion
    from speech.capacity.plan import Plan


def promote(
    source: Annotated[str, typer.Argument(metavar="FROM", help="The stack whose images have proved themselves.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="The stack whose file is changed.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the change and write nothing.")] = False,
    files_only: Annotated[
        bool, typer.Option("--files-only", help="Do not ask the engine whether FROM runs what its file says.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Take versions, tags and digests of FROM's containers over into TO's stack file, and change nothing else.

    Containers are matched by name. FROM must run what its file says: that is asked of the engine's state.

    \b
    Examples:
      speech promote dev-westeurope prod-westeurope --dry-run
      speech promote dev-westeurope prod-westeurope
    """
    from operations.stacks.promotion import as_set, promotion  # noqa: PLC0415  # a command pays for its own imports only
    from speech.files import stack_file  # noqa: PLC0415  # as above

    with exit_status():
        settings, plan, project = stack_file.opened(source)
        file = stack_file.find(target)
        before = stack_file.planned(file)[0].stack
        if not files_only:
            _check_that_it_runs(plan, project)
        found = promotion(settings, before)
        stack_file.planned(file, as_set(found.steps, before))
        change = _change(file, found, write=not dry_run)
        if json:
            document = {**asdict(found), "file": str(file), "written": bool(change) and not dry_run}
            typer.echo(json_text.dumps(document, indent=2))
        else:
            written = f"{file}: {'would be changed' if dry_run else 'changed'}"
            typer.echo("\n".join(_text(source, found, change, written)))


def _check_that_it_runs(plan: "Plan", project: Path) -> None:
    """Raises FailedError where the stack runs other images than its file names, or where nobody can tell."""
    from operations.stack_outputs import NoOutputsError, outputs  # noqa: PLC0415  # as above
    from speech.files.stack_file import FailedError  # noqa: PLC0415  # as above

    try:
        running = outputs(plan.stack, project)["containers"]
    except NoOutputsError as error:
        raise FailedError(
            f"{plan.stack}: what it runs is not known: {error}. Bring it up first, or promote its file: --files-only"
        ) from None
    others = [
        f"{container.name} runs {running[container.name]['image']}, its file says {container.image}"
        for container in plan.containers
        if container.name in running and running[container.name]["image"] != container.image
    ]
    absent = [f"{container.name} does not run yet" for container in plan.containers if container.name not in running]
    if others or absent:
        raise FailedError("\n".join([f"{plan.stack}: its file is ahead of what runs: up first", *others, *absent]))


def _change(file: Path, found: "Promotion", *, write: bool) -> str:
    """The change as a diff; nothing where there is none. Raises UnreadableError."""
    from operations.stacks.promotion import PromotionError, advanced  # noqa: PLC0415  # as above
    from speech.files import stack_file  # noqa: PLC0415  # as above

    before = file.read_text(encoding="utf-8")
    try:
        after = advanced(before, found.steps)
    except PromotionError as error:
        raise stack_file.UnreadableError(f"{file}: {error}") from None
    if write and after != before:
        file.write_text(after, encoding="utf-8")
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), str(file), str(file), lineterm="", n=2)
    return "\n".join(lines)


def _text(source: str, found: "Promotion", change: str, written: str) -> Iterator[str]:
    if change:
        yield change
        yield ""
        yield written
    else:
        yield f"nothing to promote: the images are those of {source}"
    yield from (f"  kept     {name}: {reason}" for name, reason in found.kept)
    yield from (f"  missing  {name}: only {source} has it; add it by hand" for name in found.missing)
