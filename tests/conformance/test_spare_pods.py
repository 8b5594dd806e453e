"""Places that pods of low priority keep free: the real scheduler gives them to Speech pods."""

from pathlib import Path

import pytest

from speech.files.stack_file import opened
from tests.conformance.aks import Aks, aks, until

pytestmark = [pytest.mark.conformance, pytest.mark.timeout(900)]

DEMAND = "        hours_a_month: 500\n"
KEPT = f"{DEMAND}      scaling: {{spare_pods: 1}}\n"
SPARE = "/api/v1/namespaces/speech/pods?labelSelector=speech-containers/spare-of"


def spare(stack: Aks) -> list[str]:
    """The nodes of what keeps places; empty for one that waits."""
    found = [pod for pod in stack.client.items(SPARE) if "deletionTimestamp" not in pod["metadata"]]
    return [pod["spec"].get("nodeName", "") for pod in found]


def test_a_speech_pod_takes_the_place_and_the_next_node_brings_another(built: dict[str, Path], tmp_path: Path) -> None:
    with aks(tmp_path, built, "dev-westeurope") as stack:
        stack.change(DEMAND, KEPT)
        stack.change("kind: aks\n", "kind: aks\n    vm_size: Standard_D8as_v5\n")
        _, plan, _ = opened(str(stack.file))
        [pool], [container] = plan.node_pools, plan.containers
        assert pool.pods_per_node == 1, "every place is counted"
        stack.up()
        least, most = container.replicas.min, container.replicas.max
        stack.resize(pool, pool.nodes.min)
        stack.scale(container.name, least)
        stack.settled(least)
        until(lambda: len(spare(stack)) == 1 and all(spare(stack)), lambda: spare(stack))

        stack.scale(container.name, most)
        stack.settled(most)
        until(lambda: spare(stack) == [""], lambda: spare(stack))
        assert stack.waiting() == [], "no Speech pod waits: what kept its place does"

        stack.resize(pool, pool.nodes.max)
        until(lambda: len(spare(stack)) == 1 and all(spare(stack)), lambda: spare(stack))
        assert len(stack.placed()) == most
        assert stack.up().changes == {}
