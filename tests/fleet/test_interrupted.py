"""Ctrl-C, and a pipeline that is cancelled: engines end politely, and a second run goes on."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.home import Home
from sandbox.running import start, stop
from tests.fleet.sandbox_fleet import SandboxFleet, end

pytestmark = [pytest.mark.engine, pytest.mark.long]

_SECONDS = 120


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[SandboxFleet]:
    home = Home(tmp_path / "home")
    try:
        yield SandboxFleet(home, start(home), {name: [] for name in ("a", "b", "c")})
    finally:
        stop(home)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_interrupted_says_where_it_stopped_and_goes_on(fleet: SandboxFleet, sent: signal.Signals) -> None:
    fleet.ask(
        "faults", "POST", {"kind": "operation", "method": "PUT", "path": "accounts/contoso-speech-b", "seconds": 600}
    )
    process = fleet.begin("up", "--waves", "first=1,rest=*", "--parallel", "1", "--yes")
    try:
        fleet.waits_for("PUT .*accounts/contoso-speech-b", process)
        process.send_signal(sent)
        out, err = process.communicate(timeout=_SECONDS)
    except BaseException:
        end(process)
        raise
    assert process.returncode == 1, out + err
    assert "1 done, 1 stopped, 1 not run" in out
    assert "go on    speech fleet up --resume " in out

    fleet.ask("clock", "POST", {"advance_seconds": 700})
    again = fleet.speech("up", "--resume", "last", "--yes")
    assert again.code == 0, again.text
    assert "2 done, 1 done before" in again.out
    assert len(set(fleet.resources().values())) == 1, "as many in each"
    assert fleet.pulumi("preview", "--stack", "b", "--expect-no-changes").code == 0
