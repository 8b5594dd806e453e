"""Envoy Gateway, installed by the stack."""

from dataclasses import replace
from typing import Any

import pytest

from speech.manifests import envoy_gateway, gateway
from speech.manifests.cluster import documents
from speech.manifests.wiring import Wiring
from tests.manifests.made import planned, wired
from tests.settings.broken_gateway import of_class
from tests.settings.broken_hosts import CLUSTER, RISKS

INSTALLED = of_class("envoy", install="envoy")
MIRROR = ("speech:registry", {"server": "registry.contoso.example"})
SYSTEM = {
    "nodeSelector": {"kubernetes.azure.com/mode": "system"},
    "tolerations": [{"key": "CriticalAddonsOnly", "operator": "Exists", "effect": "NoSchedule"}],
}


def around(*changes: tuple[str, object]) -> Wiring:
    return wired(planned(INSTALLED, *changes))


def proxies(wiring: Wiring) -> Any:
    return gateway.shared(wiring)["proxy"]["spec"]["provider"]["kubernetes"]["envoyDeployment"]


def test_the_chart_and_its_version_are_pinned_and_may_lie_elsewhere() -> None:
    found = envoy_gateway.release(around(), None)
    assert (found["chart"], found["version"]) == ("oci://docker.io/envoyproxy/gateway-helm", "v1.9.0")
    mine = "oci://contoso.azurecr.io/gateway-helm"
    assert envoy_gateway.release(around(), mine)["chart"] == mine


def test_controller_and_proxies_stand_beside_the_clusters_own_pods() -> None:
    values = envoy_gateway.release(around(), None)["values"]
    assert values["deployment"]["pod"] == SYSTEM
    assert values["certgen"]["job"] == SYSTEM, "what runs before the chart, too"
    assert proxies(around())["pod"] == SYSTEM


def test_in_a_cluster_of_the_users_they_stand_where_there_is_room() -> None:
    wiring = around(*CLUSTER, RISKS)
    assert envoy_gateway.release(wiring, None)["values"]["deployment"] == {"replicas": 2, "pod": {}}
    assert proxies(wiring) == {"replicas": 2}


def test_images_come_from_the_registry_of_the_stack() -> None:
    wiring = around(MIRROR)
    assert envoy_gateway.release(wiring, None)["values"]["global"] == {"imageRegistry": "registry.contoso.example"}
    assert proxies(wiring)["container"] == {"image": "registry.contoso.example/envoyproxy/envoy:distroless-v1.39.0"}
    assert "global" not in envoy_gateway.release(around(), None)["values"]


def test_a_registry_that_asks_who_pulls_is_told() -> None:
    wiring = replace(around(MIRROR), pull_secret="speech-registry")
    assert envoy_gateway.release(wiring, None)["values"]["global"]["imagePullSecrets"] == [{"name": "speech-registry"}]
    assert proxies(wiring)["pod"]["imagePullSecrets"] == [{"name": "speech-registry"}]


def test_proxies_of_a_controller_of_the_users_have_their_own_image() -> None:
    assert "container" not in proxies(wired(planned(of_class("envoy"), MIRROR)))


@pytest.mark.parametrize(("installs", "kinds"), [(INSTALLED, {"GatewayClass"}), (of_class("envoy"), set())])
def test_the_class_is_made_where_its_controller_is(installs: tuple[str, object], kinds: set[str]) -> None:
    made = planned(installs)
    found = documents(made, wired(made))
    assert {each["kind"] for each in found} & {"GatewayClass"} == kinds
