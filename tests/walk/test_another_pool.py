"""Another VM size: the new pool stands and the pods have rolled to it before the old one goes."""

import pytest

from tests.walk.stack import Stack

pytestmark = pytest.mark.engine


def test_pods_roll_to_the_new_pool_before_the_old_one_goes(stack: Stack) -> None:
    stack.up()
    stack.change("    kind: aks\n", "    kind: aks\n    vm_size: Standard_D16as_v5\n")
    done = stack.up()
    order = [
        (event["resOutputsEvent"]["metadata"]["urn"].rpartition("::")[2], event["resOutputsEvent"]["metadata"]["op"])
        for event in done.events
        if "resOutputsEvent" in event and event["resOutputsEvent"]["metadata"]["op"] != "same"
    ]
    made, rolled, gone = (
        order.index(("speech-speech-pool", "create-replacement")),
        order.index(("speech-transcribe-en-deployment", "update")),
        order.index(("speech-speech-pool", "delete-replaced")),
    )
    assert made < rolled < gone
    assert [one["state"] for one in stack.workloads()] == ["Running"]


def test_a_refresh_between_two_pools_does_not_block_the_cluster(stack: Stack) -> None:
    stack.up()
    stack.refresh()
    stack.change("    kind: aks\n", "    kind: aks\n    vm_size: Standard_D16as_v5\n")
    stack.up()
    # docs/production.md: Azure refuses pools that it no longer knows, so the state must learn of the new one first.
    stack.refresh()
    stack.change("  speech:target:\n", "  speech:tags: {a: b}\n  speech:target:\n")
    stack.up()
