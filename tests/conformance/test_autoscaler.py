"""The autoscaler on paper against the real one, look by look, on the same metrics.

Each question for metrics is one look of the real controller: what it was answered goes to the model too, and the number
of pods that it finds at its next look is what it decided. All cases run at once, in one control plane.
"""

import dataclasses
import threading
import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby, pairwise
from math import ceil

import pytest

from conformance.client import Client, Document
from conformance.metrics import WINDOW_SECONDS, Sample, available, served
from conformance.running import control_plane
from speech.capacity.autoscaler import Autoscaler, Behavior, Observed, Policy, Rules
from speech.capacity.plan import Range
from speech.manifests import autoscaling
from speech.manifests.document import selector
from speech.manifests.pods import CONTAINER
from tests.conformance.aks import is_ready, until
from tests.manifests.made import planned, wired
from tests.settings.broken_scaling import COUNTED

pytestmark = [pytest.mark.conformance, pytest.mark.timeout(600)]

NAMESPACE, SIDECAR = "speech", "sidecar"
REQUEST = 1000
"""Millicores of each pod."""
SYNC_SECONDS = 3.0
"""So that none of the windows and periods below, of 8 and 14 seconds, ends where a look is due."""
_SECONDS = 240.0
_PAUSE_SECONDS = 0.05
BOUNDS = Range(1, 12)
BURST = 5000
"""Millicores that a pod uses while it starts."""

PACE = Behavior(Rules(8, "Max", (Policy("Percent", 100, 8),)), Rules(14, "Min", (Policy("Pods", 1, 8),)))
"""The pace of the plans, in seconds for minutes."""


@dataclass(frozen=True)
class Look:
    """What the real controller found."""

    at: float
    pods: int
    """That are wanted."""
    seen: Observed


@dataclass
class Case:
    """A Deployment with its autoscaler, and what its pods are said to use."""

    name: str
    load: list[int | None]
    """Percent of one pod's request, by all of them together, at each look; None: no pod has a sample."""
    start: int = 2
    bounds: Range = BOUNDS
    pace: Behavior = PACE
    room: int = 100
    """Pods that have a place."""
    silent: int = 0
    """Pods that never have a sample."""
    most: int = 1000
    """Percent that a pod can use at most."""
    counted: bool = False
    """The load is streams that a gateway counts."""
    looks: list[Look] = field(default_factory=list)

    @property
    def now(self) -> int | None:
        """The load at this look; at the end, the last."""
        return self.load[min(len(self.looks), len(self.load) - 1)]

    def decided(self) -> list[int]:
        """The numbers of pods, one after another."""
        return [pods for pods, _ in groupby(look.pods for look in self.looks)]


def curve(*steps: tuple[int, int | None]) -> list[int | None]:
    """(looks, load) one after another."""
    return [load for looks, load in steps for _ in range(looks)]


FREE = Rules(0, "Max", (Policy("Pods", 4, 8), Policy("Percent", 50, 14)))
SLOW = Rules(0, "Min", (Policy("Pods", 4, 8), Policy("Percent", 50, 14)))
HELD = Rules(0, "Disabled", (Policy("Pods", 1, 8),))

CASES = [
    Case("day", curve((3, 130), (19, 500), (8, 150)), most=100, bounds=Range(2, 12)),
    Case("bounds", curve((6, 3000), (14, 10)), bounds=Range(2, 4)),
    Case("farthest", curve((2, 280), (14, 2500), (10, 50)), start=4, bounds=Range(2, 30), pace=Behavior(FREE, FREE)),
    Case("nearest", curve((2, 280), (16, 2500), (12, 50)), start=4, bounds=Range(2, 30), pace=Behavior(SLOW, SLOW)),
    Case("never-down", curve((10, 600), (8, 10)), pace=Behavior(FREE, HELD)),
    Case("no-room", curve((10, 600), (10, 100)), room=3, pace=Behavior(FREE, FREE)),
    Case("silent", curve((10, 500), (10, 20)), start=4, silent=1, pace=Behavior(FREE, FREE)),
    Case("gaps", curve((4, 150), (1, 400), (1, None), (1, 400), (3, None), (8, 400), (1, None), (10, 60))),
    Case("streams", curve((3, 10), (10, 61), (2, 13), (2, 12), (10, 3)), counted=True, room=6),
    Case("swinging", curve(*[(2, 400), (2, 60)] * 7)),
]
"""Loads rise and fall: through the plans' pace, against bounds, by each way to choose a policy, with pods that wait for
a node or never have a sample, with looks at which none has, by streams, and faster than the window.
"""
BY_NAME = {case.name: case for case in CASES}
BY_USE, BY_STREAMS = planned(), planned(*COUNTED)
TARGET = BY_USE.containers[0].target_cpu_percent


