"""What a long step tells the person who waits: lines that stay, and one line that moves."""

import sys
import time
from collections.abc import Callable
from typing import TextIO


def minutes(seconds: float) -> str:
    """`3:07`: minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


class Progress:
    """Lines that stay, and updates: on a terminal one line written anew, elsewhere a plain line now and then."""

    def __init__(
        self, stream: TextIO = sys.stderr, *, every: float = 15, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stream = stream
        self._every = every
        self._clock = clock
        self._moving = stream.isatty()
        self._told = clock()
        self._width = 0

    def say(self, line: str) -> None:
        """A line that stays."""
        self._wipe()
        self._write(line + "\n")
        self._told = self._clock()

    def update(self, line: str) -> None:
        """How far it is. Call it as often as is handy."""
        if self._moving:
            self._wipe()
            self._write(line)
            self._width = len(line)
        elif self._clock() - self._told >= self._every:
            self.say(line)

    def _wipe(self) -> None:
        if self._width:
            self._write("\r" + " " * self._width + "\r")
            self._width = 0

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
