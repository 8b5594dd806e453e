"""200 streams through the containers of a stack, while its pods roll, its nodes are drained and it gets smaller.

The longest stream is a minute, by the stack file: nothing else of it is shortened, and no time runs faster.
"""

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from conformance.client import Document, RefusedError
from conformance.kubelet import PLAYED
from conformance.kubelet_pod import ADDRESS
from speech.capacity.plan import ContainerPlan, NodePool, Plan
from speech.capacity.planner import plan
from speech.settings.parse import parse
from tests.conformance.aks import Aks, aks, is_ready, until
from tests.conformance.streams import Service, Told, speak

pytestmark = [pytest.mark.conformance, pytest.mark.timeout(900)]

STREAMS = 200
LONGEST_SECONDS = 60.0
ENDLESS_SECONDS = 900.0
FORGOTTEN = 6
"""Streams that nobody ends."""
_TOO_MANY_REQUESTS = 429
_CONTAINER = """\
    - name: transcribe-en
      kind: speech-to-text
      locale: en-US
      version: 5.1.0
      demand:
        concurrent_streams: 200
      scaling:
        streams_per_pod: 120
        headroom: 1
"""


@dataclass(frozen=True)
class Up:
    """The stack, up, and what its plan says."""

    stack: Aks
    plan: Plan

    @property
    def container(self) -> ContainerPlan:
        """Its one container."""
        return self.plan.containers[0]

    @property
    def pool(self) -> NodePool:
        """The container's nodes."""
        return self.plan.node_pools[0]

    def at(self, pods: int) -> None:
        """So many pods, and room for as many beside them: pods that go keep their nodes until their streams end."""
        self.stack.resize(self.pool, 2 * self.container.replicas.max)
        self.stack.scale(self.container.name, pods)
        self.stack.settled(pods)


