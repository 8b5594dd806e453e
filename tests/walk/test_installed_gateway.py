"""Envoy Gateway installed by the stack in a cluster of its own, by the real engine."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.home import Home
from sandbox.plugins.kubernetes.api import Api, read_kubeconfig
from sandbox.running import start, stop
from tests.walk.stack import Stack

pytestmark = pytest.mark.engine

CONTAINERS = "  speech:containers:\n"
BEHIND = """  speech:network:
    exposure: internal
    domain: speech.contoso.example
    gateway: {class_name: envoy, install: envoy, tls: {vault_certificate: speech-tls}}
  speech:monitoring: {prometheus: {url: "http://prometheus.monitoring:9090"}}
"""
DEMAND = "        hours_a_month: 500\n"
BY_STREAMS = f"{DEMAND}      scaling: {{by: streams, spare_pods: 1}}\n"


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """The stack file of a cluster of its own, behind a gateway that it installs; not yet up."""
    home = Home(tmp_path / "home")
    try:
        stack = Stack(home, start(home), "dev-westeurope")
        stack.change(CONTAINERS, f"{BEHIND}{CONTAINERS}")
        stack.change(DEMAND, BY_STREAMS)
        yield stack
    finally:
        stop(home)


def created(events: list[dict[str, Any]]) -> list[str]:
    """What was made, in the order in which it was done."""
    found = [event["resOutputsEvent"]["metadata"] for event in events if "resOutputsEvent" in event]
    return [step["urn"].rpartition("::")[2] for step in found if step["op"] == "create"]


def in_cluster(stack: Stack, path: str) -> list[dict[str, Any]]:
    """The objects of a collection."""
    kubeconfig = json.dumps(stack.outputs("--show-secrets")["kubeconfig"])
    api = Api(read_kubeconfig(json.loads(kubeconfig), "", ""))
    return list(api.call("GET", path)["items"])


def test_a_gateway_is_installed_before_its_objects_and_goes_with_its_cluster(stack: Stack) -> None:
    stack.preview()
    order = created(stack.up().events)
    wanted = [
        "envoy-namespace",
        "envoy-release",
        "envoy-class",
        "gateway-certificate-class",
        "gateway-certificate-budget",
        "gateway-certificate",
        "gateway-proxy",
        "gateway-gateway",
        "transcribe-en-route",
    ]
    assert [name for name in order if name.removeprefix("speech-") in wanted] == [f"speech-{name}" for name in wanted]
    assert "speech-transcribe-en-autoscaler" in order, "KEDA is there, by the cluster's add-on"
    assert order.index("speech-spare-priority") < order.index("speech-transcribe-en-spare")
    assert stack.up().changes == {}
    assert set(stack.refresh().changed) <= {"speech-cluster"}, "which lists the pools that came after it"

    secrets = in_cluster(stack, "/api/v1/namespaces/envoy-gateway-system/secrets")
    assert [one["metadata"]["name"] for one in secrets] == ["sh.helm.release.v1.eg.v1"]
    [kept] = in_cluster(stack, "/apis/secrets-store.csi.x-k8s.io/v1/namespaces/speech/secretproviderclasses")[:1]
    assert kept["spec"]["secretObjects"][0]["secretName"] == "speech-gateway-tls", "before the gateway that names it"
    [found] = in_cluster(stack, "/apis/gateway.networking.k8s.io/v1/gatewayclasses")
    assert found["metadata"]["name"] == "envoy"

    stack.change("install: envoy,", "install: envoy, chart: oci://registry.contoso.example/gateway-helm,")
    assert {name for name, step in stack.up().steps.items() if step == "update"} == {"speech-envoy-release"}

    stack.destroy()
    assert stack.state() == []
