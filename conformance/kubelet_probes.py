"""The probes of one container, asked over HTTP at its pod's real address, at their own periods."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

_FAILED, _REDIRECTED = 400, 300
_OK = 200


def answers(address: str, action: Mapping[str, Any], timeout_seconds: float) -> bool:
    """Whether an `httpGet` of a manifest succeeds, as a kubelet takes it: 200 to 399."""
    try:
        answer = httpx.get(f"http://{address}{action['path']}", timeout=timeout_seconds, trust_env=False)
    except httpx.HTTPError:
        return False
    return _OK <= answer.status_code < _FAILED


@dataclass
class Probe:
    """One probe. `passed` is None until a threshold is reached for the first time."""

    spec: Mapping[str, Any]
    began: float
    """When its container or, after a startup probe, its turn began: of the monotonic clock."""
    passed: bool | None = None
    _next: float = field(init=False)
    _successes: int = 0
    _failures: int = 0

    def __post_init__(self) -> None:
        self._next = self.began + self.spec.get("initialDelaySeconds", 0)

    def follow(self, address: str) -> None:
        """Asks, if it is time to."""
        if time.monotonic() < self._next:
            return
        self._next += self.spec["periodSeconds"]
        if answers(address, self.spec["httpGet"], self.spec["timeoutSeconds"]):
            self._successes, self._failures = self._successes + 1, 0
            if self._successes >= self.spec["successThreshold"]:
                self.passed = True
        else:
            self._successes, self._failures = 0, self._failures + 1
            if self._failures >= self.spec["failureThreshold"]:
                self.passed = False


class Probes:
    """All three of a container, from its start on: readiness and liveness begin when the startup probe has passed."""

    def __init__(self, container: Mapping[str, Any]) -> None:
        self._container = container
        self._startup = self._probe("startupProbe")
        self._readiness: Probe | None = None
        self._liveness: Probe | None = None
        self.started = self._startup is None
        """Whether the container counts as started."""
        if self.started:
            self._begin()

    @property
    def ready(self) -> bool:
        """Whether clients may be sent to it."""
        return self.started and (self._readiness is None or self._readiness.passed is True)

    @property
    def failed(self) -> tuple[str, Mapping[str, Any]] | None:
        """Which probe wants the container to be started again, if any."""
        for name, probe in (("startup", self._startup), ("liveness", self._liveness)):
            if probe and probe.passed is False:
                return name, probe.spec
        return None

    def follow(self, address: str) -> None:
        """Asks those whose time has come."""
        if self._startup and not self.started:
            self._startup.follow(address)
            if not self._startup.passed:
                return
            self.started = True
            self._begin()
        for probe in (self._readiness, self._liveness):
            if probe:
                probe.follow(address)

    def _begin(self) -> None:
        self._readiness, self._liveness = self._probe("readinessProbe"), self._probe("livenessProbe")

    def _probe(self, name: str) -> Probe | None:
        spec = self._container.get(name)
        return Probe(spec, time.monotonic()) if spec else None
