"""Stacks of this repository on a real control plane: what the plan counted is what the scheduler finds."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import pytest

from speech.capacity.plan import ContainerPlan, NodePool
from tests.conformance.aks import Aks, aks, planned, until

pytestmark = [pytest.mark.conformance, pytest.mark.timeout(900)]

PLACED = ["sandbox", "prod-westeurope", "all-kinds-westeurope"]
"""One pool, one pool over zones, and several pools, one of them with GPUs."""
KEPT = ["sandbox", "dev-westeurope"]
_PAUSE_SECONDS = 0.2
End = Literal["min", "max"]


@dataclass(frozen=True)
class Up:
    """A stack that is up, and what its plan says."""

    stack: Aks
    pools: tuple[NodePool, ...]
    containers: list[ContainerPlan]
    """Those that serve."""

    def at(self, end: End) -> int:
        """Sets nodes and pods to the plan's least or most, and waits until all are ready; the number of pods."""
        for pool in self.pools:
            self.stack.resize(pool, getattr(pool.nodes, end))
        for container in self.containers:
            self.stack.scale(container.name, getattr(container.replicas, end))
        wanted = sum(getattr(container.replicas, end) for container in self.containers)
        self.stack.settled(wanted)
        return wanted


@pytest.fixture(scope="module", params=PLACED)
def up(
    request: pytest.FixtureRequest, built: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Up]:
    """A stack that is up. Tests say themselves how many nodes and pods they want."""
    plan = planned(request.param)
    with aks(tmp_path_factory.mktemp(request.param), built, request.param) as stack:
        stack.up()
        yield Up(stack, plan.node_pools, [each for each in plan.containers if not each.once])


def test_the_pods_of_the_plan_fit_its_nodes_at_the_least_and_at_the_most(up: Up) -> None:
    for end in get_args(End):
        up.at(end)
        assert up.stack.waiting() == []


def test_pods_spread_over_the_zones_of_their_pool(up: Up) -> None:
    up.at("max")
    zones = {pool.name: pool.zones for pool in up.pools}
    for container in up.containers:
        if over := zones[container.pool or ""]:
            counts = up.stack.zones(container.name)
            assert max(counts.values()) - min(counts[f"westeurope-{zone}"] for zone in over) <= 1, counts


def test_one_node_fewer_leaves_exactly_the_pods_of_one_node_without_a_place(up: Up) -> None:
    if len(up.pools) > 1:
        pytest.skip("the plan says how many pods a node holds only where they are alike")
    [pool], most = up.pools, up.at("max")
    up.stack.resize(pool, pool.nodes.max - 1)
    until(lambda: len(up.stack.placed()) == most - pool.pods_per_node, up.stack.placed)
    assert len(up.stack.waiting()) == pool.pods_per_node
    assert all("Insufficient cpu" in why or "Insufficient memory" in why for why in up.stack.waiting())


def test_a_changed_image_rolls_one_pod_at_a_time_and_serves_meanwhile(built: dict[str, Path], tmp_path: Path) -> None:
    plan = planned("sandbox")
    [container], [pool] = plan.containers, plan.node_pools
    with aks(tmp_path, built, "sandbox") as stack:
        stack.up()
        stack.settled(container.replicas.min)
        # As the cluster's autoscaler would: the pod that comes first needs a place beside those that serve.
        stack.resize(pool, container.replicas.min + 1)
        stack.change("version: 5.1.0", "version: 4.12.0")
        seen = set()
        with ThreadPoolExecutor(1) as threads:
            changed = threads.submit(stack.up)
            while not changed.done():
                seen.add((len(stack.placed()), len(stack.pods())))
                time.sleep(_PAUSE_SECONDS)
        assert changed.result().steps["speech-transcribe-en-deployment"] == "update"
        assert min(ready for ready, _ in seen) == container.replicas.min, seen
        assert max(there for _, there in seen) == container.replicas.min + 1, seen
        images = {pod["spec"]["containers"][0]["image"].rpartition(":")[2] for pod in stack.pods()}
        assert images == {"4.12.0-amd64-en-us"}


@pytest.mark.parametrize("name", KEPT)
def test_a_stack_is_made_kept_and_destroyed_without_rest(built: dict[str, Path], tmp_path: Path, name: str) -> None:
    plan = planned(name)
    with aks(tmp_path, built, name) as stack:
        stack.up()
        made = Up(stack, plan.node_pools, list(plan.containers))
        stack.settled(sum(container.replicas.min for container in plan.containers))
        assert stack.up().changes == {}
        stack.refresh()
        assert stack.preview("--refresh", "--expect-no-changes").changes == {}
        made.at("max")
        # A pod that is younger than minReadySeconds makes the Deployment unhealthy to the provider, which would wait.
        for container in plan.containers:
            stack.available(container.name, container.replicas.max)
        assert stack.preview("--refresh", "--expect-no-changes").changes == {}, "the number of pods is the autoscaler's"
        stack.destroy()
        assert stack.state() == []
        until(lambda: stack.client.items("/api/v1/nodes") == [], lambda: "nodes are left")
