"""What is asked of running Speech containers after `pulumi up`: four pages, and one call as a client makes it."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

import httpx

from sandbox.speech_call import CALLS, CallFailedError

ANSWER_SECONDS = 10.0
"""For one page. A call by the SDK has the same again."""

READY_SECONDS = 180.0
"""Until `/ready` says yes: 60 to 90 s are reported of real containers."""

READY_PATHS = {"fast-transcription": "/stt/health"}
"""Of kinds that don't answer at `/ready`."""

REMEDIES = {"ContainerUseUnauthorized": " Ask for approval: https://aka.ms/csdisconnectedcontainers"}
"""What helps, by the state that a container tells."""

_PROGRESS_SECONDS = 5.0
_PAUSE_SECONDS = 0.25
_OK = 200


@dataclass(frozen=True)
class Target:
    """A container to verify."""

    name: str
    kind: str
    """A kind of speech_call.CALLS."""
    address: str
    """`127.0.0.1:40123`, as this machine reaches it."""
    status: str | None = "Valid"
    """The exact `apiStatus`; none where it is not asked, as of disconnected containers."""
    ssml_voice: str = ""
    """The voice's exact name where the kind speaks."""

    @property
    def ready_path(self) -> str:
        """Where it says that it answers."""
        return READY_PATHS.get(self.kind, "/ready")


@dataclass(frozen=True)
class Check:
    """What came of one question."""

    target: str
    name: str
    passed: bool
    detail: str

    def line(self) -> str:
        """As a terminal shows it."""
        return f"{'pass' if self.passed else 'fail'}  {self.name:<9} {self.detail}"


def verify(targets: Sequence[Target], out: TextIO, *, ready_seconds: float = READY_SECONDS) -> bool:
    """Ask every target everything, print a line a check, and say whether all passed. Ends within its deadlines."""
    passed = True
    with httpx.Client(timeout=ANSWER_SECONDS, trust_env=False, follow_redirects=True) as client:
        for target in targets:
            out.write(f"{target.name}   {target.kind} at {target.address}\n")
            for check in checks(target, client, out, ready_seconds):
                out.write(check.line() + "\n")
                out.flush()
                passed = passed and check.passed
    return passed


def checks(target: Target, client: httpx.Client, out: TextIO, ready_seconds: float) -> Iterator[Check]:
    """The checks of one target as they are made; what cannot be asked any more is not."""
    ready = _ready(target, client, out, ready_seconds)
    yield ready
    yield _page(target, client, "/")
    yield _page(target, client, "/swagger")
    if target.status is not None:
        yield _status(target, client, target.status)
    yield (
        _call(target)
        if ready.passed
        else Check(target.name, "call", passed=False, detail=f"not made: {target.ready_path} failed")
    )


def _ready(target: Target, client: httpx.Client, out: TextIO, seconds: float) -> Check:
    """Ask until it answers 200, and show what is being waited for."""
    path = target.ready_path
    begin = time.monotonic()
    shown = begin
    while True:
        check = _page(target, client, path)
        now = time.monotonic()
        if check.passed:
            return check
        if now - begin >= seconds:
            return Check(target.name, path, passed=False, detail=f"{check.detail}, for {now - begin:.0f} s")
        if now - shown >= _PROGRESS_SECONDS:
            shown = now
            out.write(f"wait  {path:<9} {check.detail}, {now - begin:.0f} s of {seconds:.0f} s\n")
            out.flush()
        time.sleep(_PAUSE_SECONDS)


def workload_name(row: Mapping[str, Any]) -> str:
    """What a row of `GET /sandbox/workloads` runs: a Deployment or StatefulSet, or a group of Container Instances."""
    return str(row.get("deployment") or row.get("group") or "")


def workloads_of(name: str, container: Mapping[str, Any]) -> list[str]:
    """The names of what runs a container of the stack's outputs: its groups, one a replica, else its own."""
    return [str(replica["group"]) for replica in container.get("replicas", ())] or [name]


def _page(target: Target, client: httpx.Client, path: str) -> Check:
    def ask() -> tuple[bool, str]:
        answer = client.get(f"http://{target.address}{path}")
        return answer.status_code == _OK, str(answer.status_code)

    return _timed(target, path, ask)


def _status(target: Target, client: httpx.Client, expected: str) -> Check:
    def ask() -> tuple[bool, str]:
        document = client.get(f"http://{target.address}/status").json()
        if not isinstance(document, dict) or "apiStatus" not in document:
            return False, "no apiStatus in the answer"
        status, message = str(document["apiStatus"]), document.get("apiStatusMessage")
        # The whole value: "Invalid" holds "valid".
        return (True, status) if status == expected else (False, f"{status}: {message}{REMEDIES.get(status, '')}")

    return _timed(target, "/status", ask)


def _call(target: Target) -> Check:
    call = CALLS.get(target.kind)
    if call is None:
        return Check(target.name, "call", passed=False, detail=f"no client call is known for {target.kind}")
    return _timed(target, "call", lambda: (True, call(target.address, target.ssml_voice, ANSWER_SECONDS)))


def _timed(target: Target, name: str, ask: Callable[[], tuple[bool, str]]) -> Check:
    begin = time.monotonic()
    try:
        passed, detail = ask()
    except (httpx.HTTPError, ValueError) as error:
        return Check(target.name, name, passed=False, detail=f"no answer: {error}")
    except CallFailedError as error:
        return Check(target.name, name, passed=False, detail=str(error))
    return Check(target.name, name, passed, f"{detail} in {1000 * (time.monotonic() - begin):.0f} ms")
