"""Runs the stand-ins, again and again."""

import sys
import threading
from collections.abc import Iterable
from typing import Protocol

import httpx

from conformance.client import RefusedError

_PAUSE_SECONDS = 0.25


class StandIn(Protocol):
    """Looks at the cluster as it is and does what is to do; whatever it meets, the next step looks anew."""

    def step(self) -> None:
        """One look."""


class Loop:
    """One thread for all of them."""

    def __init__(self, stand_ins: Iterable[StandIn]) -> None:
        self._stand_ins = list(stand_ins)

    def add(self, stand_in: StandIn) -> None:
        """One more."""
        self._stand_ins.append(stand_in)

    def run(self, ended: threading.Event) -> None:
        """Until `ended`. Refusals are told on standard error: somebody was faster, or the next step meets it too."""
        while not ended.wait(_PAUSE_SECONDS):
            for stand_in in self._stand_ins:
                try:
                    stand_in.step()
                except (RefusedError, httpx.HTTPError) as fault:
                    print(f"conformance: {type(stand_in).__name__}: {fault}", file=sys.stderr)
