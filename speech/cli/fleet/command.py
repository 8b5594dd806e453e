"""What the commands of `speech fleet` do: ask, run while it is shown, tell how it ended."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import typer

from operations.fleet import prepare, run_file
from operations.fleet.prepare import DESTROY, UP, Prepared
from operations.fleet.processes import Processes
from operations.fleet.run import Run
from speech.cli.fleet import document, text, words
from speech.cli.fleet.live import Display, console
from speech.files.stack_file import UnreadableError

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def prepared(read: Callable[[], Prepared]) -> Prepared:
    """What will run, once all stack files are read: many take seconds. Raises UnreadableError."""
    place = console()
    if not place.is_terminal:
        return read()
    with place.status("reading and planning stack files"):
        return read()


def confirmed(prepared: Prepared, *, yes: bool, confirm: str | None) -> bool:
    """Whether to go on: asks on a terminal, and never elsewhere. Raises UnreadableError where nobody can be asked."""
    action = prepared.asked.action
    if action == DESTROY:
        return _destroys(prepared, yes=yes, word=confirm)
    if action != UP or yes:
        return True
    _is_answered("--yes")
    return typer.confirm(f"{words.asked(prepared)}. Go on?", err=True)


def _destroys(prepared: Prepared, *, yes: bool, word: str | None) -> bool:
    name = prepared.environment
    if word is not None:
        prepare.confirmed(prepared, word)
    if yes and word is None:
        raise UnreadableError(f"--yes alone destroys nothing: add  --confirm {name}")
    if yes:
        return True
    _is_answered(f"--yes --confirm {name}")
    typer.echo(f"{words.asked(prepared)}", err=True)
    for member in prepared.fleet.members:
        kept = "   protected: skipped" if member.name in prepared.protected else ""
        typer.echo(f"  {member.name}{kept}", err=True)
    prepare.confirmed(prepared, typer.prompt("To destroy them, write the environment's name", err=True))
    return True


def is_terminal() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin.isatty()


def _is_answered(words_instead: str) -> None:
    if not is_terminal():
        raise UnreadableError(f"there is no terminal to ask on: add  {words_instead}")


def carried_out(prepared: Prepared) -> Run:
    """Runs it and shows how far it is. Ctrl-C, and a pipeline's end, reach the engines. Raises FailedError."""
    processes = Processes()
    work = prepare.work(prepared.asked.action, prepared.fleet.project, processes)
    file = prepared.begun()
    display = Display(console(), run_file.seconds_before(prepared.fleet.project, prepared.asked.action))
    run = Run(
        prepared.fleet,
        file,
        work,
        display.hear,
        prepare.check(prepared.asked, processes),
        prepared.protected,
        goes_on=prepared.asked.action not in prepare.RESUMABLE,
    )

    def stop() -> None:
        run.stop()
        display.stopping = True
        processes.interrupt()

    with _interrupted(stop), display.shown(run):
        run.go()
    return run


@contextmanager
def _interrupted(stop: Callable[[], None]) -> Iterator[None]:
    def handler(_signal: int, _frame: FrameType | None) -> None:
        stop()

    before = {each: signal.signal(each, handler) for each in _SIGNALS}
    try:
        yield
    finally:
        for each, former in before.items():
            signal.signal(each, former)


def told(run: Run, *, as_json: bool, given: str) -> None:
    """Prints how it ended. Raises Exit with status 1 unless every stack ended well."""
    typer.echo(document.render(run, given) if as_json else text.summary(run, given))
    if not run.well:
        raise typer.Exit(1)
