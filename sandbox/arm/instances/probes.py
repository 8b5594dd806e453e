"""Readiness and liveness of a container, asked over HTTP as its group says. Commands are not run: they pass."""

import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException

from sandbox.arm.store import Document

Ask = Callable[[str, str, float], bool]
"""(host:port, path, seconds): whether it answers well in that time."""
_ERROR = 400
_LONGEST_SECONDS = 2.0
"""A local process answers sooner; the host asks all of them, one after the other."""


def ask_http(address: str, path: str, seconds: float) -> bool:
    """Whether a GET is answered below 400."""
    connection = HTTPConnection(address, timeout=min(seconds, _LONGEST_SECONDS))
    try:
        connection.request("GET", path)
        return connection.getresponse().status < _ERROR
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


class Probe:
    """One probe of a running container. Passing and failing begin after as many answers as its thresholds say."""

    def __init__(self, wanted: Document, ask: Ask = ask_http) -> None:
        self.passing = self.failing = False
        self._http: Document | None = wanted.get("httpGet")
        self._ask = ask
        self._period = float(wanted.get("periodSeconds") or 10)
        self._seconds = float(wanted.get("timeoutSeconds") or 1)
        self._successes = int(wanted.get("successThreshold") or 1)
        self._failures = int(wanted.get("failureThreshold") or 3)
        self._next = time.monotonic() + float(wanted.get("initialDelaySeconds") or 0)
        self._row, self._last = 0, False

    def follow(self, ports: dict[int, str]) -> None:
        """Asks if it is time to. `ports`: where the container listens, by its own ports."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + self._period
        answered = self._answers(ports)
        self._row = self._row + 1 if answered == self._last else 1
        self._last = answered
        if answered and self._row >= self._successes:
            self.passing, self.failing = True, False
        if not answered and self._row >= self._failures:
            self.passing, self.failing = False, True

    def _answers(self, ports: dict[int, str]) -> bool:
        if self._http is None:
            return True
        address = ports.get(int(self._http["port"]))
        path = str(self._http.get("path") or "/")
        return address is not None and self._ask(address, path, self._seconds)
