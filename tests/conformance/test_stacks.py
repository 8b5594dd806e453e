"""Stacks of this repository on a real control plane: what the plan counted is what the scheduler finds.

Each stack is made once; whatever a test wants of it, it says itself.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal, get_args

import pytest

from speech.capacity.plan import ContainerPlan, NodePool
from tests.conformance.aks import Aks, aks, on_premises, planned, until

pytestmark = [pytest.mark.conformance, pytest.mark.timeout(600)]

_PAUSE_SECONDS = 0.2
End = Literal["min", "max"]


@dataclass
class Landed:
    """A stack, and what its plan says."""

    stack: Aks
    pools: tuple[NodePool, ...]
    containers: list[ContainerPlan]
    """Those that serve."""
    placed: int = 0
    """Pods that were ready at the moment when `up` came back; 0: it is not up."""

    def up(self) -> None:
        """Makes it, unless it is there."""
        if not self.placed:
            self.stack.up()
            self.placed = len(self.stack.placed())

    def destroy(self) -> None:
        """Makes an end of it."""
        self.stack.destroy()
        self.placed = 0

    def pods(self, end: End) -> int:
        """That the plan counts."""
        return sum(getattr(container.replicas, end) for container in self.containers)

    def at(self, end: End) -> int:
        """Sets nodes and pods to the plan's least or most, and waits until all are ready; the number of pods."""
        wanted = self.pods(end)
        for pool in self.pools:
            # Nodes come before their pods, and go after them: a drain waits for the places that pods leave.
            self.stack.resize(pool, max(getattr(pool.nodes, end), len(self.stack.nodes(pool))))
        for container in self.containers:
            self.stack.scale(container.name, getattr(container.replicas, end))
        self.stack.settled(wanted)
        for pool in self.pools:
            self.stack.resize(pool, getattr(pool.nodes, end))
        self.stack.settled(wanted)
        return wanted

    def available(self, end: End) -> None:
        """Waits. A pod younger than minReadySeconds makes the Deployment unhealthy to the provider, which would wait."""
        for container in self.containers:
            self.stack.available(container.name, getattr(container.replicas, end))


@pytest.fixture(scope="class")
def landed(
    request: pytest.FixtureRequest, built: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Landed]:
    """The class's stack, with a control plane of its own."""
    name, lands = request.cls.name, on_premises if request.cls.own_cluster else aks
    plan = planned(name)
    with lands(tmp_path_factory.mktemp(name), built, name) as stack:
        yield Landed(stack, plan.node_pools, [each for each in plan.containers if not each.once])


@pytest.fixture
def up(landed: Landed) -> Landed:
    """A stack that is up."""
    landed.up()
    return landed


class Claims:
    """What is held of every stack. A class a stack, so that stacks run side by side (`-n 3 --dist loadscope`)."""

    name: ClassVar[str]
    own_cluster: ClassVar[bool] = False
    rolls: ClassVar[bool] = False
    """It has few enough pods for that."""

    def test_all_pods_are_ready_when_up_comes_back(self, up: Landed) -> None:
        assert up.placed == up.pods("min")

    def test_a_stack_that_is_up_is_settled(self, up: Landed) -> None:
        up.at("min")
        up.available("min")
        assert up.stack.up().changes == {}
        up.stack.refresh()
        assert up.stack.preview("--refresh", "--expect-no-changes").changes == {}

    def test_the_pods_of_the_plan_fit_its_nodes_at_the_least_and_at_the_most(self, up: Landed) -> None:
        for end in get_args(End):
            up.at(end)
            assert up.stack.waiting() == []

    def test_pods_spread_over_the_zones_of_their_pool(self, up: Landed) -> None:
        up.at("max")
        zones = {pool.name: pool.zones for pool in up.pools}
        for container in up.containers:
            if over := zones.get(container.pool or ""):
                counts = up.stack.zones(container.name)
                assert len(counts) == len(over)
                assert max(counts.values()) - min(counts.values()) <= 1, counts

    def test_pods_stand_only_on_nodes_that_are_meant_for_them(self, up: Landed) -> None:
        up.at("max")
        meant = {node["metadata"]["name"] for node in up.stack.meant(up.pools)}
        assert {pod["spec"]["nodeName"] for pod in up.stack.pods()} <= meant

    def test_the_number_of_pods_is_the_autoscalers(self, up: Landed) -> None:
        up.at("max")
        up.available("max")
        assert up.stack.preview("--refresh", "--expect-no-changes").changes == {}

    def test_one_node_fewer_leaves_exactly_its_pods_without_a_place(self, up: Landed) -> None:
        for pool in up.pools:
            most = up.at("max")
            of_pool = {each.name: each.replicas.max for each in up.containers if each.pool == pool.name}
            there = sum(of_pool.values())
            lost = there - min(there, (pool.nodes.max - 1) * pool.pods_per_node)
            up.stack.lose(pool)
            up.stack.left_waiting(placed=most - lost, waiting=lost)
            assert {each.container for each in up.stack.waiting()} <= set(of_pool)

    def test_a_changed_image_rolls_one_pod_at_a_time_and_serves_meanwhile(self, up: Landed) -> None:
        if not self.rolls:
            pytest.skip("pod after pod, half a minute each")
        least = up.at("min")
        up.available("min")
        for pool in up.pools:
            # As the cluster's autoscaler would: the pod that comes first needs a place beside those that serve.
            up.stack.resize(pool, pool.nodes.min + 1)
        up.stack.change("version: 5.1.0", "version: 4.12.0")
        seen = set()
        with ThreadPoolExecutor(1) as threads:
            changed = threads.submit(up.stack.up)
            while not changed.done():
                seen.add((len(up.stack.placed()), len(up.stack.pods())))
                time.sleep(_PAUSE_SECONDS)
        assert changed.result().steps["speech-transcribe-en-deployment"] == "update"
        assert min(ready for ready, _ in seen) == least, seen
        assert max(there for _, there in seen) == least + 1, seen
        assert up.stack.images("transcribe-en") == {"4.12.0-amd64-en-us"}

    def test_destroy_leaves_nothing(self, up: Landed) -> None:
        up.destroy()
        assert up.stack.state() == []
        assert up.stack.ask("pools") == []
        until(lambda: up.stack.added() == set(), up.stack.added)


class TestSandbox(Claims):
    name = "sandbox"
    rolls = True


class TestDev(Claims):
    name = "dev-westeurope"


class TestPrivate(Claims):
    name = "private-westeurope"
    rolls = True


class TestProduction(Claims):
    name = "prod-westeurope"


class TestProductionElsewhere(Claims):
    name = "prod-eastus2"


class TestAllKinds(Claims):
    name = "all-kinds-westeurope"


class TestOwnCluster(Claims):
    name = "onprem-westeurope"
    rolls = True
    own_cluster = True
