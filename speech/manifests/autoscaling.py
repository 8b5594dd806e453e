"""Who adds and takes away the pods of a container: Kubernetes by the processor's use, or KEDA by the gateway's count.

Names of KEDA's fields are those of its definitions and its scaler for Prometheus, 2.16 to 2.19 (2026).
"""

from speech.capacity.autoscaler import Behavior, Rules
from speech.capacity.plan import ContainerPlan
from speech.manifests.document import Document, metadata
from speech.manifests.pods import CONTAINER
from speech.manifests.wiring import Wiring
from speech.settings.operations import Prometheus

KEDA = "keda.sh/v1alpha1"
_ACTIVE, _WAITING = "envoy_cluster_upstream_rq_active", "envoy_cluster_upstream_rq_pending_active"
"""Requests that pods have, open WebSockets among them, and those that wait for a place (Envoy, cluster statistics)."""
_FAILURES = 20
"""In a row, one a sync of the autoscaler: five minutes, in which it changes nothing."""
_ENTRIES = {"bearer": {"bearerToken": "token"}, "basic": {"username": "username", "password": "password"}}
"""By the way of authentication, KEDA's parameters and the entries of the user's Secret."""


def documents(plan: ContainerPlan, wiring: Wiring) -> dict[str, Document]:
    """By role; never two scalers of one Deployment."""
    if plan.fixed:
        return {}
    asked = wiring.prometheus
    if plan.target_streams is None or asked is None:
        return {"autoscaler": _by_cpu(plan, wiring)}
    login = {} if asked.authentication == "none" else {"login": _login(plan, wiring, asked)}
    return {**login, "autoscaler": _by_streams(plan, wiring, asked, plan.target_streams)}


def _by_cpu(plan: ContainerPlan, wiring: Wiring) -> Document:
    """Pods between the plan's least and most, by the processor time that streams cost."""
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": metadata(plan.name, wiring.namespace, plan.name, plan.kind),
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": plan.name},
            "minReplicas": plan.replicas.min,
            "maxReplicas": plan.replicas.max,
            "metrics": [
                {
                    "type": "ContainerResource",
                    "containerResource": {
                        "name": "cpu",
                        "container": CONTAINER,
                        "target": {"type": "Utilization", "averageUtilization": plan.target_cpu_percent},
                    },
                }
            ],
            "behavior": _behavior(plan.behavior),
        },
    }


def _by_streams(plan: ContainerPlan, wiring: Wiring, asked: Prometheus, target: float) -> Document:
    """Pods between the plan's least and most, by the streams at the gateway: KEDA makes the autoscaler.

    A count that nobody gives, or an empty one, is an error, never zero: for five minutes nothing changes, then as many
    pods come as the peak needs.
    """
    of_route = f'{{envoy_cluster_name=~"httproute/{wiring.namespace}/{plan.name}/rule/.*"}}'
    trigger: Document = {
        "type": "prometheus",
        "name": "streams",
        "metricType": "AverageValue",
        "metadata": {
            "serverAddress": asked.url,
            "query": f"sum({_ACTIVE}{of_route}) + (sum({_WAITING}{of_route}) or vector(0))",
            "threshold": f"{target:g}",
            "ignoreNullValues": "false",
        },
    }
    if asked.authentication in _ENTRIES:
        trigger["metadata"]["authModes"] = asked.authentication
    if asked.authentication != "none":
        trigger["authenticationRef"] = {"name": plan.name}
    return {
        "apiVersion": KEDA,
        "kind": "ScaledObject",
        "metadata": metadata(plan.name, wiring.namespace, plan.name, plan.kind),
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": plan.name},
            "minReplicaCount": plan.replicas.min,
            "maxReplicaCount": plan.replicas.max,
            "fallback": {"failureThreshold": _FAILURES, "replicas": plan.replicas.max},
            "advanced": {"horizontalPodAutoscalerConfig": {"behavior": _behavior(plan.behavior)}},
            "triggers": [trigger],
        },
    }


def _login(plan: ContainerPlan, wiring: Wiring, asked: Prometheus) -> Document:
    """How KEDA shows Prometheus who it is."""
    spec: Document
    if asked.authentication == "azure":
        spec = {"podIdentity": {"provider": "azure-workload"}}
        if asked.client_id:
            spec["podIdentity"]["identityId"] = asked.client_id
    else:
        entries = _ENTRIES[asked.authentication]
        spec = {"secretTargetRef": [{"parameter": to, "name": asked.secret, "key": at} for to, at in entries.items()]}
    return {
        "apiVersion": KEDA,
        "kind": "TriggerAuthentication",
        "metadata": metadata(plan.name, wiring.namespace, plan.name, plan.kind),
        "spec": spec,
    }


def _behavior(given: Behavior) -> Document:
    return {"scaleUp": _rules(given.up), "scaleDown": _rules(given.down)}


def _rules(rules: Rules) -> Document:
    return {
        "stabilizationWindowSeconds": rules.stabilization_seconds,
        "selectPolicy": rules.select,
        "policies": [
            {"type": each.type, "value": each.value, "periodSeconds": each.period_seconds} for each in rules.policies
        ],
    }
