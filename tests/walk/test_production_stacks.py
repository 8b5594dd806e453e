"""The stacks of this repository, each by the real engine: up, no change, a change, destroy."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.home import Home
from sandbox.running import start, stop
from tests.walk.stack import Stack

pytestmark = pytest.mark.engine


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A sandbox of its own, stopped by its own pid."""
    home = Home(tmp_path / "home")
    try:
        yield home
    finally:
        stop(home)


@pytest.mark.parametrize(
    ("name", "streams"), [("prod-westeurope", 120), ("prod-eastus2", 120), ("private-westeurope", 60)]
)
def test_a_production_stack_is_made_changed_in_place_and_destroyed(home: Home, name: str, streams: int) -> None:
    stack = Stack(home, start(home), name)
    stack.up()
    assert stack.up().changes == {}

    stack.change(f"concurrent_streams: {streams}", f"concurrent_streams: {streams + 30}")
    changed = stack.up()
    assert set(changed.changes) == {"update"}, changed.steps

    refused = stack.destroy(expect=1)
    assert "protect" in refused.text, "production's account is not destroyed by accident"
    stack.change("  speech:account:\n", "  speech:account:\n    protect: false\n")
    stack.up()
    stack.destroy()
    assert stack.state() == []
    assert stack.ask("workloads") == []


def test_every_workload_of_a_private_stack_reaches_its_key_and_its_account_privately(home: Home) -> None:
    stack = Stack(home, start(home), "private-westeurope")
    stack.up()
    (workload,) = stack.workloads()
    assert workload["state"] == "Running", workload["reason"]
    outputs = stack.outputs()
    hosts = {one["host"] for one in outputs["egress"]}
    assert "contoso-speech-private-weu.cognitiveservices.azure.com" not in hosts, "the account is inside the network"
    assert "mcr.microsoft.com" in hosts
    stack.destroy(expect=1)
