"""Envoy Gateway's own chart, installed by the real provider on a real control plane. Its controller runs nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance import definitions
from sandbox.progress import Progress
from tests.conformance.aks import Aks, aks
from tests.walk.test_installed_gateway import BEHIND, CONTAINERS

pytestmark = [pytest.mark.conformance, pytest.mark.timeout(900)]

PODS = "/api/v1/namespaces/envoy-gateway-system/pods"
GATEWAYS = "/apis/gateway.networking.k8s.io/v1/namespaces/speech/gateways"


@pytest.fixture(scope="module")
def stack(built: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aks]:
    """A stack that installs its gateway from the chart's own folder; not yet up."""
    with aks(tmp_path_factory.mktemp("gateway"), built, "dev-westeurope") as stack:
        chart = definitions.chart(Progress())
        behind = BEHIND.replace("install: envoy", f"install: envoy, chart: {chart}")
        stack.change(CONTAINERS, f"{behind}{CONTAINERS}")
        yield stack


def test_the_chart_is_installed_and_its_definitions_admit_the_gateway(stack: Aks) -> None:
    stack.up()
    assert [one["metadata"]["name"] for one in stack.client.items(GATEWAYS)] == ["speech"]
    pods = [one for one in stack.client.items(PODS) if one["status"]["phase"] == "Running"]
    assert len(pods) == 2, "two controllers, on nodes of the system pool"
    nodes = {one["metadata"]["name"]: one["metadata"]["labels"] for one in stack.client.items("/api/v1/nodes")}
    assert {nodes[pod["spec"]["nodeName"]]["kubernetes.azure.com/mode"] for pod in pods} == {"system"}
    assert stack.up().changes == {}
    assert set(stack.refresh().changed) <= {"speech-cluster"}
    stack.destroy()
    assert stack.state() == []
