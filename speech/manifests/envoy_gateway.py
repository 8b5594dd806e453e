"""Envoy Gateway itself where the stack installs it: a namespace, its chart, a class.

Names of values are those of the chart gateway-helm 1.9.0 (2026).
"""

from typing import Any

from speech.manifests.document import MANAGED, Document
from speech.manifests.wiring import Wiring

NAMESPACE = "envoy-gateway-system"
CHART = "oci://docker.io/envoyproxy/gateway-helm"
VERSION = "v1.9.0"
"""The first for Kubernetes 1.36; its definitions are those that Gateway API 1.6.1 publishes."""
PROXY_IMAGE = "envoyproxy/envoy:distroless-v1.39.0"
"""What that version runs as proxies, where a registry has copies: the others the chart moves itself."""
_RELEASE = "eg"
_REPLICAS = 2
"""One leads, the other takes its place; proxies and streams need neither."""
_CONTROLLER = "gateway.envoyproxy.io/gatewayclass-controller"
_SECONDS = 600


def namespace() -> Document:
    """Where controller and proxies run; with it goes what a controller that went first left."""
    labels = {**MANAGED, "pod-security.kubernetes.io/enforce": "baseline"}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": labels}}


def release(wiring: Wiring, chart: str | None) -> dict[str, Any]:
    """The inputs of a Helm release. `chart`: where it lies, where not with its maker."""
    nodes = system_nodes(wiring)
    values: dict[str, Any] = {
        "deployment": {"replicas": _REPLICAS, "pod": nodes},
        "podDisruptionBudget": {"minAvailable": _REPLICAS - 1},
        "certgen": {"job": nodes},
    }
    if wiring.registry:
        values["global"] = {"imageRegistry": wiring.registry}
    if wiring.pull_secret:
        values["global"]["imagePullSecrets"] = [{"name": wiring.pull_secret}]
    return {
        "name": _RELEASE,
        "namespace": NAMESPACE,
        "chart": chart or CHART,
        "version": VERSION,
        "timeout": _SECONDS,
        "values": values,
    }


def gateway_class(name: str) -> Document:
    """The class that its controller serves."""
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "GatewayClass",
        "metadata": {"name": name, "labels": MANAGED},
        "spec": {"controllerName": _CONTROLLER},
    }


def system_nodes(wiring: Wiring) -> Document:
    """The part of a pod's spec that puts it beside the cluster's own pods: Speech nodes take no others.

    Nothing where the nodes are the user's.
    """
    if not wiring.pools:
        return {}
    return {
        "nodeSelector": {"kubernetes.azure.com/mode": "system"},
        "tolerations": [{"key": "CriticalAddonsOnly", "operator": "Exists", "effect": "NoSchedule"}],
    }
