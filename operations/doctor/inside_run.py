"""What a run of the diagnostic container comes to."""

from collections.abc import Callable
from dataclasses import dataclass

PAUSE_SECONDS = 1.0

Waited = Callable[[str], bool]
"""Is told what happens; whether there is time to wait on."""


class NotRunError(Exception):
    """The container could not be run at all. The text is the reason."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How it ended: None where it did not."""

    well: bool | None
    last_words: str
    """The last line of its log, or why there is none."""


def last_line(log: str) -> str:
    """What a container said last."""
    return next((line.strip() for line in reversed(log.splitlines()) if line.strip()), "it wrote nothing")
