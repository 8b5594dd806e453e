"""`speech status`: for the person on call."""

import json as json_text
import shutil
import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from speech.cli.exit_status import exit_status as _exit_status
from speech.cli.words import AsJson, StackName

if TYPE_CHECKING:
    from operations.status.command import Question
    from operations.status.finding import Report

_WIDTH = 80
"""The least that is counted on."""


def status(
    stack: StackName,
    *,
    json: AsJson = False,
    watch: Annotated[bool, typer.Option("--watch", help="Ask again and again, until Ctrl-C.")] = False,
    every: Annotated[int, typer.Option("--every", min=2, metavar="SECONDS", help="How often, with --watch.")] = 10,
    deep: Annotated[bool, typer.Option("--deep", help="Also ask each container for its state: /status.")] = False,
    context: Annotated[
        str | None, typer.Option("--context", help="Of your own kubeconfig, in the place of the stack's.")
    ] = None,
) -> None:
    """Show what runs, what does not, since when, and what to do. Exit status 1 where something is wrong.

    \b
    speech status prod-westeurope
    speech status prod-westeurope --watch
    speech status prod-westeurope --deep --json
    """
    from operations.status.command import Question  # noqa: PLC0415  # a command pays for its own imports only
    from speech.files import stack_file  # noqa: PLC0415  # as above
    from speech.files.stack_file import UnreadableError  # noqa: PLC0415  # as above

    with _exit_status():
        if watch and (json or not sys.stdout.isatty()):
            raise UnreadableError("--watch needs a terminal; a script asks again by itself")
        settings, made, project = stack_file.opened(stack)
        asked = Question(settings, made, project, deep, context)
        found = _watched(asked, every) if watch else _asked(asked)
    if json:
        typer.echo(json_text.dumps(found.document(), indent=2))
    elif not watch:
        typer.echo(_screen(found))
    if not found.well:
        raise typer.Exit(1)


def _asked(asked: "Question") -> "Report":
    from rich.console import Console  # noqa: PLC0415  # as above
    from rich.text import Text  # noqa: PLC0415  # as above

    from operations.status.command import report  # noqa: PLC0415  # as above

    console = Console(stderr=True)
    if not console.is_terminal:
        return report(asked, lambda _: None)
    with console.status(Text("begins")) as shown:
        return report(asked, lambda what: shown.update(Text(what)))


def _watched(asked: "Question", every: int) -> "Report":
    """Until Ctrl-C; the last report."""
    from rich.console import Console  # noqa: PLC0415  # as above
    from rich.live import Live  # noqa: PLC0415  # as above
    from rich.text import Text  # noqa: PLC0415  # as above

    from operations.status.command import report  # noqa: PLC0415  # as above

    found = _asked(asked)
    with Live(Text(_screen(found)), console=Console(), screen=True, auto_refresh=False) as live:
        try:
            while True:
                live.update(Text(f"{_screen(found)}\n\n{time.strftime('%H:%M:%S')}, every {every} s"), refresh=True)
                time.sleep(every)
                found = report(asked, lambda _: None)
        except KeyboardInterrupt:
            pass
    typer.echo(_screen(found))
    return found


def _screen(found: "Report") -> str:
    from datetime import UTC, datetime  # noqa: PLC0415  # as above

    from operations.status.screen import lines  # noqa: PLC0415  # as above

    width = max(_WIDTH, shutil.get_terminal_size().columns) if sys.stdout.isatty() else _WIDTH
    return "\n".join(lines(found, datetime.now(tz=UTC), width))
