"""`speech report`: read, plan, draw, write."""

import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from speech.cli import stack_file
from speech.cli.report.page import page

_PATIENCE_SECONDS = 2.0


def report(stack: str, out: Path) -> str:
    """Writes the page; a sentence about it. Raises UnreadableError, InvalidStackError, FailedError."""
    file = stack_file.find(stack)
    parsed, plan = stack_file.planned(file)
    with _told_when_slow(out) as step:
        written = page(parsed.stack, plan, parsed.warnings, step.now).encode("utf-8")
    _write(out, written)
    return f"{out} is written ({len(written) / 1000:,.0f} kB): open it in a browser, or print it"


def _write(out: Path, content: bytes) -> None:
    """All of it or nothing: a page that is there stays as it is until the new one is whole."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}-", delete=False) as file:
            draft = Path(file.name)
            file.write(content)
        umask = os.umask(0)
        os.umask(umask)
        draft.chmod(0o666 & ~umask)
        draft.replace(out)
    except OSError as error:
        raise stack_file.FailedError(f"{out}: cannot be written: {error.strerror}") from None


class _Step:
    """What is being drawn; told on standard error once that takes long."""

    def __init__(self, out: Path) -> None:
        self._out, self._name, self._slow = out, "", False
        self._lock = threading.Lock()

    def now(self, name: str) -> None:
        with self._lock:
            self._name = name
            if self._slow:
                self._say()

    def slow(self) -> None:
        with self._lock:
            self._slow = True
            self._say()

    def _say(self) -> None:
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
