"""Processes that run side by side and can be interrupted together."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

OnLine = Callable[[str], Any] | None


@dataclass(frozen=True, slots=True)
class Ended:
    """What a process said, and its exit status."""

    out: str
    err: str
    code: int


@dataclass
class Processes:
    """Starts them out of reach of the terminal's own Ctrl-C: `interrupt` reaches them, once for each call."""

    _interrupted: bool = False
    _running: "set[subprocess.Popen[str]]" = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def interrupt(self) -> None:
        """As Ctrl-C would. An engine ends what is under way and writes it down; asked twice, it ends at once."""
        with self._lock:
            self._interrupted = True
            for process in self._running:
                _interrupt(process)

    def run(
        self,
        command: Sequence[str],
        folder: str | Path,
        environment: Mapping[str, str],
        on_output: OnLine = None,
        on_error: OnLine = None,
    ) -> Ended:
        """One command to its end, heard line by line. `environment` joins this process's own."""
        process = subprocess.Popen(  # noqa: S603  # words of our own and of the Automation API, no shell
            list(command),
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        out: list[str] = []
        err: list[str] = []
        with process, self._known(process):
            errors = threading.Thread(target=_lines, args=(process.stderr, on_error, err))
            errors.start()
            _lines(process.stdout, on_output, out)
            errors.join()
            code = process.wait()
        return Ended("\n".join(out), "\n".join(err), code)

    @contextmanager
    def _known(self, process: "subprocess.Popen[str]") -> Iterator[None]:
        with self._lock:
            self._running.add(process)
            if self._interrupted:
                # It was started at the very moment.
                _interrupt(process)
        try:
            yield
        finally:
            with self._lock:
                self._running.discard(process)


def _interrupt(process: "subprocess.Popen[str]") -> None:
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGINT)


def _lines(stream: IO[str] | None, heard: OnLine, said: list[str]) -> None:
    for line in stream or ():
        text = line.rstrip()
        said.append(text)
        if heard:
            heard(text)
