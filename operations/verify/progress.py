"""What is being waited for, on standard error: a live line in a terminal, else a plain one now and then."""

import threading
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.text import Text

_PLAIN_EVERY_SECONDS = 10.0
_MOST_SHOWN = 3


class Progress:
    """One for a run. Threads tell it what they do."""

    def __init__(self, console: Console) -> None:
        self._console, self._total = console, 0
        self._doing: dict[str, tuple[str, float | None]] = {}
        self._done = 0
        self._lock = threading.Lock()
        self._shown = time.monotonic()
        self._live = console.status(Text(self._line())) if console.is_terminal else None

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    def expect(self, total: int) -> None:
        """How many there are, once that is known."""
        with self._lock:
            self._doing.clear()
            self._total = total
            self._show()

    def tell(self, name: str, doing: str, seconds_left: float | None) -> None:
        """What is being done with one of them, and at most how much longer."""
        with self._lock:
            self._doing[name] = (doing, None if seconds_left is None else time.monotonic() + seconds_left)
            self._show()

    def done(self, name: str) -> None:
        """Nothing more is done with it."""
        with self._lock:
            self._doing.pop(name, None)
            self._done += 1
            self._show()

    def _show(self) -> None:
        if self._live:
            self._live.update(Text(self._line()))
        elif time.monotonic() - self._shown >= _PLAIN_EVERY_SECONDS:
            self._shown = time.monotonic()
            self._console.print(self._line(), markup=False, highlight=False, soft_wrap=True)

    def _line(self) -> str:
        now = time.monotonic()
        running = [
            f"{name} {doing}" + (f" ({max(0.0, ends - now):.0f} s left at most)" if ends else "")
            for name, (doing, ends) in self._doing.items()
        ]
        counted = [f"{self._done} of {self._total} verified"] if self._total else []
        return ": ".join(filter(None, [*counted, "; ".join(running[:_MOST_SHOWN])])) or "begins"
