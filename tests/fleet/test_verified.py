"""`--verify`: each wave is called as clients call it before the next one begins."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.home import Home
from sandbox.running import start, stop
from tests.fleet.sandbox_fleet import SandboxFleet

pytestmark = [pytest.mark.engine, pytest.mark.long]

AKS = ("speech:target", {"kind": "aks"})
"""Found through the cluster's API. A Docker host of the other stacks is not there: nothing answers on it."""


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[SandboxFleet]:
    home = Home(tmp_path / "home")
    try:
        yield SandboxFleet(home, start(home), {"cluster": [AKS], "silent": [], "later": []})
    finally:
        stop(home)


def test_a_wave_that_does_not_answer_stops_the_run_after_one_that_does(fleet: SandboxFleet) -> None:
    waves = "cluster=name=cluster,silent=name=silent,rest=*"
    said = fleet.speech("up", "--waves", waves, "--verify", "--yes", "--json")
    assert said.code == 1, said.text
    states = {each["stack"]: each["state"] for each in said.document["stacks"]}
    assert states == {"cluster": "done", "silent": "failed", "later": "not run"}, said.text
    (error,) = (each["error"] for each in said.document["stacks"] if each["error"])
    assert error.startswith("speech verify: "), error

    only = fleet.speech("verify", "--select", "name=cluster")
    assert only.code == 0, only.text
    assert "stacks   1 done" in only.out
    logs = sorted((fleet.folder / ".speech" / "fleet").glob("*/cluster.log"))
    assert "transcribe-en" in logs[-1].read_text(), "what speech verify said"
