"""A gateway before the containers of a cluster, by the real engine."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.home import Home
from sandbox.running import start, stop
from tests.walk.stack import Stack

pytestmark = pytest.mark.engine

NODE = {"feature.node.kubernetes.io/cpu-cpuid.AVX2": "true"}
INGRESS = "    ingress_class: nginx\n"
DOMAIN = "    domain: speech.contoso.example"
BEHIND = """    exposure: internal
    gateway: {class_name: envoy, tls: {secret: speech-tls}}
    clients: {cidrs: [10.0.0.0/8], api_keys: {secret: speech-callers}}
"""
GATEWAY = {
    "speech-gateway-proxy",
    "speech-gateway-connections",
    "speech-gateway-rules",
    "speech-gateway-gateway",
    "speech-transcribe-en-route",
    "speech-transcribe-en-traffic",
    "speech-which-language-route",
    "speech-which-language-traffic",
}


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """The stack file of an own cluster, behind a gateway in place of an Ingress; not yet up."""
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


def test_a_gateway_comes_stays_follows_the_longest_stream_and_goes(stack: Stack) -> None:
    first = stack.up()
    assert {name for name, step in first.steps.items() if step == "create"} >= GATEWAY
    assert stack.up().changes == {}
    assert stack.refresh().changes == {}
    found = stack.outputs()["containers"]["transcribe-en"]
    assert found["host_url"] == "wss://transcribe-en.speech.contoso.example:443"

    stack.change(DOMAIN, f"    longest_stream_minutes: 90\n{DOMAIN}")
    changed = {name for name, step in stack.up().steps.items() if step == "update"}
    assert {"speech-gateway-proxy", "speech-gateway-connections"} <= changed
    assert "speech-gateway-gateway" not in changed, "its address stays"

    stack.destroy()
    assert stack.state() == []


def test_what_the_stack_installs_goes_after_the_gateway_that_needs_it(stack: Stack) -> None:
    stack.change("class_name: envoy,", "class_name: envoy, install: envoy,")
    stack.up()
    found = [event["resOutputsEvent"]["metadata"] for event in stack.destroy().events if "resOutputsEvent" in event]
    gone = [step["urn"].rpartition("::speech-")[2] for step in found if step["op"] == "delete"]
    order = [
        "transcribe-en-route",
        "gateway-gateway",
        "gateway-proxy",
        "envoy-class",
        "envoy-release",
        "envoy-namespace",
    ]
    assert [name for name in gone if name in order] == order
    assert stack.state() == []
