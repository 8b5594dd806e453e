"""What is under way, on standard error: a live line in a terminal, else a plain one now and then."""

import time

from rich.console import Console
from rich.status import Status
from rich.text import Text

_PLAIN_EVERY_SECONDS = 10.0


class Progress:
    """One line, which can be taken away while something else is written."""

    def __init__(self, console: Console) -> None:
        self._console, self._live = console, Status(Text("begins"), console=console)
        self._shown = time.monotonic()

    def start(self) -> None:
        """Shows it."""
        if self._console.is_terminal:
            self._live.start()

    def stop(self) -> None:
        """Takes it away."""
        self._live.stop()

    def tell(self, what: str, seconds_left: float | None) -> None:
        """What is being done, and at most how much longer."""
        line = what if seconds_left is None else f"{what} ({seconds_left:.0f} s left at most)"
        if self._console.is_terminal:
            self._live.update(Text(line))
        elif time.monotonic() - self._shown >= _PLAIN_EVERY_SECONDS:
            self._shown = time.monotonic()
            self._console.print(line, markup=False, highlight=False, soft_wrap=True)