@pytest.fixture(scope="module")
def up(built: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """A stack whose containers are processes. Tests say themselves how many pods they want."""
    with aks(tmp_path_factory.mktemp("long-streams"), built, "sandbox", kubelet=True) as stack:
        stack.containers(_CONTAINER)
        network = "  speech:network:\n    longest_stream_minutes: 1\n"
        stack.change("  speech:containers:\n", f"{network}  speech:containers:\n")
        stack.up()
        yield Up(stack, plan(parse(YAML(typ="safe").load(stack.file)["config"]).stack, "sandbox"))


async def _during(up: Up, work: Callable[[], Any], lengths: random.Random, *, again: bool) -> Service:
    service, over = Service(up.stack.client, up.stack.namespace, up.container.name), asyncio.Event()

    async def caller() -> None:
        await service.call(min(lengths.uniform(5, LONGEST_SECONDS + 10), LONGEST_SECONDS))
        while again and not over.is_set():
            await service.call(min(lengths.uniform(1, LONGEST_SECONDS + 10), LONGEST_SECONDS))

    async with service.followed():
        callers = [asyncio.create_task(caller()) for _ in range(STREAMS)]
        callers += [asyncio.create_task(service.call(ENDLESS_SECONDS)) for _ in range(FORGOTTEN if again else 0)]
        await asyncio.sleep(1)
        assert service.streams.total() == len(callers), service.told
        await asyncio.to_thread(work)
        over.set()
        await asyncio.gather(*callers)
    return service


def during(up: Up, work: Callable[[], Any], *, again: bool = False) -> Service:
    """200 streams at a time while that is done; `again`: stream after stream, and some that have no end."""
    return asyncio.run(_during(up, work, random.Random(7), again=again))


def cut(told: list[Told]) -> list[Told]:
    """Those that did not end by themselves."""
    return [one for one in told if one.cut]


def test_a_rollout_cuts_no_stream_before_the_longest_streams_time(up: Up) -> None:
    up.at(up.container.replicas.min)
    before = {pod["metadata"]["uid"] for pod in up.stack.pods()}

    def roll() -> None:
        up.stack.change("version: 5.1.0", "version: 4.12.0")
        assert up.stack.up().steps["speech-transcribe-en-deployment"] == "update"

    service = during(up, roll, again=True)
    assert not before & {pod["metadata"]["uid"] for pod in up.stack.pods()}
    assert len(service.leaving) == len(before)
    assert len(service.held()) > STREAMS / 2, "else the streams have met no rollout"
    assert [one for one in cut(service.told) if one.seconds < LONGEST_SECONDS] == []
    assert {one.wanted_seconds for one in cut(service.told)} == {ENDLESS_SECONDS}, "and what nobody ends is cut"
    print(said("rollout", service))


def test_a_drain_within_its_time_and_budget_cuts_no_stream(up: Up) -> None:
    up.at(3)
    began = time.monotonic()
    fewest = up.stack.placed()

    def drain() -> None:
        nonlocal fewest
        going = up.stack.pods()[:2]
        nodes = [f"/api/v1/nodes/{pod['spec']['nodeName']}" for pod in going]
        for node in nodes:
            up.stack.client.merge(node, {"spec": {"unschedulable": True}})
        while going := [pod for pod in going if up.stack.client.exists(path(pod))]:
            for pod in going:
                evict(up.stack, pod)
            fewest = min(fewest, up.stack.placed(), key=len)
            time.sleep(0.2)
        for node in nodes:
            up.stack.client.delete(node)

    service = during(up, drain)
    assert len(service.leaving) == 2
    assert len(fewest) == 2, "its budget lets one go at a time"
    assert time.monotonic() - began < up.plan.drain.pool_minutes * 60
    assert len(service.held()) > STREAMS / 4, "else the streams have met no drain"
    assert cut(service.told) == []
    print(said("drain", service))


def test_going_from_the_most_pods_to_the_least_cuts_no_stream(up: Up) -> None:
    most, least = up.container.replicas.max, up.container.replicas.min
    up.at(most)
    service = during(up, lambda: up.stack.scale(up.container.name, least))
    assert len(service.leaving) == most - least
    assert len(service.held()) > STREAMS / 4, "else the streams have met no pod that goes"
    assert cut(service.told) == []
    print(said("scale-down", service))


def test_without_the_wait_of_its_pod_a_stream_is_cut(up: Up) -> None:
    """What the other tests find is the wait's work: the same pod without it loses its streams."""
    template = up.stack.pods()[0]
    container = {key: value for key, value in template["spec"]["containers"][0].items() if key != "lifecycle"}
    kept = ("serviceAccountName", "automountServiceAccountToken", "volumes", "securityContext", "nodeSelector")
    spec = {key: template["spec"][key] for key in (*kept, "tolerations", "terminationGracePeriodSeconds")}
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "hasty", "namespace": up.stack.namespace, "labels": {PLAYED: "hasty"}},
        "spec": {**spec, "containers": [container]},
    }
    client = up.stack.client
    client.create(path(pod).rpartition("/")[0], pod)
    until(lambda: is_ready(client.get(path(pod))), lambda: client.get(path(pod)))
    address = client.get(path(pod))["metadata"]["annotations"][ADDRESS]

    async def speaking() -> list[Told]:
        streams = [asyncio.create_task(speak(address, 30)) for _ in range(10)]
        await asyncio.sleep(1)
        await asyncio.to_thread(evict, up.stack, pod)
        return await asyncio.gather(*streams)

    told = asyncio.run(speaking())
    assert cut(told) == told
    assert max(one.seconds for one in told) < 10


def path(pod: Document) -> str:
    """Where the API has a pod."""
    return f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{pod['metadata']['name']}"


def evict(stack: Aks, pod: Document) -> None:
    """Asks for its eviction, which its disruption budget may refuse."""
    name = {"name": pod["metadata"]["name"], "namespace": pod["metadata"]["namespace"]}
    eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": name}
    try:
        stack.client.create(f"{path(pod)}/eviction", eviction)
    except RefusedError as refusal:
        if refusal.status not in {_TOO_MANY_REQUESTS, 404}:
            raise


def said(what: str, service: Service) -> str:
    """The figures of docs/conformance.md."""
    late = [one.began - service.leaving[one.address] for one in service.told if one.address in service.leaving]
    ages = [one.seconds for one in cut(service.told)]
    return (
        f"{what}: {len(service.told)} streams, {len(service.held())} held by pods that went, {len(ages)} cut "
        f"{f'at {min(ages):.1f} to {max(ages):.1f} s' if ages else ''}, latest start on one that went {max(late):.2f} s"
    )
