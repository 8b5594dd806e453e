"""How long a call may take, and who may stop it: the engine's timeout and its Cancel reach every wait."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from sandbox.plugins.azure_native.errors import StoppedError

DEFAULT_SECONDS = 120 * 60.0
"""What an operation may take where the program sets no custom timeout."""
_ANSWER_SECONDS = 120.0


@dataclass(frozen=True)
class _Limit:
    ends: float = float("inf")
    stop: threading.Event = field(default_factory=threading.Event)


_LIMIT: ContextVar[_Limit] = ContextVar("limit", default=_Limit())  # noqa: B039 - frozen, and its event is never set


@contextmanager
def limited(seconds: float, stop: threading.Event | None = None) -> Iterator[None]:
    """What runs inside ends after so many seconds, or when `stop` is set."""
    token = _LIMIT.set(_Limit(time.monotonic() + seconds, stop or threading.Event()))
    try:
        yield
    finally:
        _LIMIT.reset(token)


def pause(seconds: float) -> None:
    """Wait. Raises StoppedError as soon as the call may wait no longer."""
    limit = _LIMIT.get()
    left = limit.ends - time.monotonic()
    if limit.stop.wait(max(0.0, min(seconds, left))):
        raise StoppedError("operation cancelled")
    if left <= seconds:
        raise StoppedError("operation timed out")


def answer_seconds() -> float:
    """How long one request may wait for its answer. Raises StoppedError where none may be sent any more."""
    pause(0)
    return max(0.1, min(_ANSWER_SECONDS, _LIMIT.get().ends - time.monotonic()))
