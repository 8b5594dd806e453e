"""Runs Go, and pip for Go itself: long, with a log, and ended with us."""

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_PAUSE_SECONDS = 0.5


@dataclass(frozen=True)
class Place:
    """Where a command runs, and where its words go."""

    folder: Path
    log: Path
    """What it says is added to it."""
    stdout: Path | None = None
    """Its standard output alone, where that is asked for."""


def run(command: Sequence[str], environment: dict[str, str], place: Place, tell: Callable[[], None]) -> int:
    """Run to the end, telling how far it is; its exit status. A stop of ours stops its whole group."""
    with contextlib.ExitStack() as files:
        errors = files.enter_context(place.log.open("ab"))
        output = files.enter_context(place.stdout.open("wb")) if place.stdout else errors
        child = subprocess.Popen(  # noqa: S603 - pip and Go, with arguments from our recipes
            command,
            env=environment,
            cwd=place.folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            start_new_session=True,
        )
        with _ended(child):
            while True:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    return child.wait(_PAUSE_SECONDS)
                tell()


def go_version(go: Path) -> tuple[int, ...]:
    """`(1, 26, 8)`; empty if it does not run."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        answer = subprocess.run(  # noqa: S603 - a Go found on PATH
            [go, "env", "GOVERSION"],
            env={**os.environ, "GOTOOLCHAIN": "local"},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        return numbers(answer.stdout)
    return ()


def numbers(version: str) -> tuple[int, ...]:
    """The first three numbers in it."""
    return tuple(map(int, re.findall(r"\d+", version)[:3]))


@contextlib.contextmanager
def _ended(child: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def last_line(log: Path) -> str:
    """The last words of a log."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1][:300] if lines else "no reason given"
