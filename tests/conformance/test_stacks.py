"""Stacks of this repository on a real control plane: what the plan counted is what the scheduler finds."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.aks import Aks, aks, planned, until

pytestmark = [pytest.mark.conformance, pytest.mark.timeout(900)]

STACKS = ["sandbox", "dev-westeurope"]
_PAUSE_SECONDS = 0.2


@pytest.fixture(scope="module", params=STACKS)
def up(
    request: pytest.FixtureRequest, built: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Aks, dict[str, Any]]]:
    """A stack that is up, and its plan. Tests leave it as they find it."""
    with aks(tmp_path_factory.mktemp(request.param), built, request.param) as stack:
        stack.up()
        yield stack, planned(request.param)


def test_a_changed_image_rolls_one_pod_at_a_time_and_serves_meanwhile(built: dict[str, Path], tmp_path: Path) -> None:
    plan = planned("sandbox")
    [container], [pool] = plan["containers"], plan["node_pools"]
    with aks(tmp_path, built, "sandbox") as stack:
        stack.up()
        stack.settled(container["replicas"]["min"])
        # As the cluster's autoscaler would: the pod that comes first needs a place beside those that serve.
        stack.resize(pool["name"], container["replicas"]["min"] + 1)
        stack.change("version: 5.1.0", "version: 4.12.0")
        seen = set()
        with ThreadPoolExecutor(1) as threads:
            changed = threads.submit(stack.up)
            while not changed.done():
                seen.add((len(stack.placed()), len(stack.pods())))
                time.sleep(_PAUSE_SECONDS)
        assert changed.result().changes == {"update": 1}
        assert min(ready for ready, _ in seen) == container["replicas"]["min"], seen
        assert max(there for _, there in seen) == container["replicas"]["min"] + 1, seen
        images = {pod["spec"]["containers"][0]["image"].rpartition(":")[2] for pod in stack.pods()}
        assert images == {"4.12.0-amd64-en-us"}


@pytest.mark.parametrize("name", STACKS)
def test_a_stack_is_made_kept_and_destroyed_without_rest(built: dict[str, Path], tmp_path: Path, name: str) -> None:
    plan = planned(name)
    with aks(tmp_path, built, name) as stack:
        stack.up()
        stack.settled(sum(container["replicas"]["min"] for container in plan["containers"]))
        assert stack.up().changes == {}
        stack.refresh()
        assert stack.preview("--refresh", "--expect-no-changes").changes == {}
        # The autoscaler's number of pods is nobody else's.
        for container in plan["containers"]:
            stack.scale(container["name"], container["replicas"]["max"])
        assert stack.preview("--refresh", "--expect-no-changes").changes == {}
        stack.destroy()
        assert stack.state() == []
        assert not stack.client.exists(f"/api/v1/namespaces/{stack.namespace}")
        until(lambda: stack.client.items("/api/v1/persistentvolumes") == [], lambda: "volumes are left")
        until(lambda: not stack.nodes("speech"), lambda: "nodes are left")


def test_the_pods_of_the_plan_fit_its_nodes_at_the_least_and_at_the_most(up: tuple[Aks, dict[str, Any]]) -> None:
    stack, plan = up
    for end in ("min", "max"):
        for pool in plan["node_pools"]:
            stack.resize(pool["name"], pool["nodes"][end])
        for container in plan["containers"]:
            stack.scale(container["name"], container["replicas"][end])
        stack.settled(sum(container["replicas"][end] for container in plan["containers"]))
        assert stack.waiting() == []


def test_one_node_fewer_leaves_exactly_the_pods_of_one_node_without_a_place(up: tuple[Aks, dict[str, Any]]) -> None:
    stack, plan = up
    [pool] = plan["node_pools"]
    stack.resize(pool["name"], pool["nodes"]["max"])
    for container in plan["containers"]:
        stack.scale(container["name"], container["replicas"]["max"])
    most = sum(container["replicas"]["max"] for container in plan["containers"])
    stack.settled(most)
    stack.resize(pool["name"], pool["nodes"]["max"] - 1)
    until(lambda: len(stack.placed()) == most - pool["pods_per_node"], stack.placed)
    assert len(stack.waiting()) == pool["pods_per_node"]
    assert all("Insufficient cpu" in why or "Insufficient memory" in why for why in stack.waiting())
    stack.resize(pool["name"], pool["nodes"]["max"])
    stack.settled(most)
