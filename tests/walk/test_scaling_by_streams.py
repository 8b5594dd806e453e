"""Scaling by the gateway's count of streams, by the real engine: KEDA's object in place of the autoscaler, and back."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.home import Home
from sandbox.plugins.kubernetes.api import Api, read_kubeconfig
from sandbox.running import start, stop
from tests.walk.stack import Stack
from tests.walk.test_gateway import BEHIND, DOMAIN, INGRESS, NODE

pytestmark = pytest.mark.engine

DEMAND = "      demand: {concurrent_streams: 24, base_streams: 6, hours_a_month: 2000}\n"
BY_STREAMS = f"{DEMAND}      scaling: {{by: streams}}\n"
COUNTED = "  speech:monitoring: {prometheus: {url: http://prometheus.monitoring:9090}}\n  speech:containers:\n"
HPA, SCALED = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler", "kubernetes:keda.sh/v1alpha1:ScaledObject"


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """The stack file of an own cluster, behind a gateway; not yet up."""
    home = Home(tmp_path / "home")
    try:
        stack = Stack(home, start(home), "onprem-westeurope")
        stack.secret("speech:target.kubeconfig", json.dumps(stack.cluster("factory", NODE)))
        stack.secret("speech:containers[0].options.sentiment.key", "planted-sentiment-key-of-the-stack-file")
        stack.change(INGRESS, "")
        stack.change(DOMAIN, f"{BEHIND}{DOMAIN}")
        yield stack
    finally:
        stop(home)


def scalers(stack: Stack) -> list[str]:
    """The kinds of what scales the first container, in the cluster."""
    api = Api(read_kubeconfig(json.dumps(stack.cluster("factory", NODE)), "", ""))
    paths = {HPA: "/apis/autoscaling/v2/namespaces/speech/horizontalpodautoscalers"}
    paths |= {SCALED: "/apis/keda.sh/v1alpha1/namespaces/speech/scaledobjects"}
    found = {kind: [one["metadata"]["name"] for one in api.call("GET", path)["items"]] for kind, path in paths.items()}
    return [kind for kind, names in found.items() if "transcribe-en" in names]


def order(events: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """What was done with scalers, in its order: the step, and the type."""
    found = [event["resourcePreEvent"]["metadata"] for event in events if "resourcePreEvent" in event]
    return [
        (step["op"], (step["old"] or step["new"])["type"] if step["op"].startswith("delete") else step["type"])
        for step in found
        if step["urn"].endswith("-autoscaler") and step["op"] not in {"same", "replace"}
    ]


def test_one_scaler_takes_the_place_of_the_other_and_never_stands_beside_it(stack: Stack) -> None:
    stack.up()
    assert scalers(stack) == [HPA]

    stack.change("  speech:containers:\n", COUNTED)
    stack.change(DEMAND, BY_STREAMS)
    assert order(stack.up().events) == [("delete-replaced", HPA), ("create-replacement", SCALED)]
    assert scalers(stack) == [SCALED]
    assert stack.up().changes == {}
    assert stack.refresh().changes == {}

    stack.change(BY_STREAMS, DEMAND)
    assert order(stack.up().events) == [("delete-replaced", SCALED), ("create-replacement", HPA)]
    assert scalers(stack) == [HPA]

    stack.destroy()
    assert stack.state() == []
