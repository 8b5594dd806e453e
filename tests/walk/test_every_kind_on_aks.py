"""stacks/Pulumi.all-kinds-westeurope.yaml: every kind in one cluster, by the real engine and the real clients."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.home import Home
from sandbox.running import start, stop
from sandbox.speech_call import CALLS
from sandbox.verify import Target, verify
from tests.walk.stack import Stack

pytestmark = pytest.mark.engine


@pytest.fixture
def kinds(tmp_path: Path) -> Iterator[Stack]:
    home = Home(tmp_path / "home")
    try:
        yield Stack(home, start(home), "all-kinds-westeurope")
    finally:
        stop(home)


def test_every_kind_of_container_comes_up_in_one_cluster_answers_its_client_and_goes(kinds: Stack) -> None:
    kinds.up()
    told = kinds.outputs()["containers"]
    rows = {row["deployment"]: row for row in kinds.workloads() if row.get("deployment")}
    served = [name for name, container in told.items() if container["kind"] in CALLS]
    assert len(served) == 8
    targets = [
        Target(
            name,
            told[name]["kind"],
            rows[name]["address"],
            status="Valid" if told[name]["urls"]["status"] else None,
            ssml_voice=told[name]["ssml_voice"] or "",
        )
        for name in served
    ]
    out = io.StringIO()
    assert verify(targets, out), out.getvalue()
    assert kinds.outputs()["pairs"].keys() == {"which-language"}

    assert kinds.up().changes == {}
    kinds.destroy()
    assert kinds.state() == []
    assert kinds.ask("workloads") == []