def node(case: Case) -> Document:
    room = {"cpu": "1000", "memory": "1000Gi", "pods": str(case.room)}
    meta = {"name": case.name, "labels": {"case": case.name}}
    return {"apiVersion": "v1", "kind": "Node", "metadata": meta, "status": {"capacity": room, "allocatable": room}}


def deployment(case: Case) -> Document:
    requests = {"resources": {"requests": {"cpu": f"{REQUEST}m"}}}
    containers = [{"name": name, "image": "example.invalid/image:1", **requests} for name in (CONTAINER, SIDECAR)]
    template = {
        "metadata": {"labels": selector(case.name)},
        "spec": {"containers": containers, "nodeSelector": {"case": case.name}},
    }
    spec = {"replicas": case.start, "selector": {"matchLabels": selector(case.name)}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": case.name}, "spec": spec}


@dataclass
class Pods:
    """The pods of all cases, and what they use."""

    client: Client
    stopped: threading.Event = field(default_factory=threading.Event)

    def samples(self, namespace: str, labels: str) -> list[Sample]:
        """Answers the controller, and writes down what it is told."""
        name = labels.rpartition("=")[2]
        case, load = BY_NAME[name], BY_NAME[name].now
        wanted, pods = self._settled(namespace, name)
        running = [pod for pod in pods if pod["status"]["phase"] == "Running"]
        known = running[case.silent :] if load is not None else []
        serving = [pod for pod in known if _long_ready(pod)]
        used = min(case.most, (load or 0) // max(1, len(serving))) * REQUEST // 100
        case.looks.append(
            Look(
                time.monotonic(),
                wanted,
                Observed(
                    len(serving),
                    used * 100 / REQUEST,
                    unready=len(pods) - len(running) + len(known) - len(serving),
                    missing=len(running) - len(known),
                ),
            )
        )
        now = datetime.now(UTC)
        return [
            Sample(pod["metadata"]["name"], now, {CONTAINER: used, SIDECAR: 10 * REQUEST})
            if pod in serving
            else Sample(pod["metadata"]["name"], _changed(pod), {CONTAINER: BURST, SIDECAR: 0})
            for pod in known
        ]

    def streams(self, namespace: str, metric: str, labels: str) -> float:
        """The same for a case that goes by streams; its name is the metric's."""
        del labels
        case, load = BY_NAME[metric], float(BY_NAME[metric].now or 0)
        wanted, pods = self._settled(namespace, metric)
        case.looks.append(Look(time.monotonic(), wanted, Observed(len(pods), 0, streams=load)))
        return load

    def _settled(self, namespace: str, name: str) -> tuple[int, list[Document]]:
        """The number that is wanted, and as many pods, each of which runs or has been found no place.

        The controller has heard of them too.
        """
        deployment = f"/apis/apps/v1/namespaces/{namespace}/deployments/{name}"
        wanted = int(self.client.get(deployment)["spec"]["replicas"])
        [(label, value)] = selector(name).items()
        path = f"/api/v1/namespaces/{namespace}/pods?labelSelector={label}={value}"
        found: list[Document] = []

        def there() -> bool:
            found[:] = sorted(self.client.items(path), key=lambda pod: str(pod["metadata"]["name"]))
            return len(found) == wanted and all(map(_at_rest, found))

        until(lambda: self.stopped.is_set() or there(), lambda: [pod["status"] for pod in found])
        return wanted, found


def _at_rest(pod: Document) -> bool:
    return "deletionTimestamp" not in pod["metadata"] and (pod["status"]["phase"] == "Running" or _refused(pod))


def _refused(pod: Document) -> bool:
    conditions = pod["status"].get("conditions", ())
    return any(one["type"] == "PodScheduled" and one["status"] == "False" for one in conditions)


def _changed(pod: Document) -> datetime:
    """When the pod became ready, or was found not to be."""
    [since] = [one["lastTransitionTime"] for one in pod["status"]["conditions"] if one["type"] == "Ready"]
    return datetime.fromisoformat(since)


def _long_ready(pod: Document) -> bool:
    """Whether a sample of now was taken while the pod was ready, by times in whole seconds."""
    return is_ready(pod) and (datetime.now(UTC) - _changed(pod)).total_seconds() >= WINDOW_SECONDS + 1


@pytest.fixture(scope="module")
def followed(control_plane_parts: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:  # noqa: ARG001
    """All cases at once, from their first look to the end of their loads."""
    with control_plane(tmp_path_factory.mktemp("plane"), autoscaler_seconds=SYNC_SECONDS) as plane:
        client, asked = Client(plane.kubeconfig), Client(plane.kubeconfig)
        pods = Pods(asked)
        meta = {"name": NAMESPACE}
        client.create("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": meta})
        with served(client, pods.samples, pods.streams):
            until(lambda: available(client), lambda: "no metrics API")
            for case in CASES:
                client.create("/api/v1/nodes", node(case))
                client.create(f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments", deployment(case))
            until(lambda: _serve(client), lambda: "pods do not start")
            for case in CASES:
                _scale(client, case)
            until(lambda: all(len(case.looks) > len(case.load) for case in CASES), _how_far, _SECONDS)
            pods.stopped.set()
        yield
        asked.close()
        client.close()


def _serve(client: Client) -> bool:
    found = client.items(f"/api/v1/namespaces/{NAMESPACE}/pods")
    return len(found) == sum(case.start for case in CASES) and all(map(_long_ready, found))


def _scale(client: Client, case: Case) -> None:
    """The autoscaler that the plan has, at another pace."""
    plan = BY_STREAMS if case.counted else BY_USE
    container = dataclasses.replace(plan.containers[0], name=case.name, replicas=case.bounds, behavior=case.pace)
    document = autoscaling.documents(container, wired(plan))["autoscaler"]
    if case.counted:
        document = _by_keda(document)
    client.create(f"/apis/autoscaling/v2/namespaces/{NAMESPACE}/horizontalpodautoscalers", document)


def _by_keda(scaled: Document) -> Document:
    """What KEDA makes of its object: an autoscaler that asks KEDA for the metric. Here its name is the case's."""
    spec, [trigger], name = scaled["spec"], scaled["spec"]["triggers"], scaled["metadata"]["name"]
    target = {"type": trigger["metricType"], "averageValue": trigger["metadata"]["threshold"]}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": name},
        "spec": {
            "scaleTargetRef": spec["scaleTargetRef"],
            "minReplicas": spec["minReplicaCount"],
            "maxReplicas": spec["maxReplicaCount"],
            "metrics": [{"type": "External", "external": {"metric": {"name": name}, "target": target}}],
            "behavior": spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"],
        },
    }


def _model(case: Case) -> Autoscaler:
    target = BY_STREAMS.containers[0].target_streams if case.counted else None
    return Autoscaler(TARGET, case.bounds.min, case.bounds.max, case.pace, target)


def _how_far() -> dict[str, int]:
    return {case.name: len(case.looks) for case in CASES}


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.usefixtures("followed")
def test_the_model_decides_what_the_real_controller_decides_at_every_look(name: str) -> None:
    case = BY_NAME[name]
    model, start, latest = _model(case), case.looks[0].at, 0.0
    for number, (look, after) in enumerate(pairwise(case.looks)):
        # The controller takes its own time a moment after it was answered: on a busy machine so much later.
        late = max(0.0, after.at - look.at - SYNC_SECONDS)
        latest = max(late, latest)
        tried = [deepcopy(model) for _ in range(3)]
        wanted = [
            each.sync(look.at + by, look.pods, look.seen) for each, by in zip(tried, (0, late, -latest), strict=True)
        ]
        told = [f"{each.at - start:6.2f} {each.pods} {each.seen}" for each in case.looks[: number + 2]]
        assert after.pods in wanted, "\n".join([*told, str(wanted)])
        model = tried[wanted.index(after.pods)]


@pytest.mark.usefixtures("followed")
def test_full_pods_bring_more_until_their_use_is_within_a_tenth_of_the_target() -> None:
    decided = BY_NAME["day"].decided()
    assert max(decided) == ceil(500 / TARGET)
    assert decided[: decided.index(max(decided))] == sorted(decided[: decided.index(max(decided))])


@pytest.mark.usefixtures("followed")
def test_pods_go_one_by_one() -> None:
    decided = BY_NAME["day"].decided()
    falling = decided[decided.index(max(decided)) :]
    assert len(falling) > 2
    assert falling == list(range(falling[0], falling[-1] - 1, -1))


@pytest.mark.usefixtures("followed")
def test_what_a_pod_uses_while_it_starts_adds_no_pod() -> None:
    """Each says five cores for its one; counted, the most would be wanted at once."""
    day = BY_NAME["day"]
    assert any(look.seen.unready for look in day.looks)
    assert max(day.decided()) < day.bounds.max
