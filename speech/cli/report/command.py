"""`speech report`: read, plan, draw, write."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import typer

from speech.cli.catalog.files import replace_all
from speech.cli.report.page import page
from speech.files import stack_file

_PATIENCE_SECONDS = 2.0
_BETWEEN_SECONDS = 1.0


def report(stack: str, out: Path) -> str:
    """Writes the page; a sentence about it. Raises UnreadableError, InvalidStackError, FailedError."""
    file = stack_file.find(stack)
    parsed, plan = stack_file.planned(file)
    with _told_when_slow(out) as step:
        made = page(parsed.stack, plan, parsed.warnings, step.now)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise stack_file.FailedError(f"{out}: cannot be written: {error.strerror}") from None
    replace_all({out: made})
    return f"{out} is written ({len(made.encode()) / 1000:,.0f} kB): open it in a browser, or print it"


class _Step:
    """What is being drawn; told on standard error once that takes long."""

    def __init__(self, out: Path) -> None:
        self._out, self._name, self._slow, self._said = out, "", False, 0.0
        self._lock = threading.Lock()

    def now(self, name: str) -> None:
        with self._lock:
            self._name = name
            if self._slow and monotonic() - self._said >= _BETWEEN_SECONDS:
                self._say()

    def slow(self) -> None:
        with self._lock:
            self._slow = True
            self._say()

    def _say(self) -> None:
        self._said = monotonic()
        typer.echo(f"{self._out}: drawing {self._name}", err=True)


@contextmanager
def _told_when_slow(out: Path) -> Iterator[_Step]:
    step = _Step(out)
    timer = threading.Timer(_PATIENCE_SECONDS, step.slow)
    timer.daemon = True
    timer.start()
    try:
        yield step
    finally:
        timer.cancel()
