"""`speech keys`: the keys of a stack's account."""

import json as json_text
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from speech.cli.exit_status import exit_status as _exit_status
from speech.cli.words import AsJson, StackName

if TYPE_CHECKING:
    from operations.fleet.processes import Processes
    from operations.keys.rotate import Done, Rotation
    from operations.keys.steps import Known

app = typer.Typer(help="The keys of a stack's account.", no_args_is_help=True)
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@app.callback()
def keys() -> None:
    """The keys of a stack's account."""


@app.command()
def rotate(
    stack: StackName,
    *,
    json: AsJson = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    restarted: Annotated[
        bool, typer.Option("--restarted", help="Docker: every host runs with the key that the last run named.")
    ] = False,
) -> None:
    """Renew both keys of the stack's account, never a moment without a valid one. Stopped, it goes on where it was.

    \b
    speech keys rotate prod-westeurope
    speech keys rotate prod-westeurope --yes --json
    speech keys rotate onprem --restarted
    """
    from operations.fleet.processes import Processes  # noqa: PLC0415  # a command pays for its own imports only
    from operations.keys import command  # noqa: PLC0415  # as above
    from speech.files.stack_file import UnreadableError  # noqa: PLC0415  # as above

    processes, lines = Processes(), _Lines(silent=json)
    with _exit_status(), lines, _interrupting(processes):
        if not yes and not sys.stdin.isatty():
            raise UnreadableError("there is no terminal to ask on: add  --yes")
        asked = command.rotation(stack, processes, lines.tell, lines.done, restarted=restarted)
        known = asked.known()
        lines.pause()
        begins = known.moved_to is None and not known.renewed
        typer.echo(_first_line(asked, known), err=json)
        if not yes and not _agreed(asked):
            raise typer.Exit(1)
        lines.go_on()
        if begins:
            asked.check_nothing_else_changes()
        try:
            asked.go(known)
        finally:
            if json:
                lines.pause()
                typer.echo(json_text.dumps(_document(asked), indent=2))
    if not json:
        typer.echo(_last_lines(asked))


def _agreed(asked: "Rotation") -> bool:
    question = f"Both keys of {asked.account.name} get new values: whoever else uses them must take them anew. Go on?"
    return typer.confirm(question, err=True)


def _first_line(asked: "Rotation", known: "Known") -> str:
    said = f"{asked.plan.stack}   {asked.account.name}   containers use {known.used}"
    if known.moved_to == known.used:
        return f"{said}\ngoes on with the rotation that moved them there at {known.moved_at}"
    return f"{said}\ngoes on with a rotation that was stopped" if known.renewed else said


def _last_lines(asked: "Rotation") -> str:
    key = asked.engine.written()
    return (
        f"Both keys are new. Containers use {key}, and the stack file says so: commit it.\n"
        "Nothing is gained by going back to the other key, and every pod would roll again."
    )


def _document(asked: "Rotation") -> dict[str, object]:
    return {
        "stack": asked.plan.stack,
        "account": asked.account.name,
        "active_key": asked.engine.written(),
        "complete": bool(asked.done) and asked.done[-1].step == "finish",
        "steps": [{"step": one.step, "said": one.said, "seconds": one.seconds} for one in asked.done],
    }


class _Lines:
    """What was done, on standard output; what is under way, on standard error."""

    def __init__(self, *, silent: bool) -> None:
        from rich.console import Console  # noqa: PLC0415  # as above

        from operations.keys.progress import Progress  # noqa: PLC0415  # as above

        self._silent, self._progress = silent, Progress(Console(stderr=True))

    def __enter__(self) -> None:
        self.go_on()

    def __exit__(self, *_: object) -> None:
        self.pause()

    def go_on(self) -> None:
        self._progress.start()

    def pause(self) -> None:
        self._progress.stop()

    def tell(self, what: str, seconds_left: float | None) -> None:
        self._progress.tell(what, seconds_left)

    def done(self, step: "Done") -> None:
        if not self._silent:
            self._progress.stop()
            typer.echo(f"done  {step.step:<7} {step.said}  ({step.seconds:.0f} s)")
            self._progress.start()


@contextmanager
def _interrupting(processes: "Processes") -> Iterator[None]:
    """Ctrl-C reaches the engine, which ends what is under way and writes it down; then this command ends."""

    def handler(_signal: int, _frame: object) -> None:
        processes.interrupt()
        raise KeyboardInterrupt

    before = {each: signal.signal(each, handler) for each in _SIGNALS}
    try:
        yield
    except KeyboardInterrupt:
        typer.echo("stopped; the same command goes on where it was", err=True)
        raise typer.Exit(1) from None
    finally:
        for each, former in before.items():
            signal.signal(each, former)
