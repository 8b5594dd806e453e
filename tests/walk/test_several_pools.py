"""Pools of several sizes, and of spot nodes: made, filled, changed and gone."""

import pytest

from tests.walk.stack import Stack

pytestmark = pytest.mark.engine

TWO = """\
    - name: transcribe-en
      kind: speech-to-text
      locale: en-US
      version: 5.1.0
      demand: {concurrent_streams: 12}
    - name: which-language
      kind: language-identification
      version: 1.18.0
      demand: {concurrent_streams: 80}
"""


def test_a_second_pool_comes_with_a_container_that_wants_other_nodes_and_goes_with_it(stack: Stack) -> None:
    stack.up()
    one = stack.file.read_text()
    stack.containers(TWO)
    done = stack.up()
    assert done.changes["create"] > 0
    assert "delete" not in done.changes, "the first pool stays as it is"
    assert {row["state"] for row in stack.workloads() if row.get("deployment")} == {"Running"}
    assert stack.up().changes == {}
    stack.file.write_text(one)
    assert stack.up().changes["delete"] > 0
    assert stack.up().changes == {}


def test_speech_moves_to_spot_nodes_and_back(stack: Stack) -> None:
    stack.change("    kind: aks\n", "    kind: aks\n    spot: true\n")
    stack.up()
    assert [row["state"] for row in stack.workloads()] == ["Running"]
    assert stack.up().changes == {}
    stack.change("    spot: true\n", "")
    stack.up()
    assert [row["state"] for row in stack.workloads()] == ["Running"]
    stack.destroy()
    assert stack.state() == []
