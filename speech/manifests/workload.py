"""The Kubernetes documents of one Speech container."""

from dataclasses import dataclass
from typing import Any

from speech.capacity.plan import ContainerPlan
from speech.catalog.kinds import kind
from speech.manifests import guard, probes
from speech.manifests.arguments import BILLING_VARIABLE, KEY_VARIABLE, in_kubernetes
from speech.manifests.document import KEY_VERSION_ANNOTATION, POOL_LABEL, Document, labels, metadata, selector
from speech.manifests.keys import KEY_CLASS, SECRET_KEY, SECRET_NAME, SERVICE_ACCOUNT

CONTAINER = "speech"
_KEY_MOUNT = "/mnt/speech-keys"


@dataclass(frozen=True, slots=True)
class Wiring:
    """What a pod needs to know of its surroundings. `billing` and `key_version` may be outputs of resources."""

    namespace: str
    pool: str
    billing: Any
    """The account's endpoint, a URL."""
    key_version: Any
    """Changes with the key's value, so that pods roll; says nothing about the value."""
    grace_seconds: int


def deployment(plan: ContainerPlan, wiring: Wiring) -> Document:
    """Pods of one container. The number of pods is the autoscaler's, so it is not written unless it is fixed."""
    facts = kind(plan.kind)
    spec: Document = {
        "revisionHistoryLimit": 3,
        # Every pod may need a new node, an image of gigabytes and a loading model, one after the other.
        "progressDeadlineSeconds": progress_deadline_seconds(plan),
        "minReadySeconds": 30,
        "selector": {"matchLabels": selector(plan.name)},
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
        "template": {
            "metadata": {
                "labels": {**labels(plan.name, plan.kind), "azure.workload.identity/use": "true"},
                "annotations": {KEY_VERSION_ANNOTATION: wiring.key_version},
            },
            "spec": _pod(plan, wiring),
        },
    }
    if plan.fixed:
        spec["replicas"] = plan.replicas.max
    probes.add(spec["template"]["spec"]["containers"][0], facts)
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata(plan.name, wiring.namespace, plan.name, plan.kind),
        "spec": spec,
    }


def progress_deadline_seconds(plan: ContainerPlan) -> int:
    """How long a rollout may stand still: one cold start, on a new node, and half as long again."""
    return kind(plan.kind).startup_minutes * 90 + 600


def _pod(plan: ContainerPlan, wiring: Wiring) -> Document:
    return {
        "serviceAccountName": SERVICE_ACCOUNT,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": wiring.grace_seconds,
        "nodeSelector": {"kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", POOL_LABEL: wiring.pool},
        "tolerations": [{"key": POOL_LABEL, "operator": "Equal", "value": wiring.pool, "effect": "NoSchedule"}],
        "topologySpreadConstraints": [
            _spread(plan, key) for key in ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
        ],
        "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
        "initContainers": [guard.avx2()],
        "containers": [_container(plan, wiring)],
        "volumes": [
            {
                "name": "speech-keys",
                "csi": {
                    "driver": "secrets-store.csi.k8s.io",
                    "readOnly": True,
                    "volumeAttributes": {"secretProviderClass": KEY_CLASS},
                },
            }
        ],
    }


def _spread(plan: ContainerPlan, topology: str) -> Document:
    return {
        "maxSkew": 1,
        "topologyKey": topology,
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": selector(plan.name)},
        "matchLabelKeys": ["pod-template-hash"],
        # Nodes that refuse Speech pods are no place to spread to.
        "nodeTaintsPolicy": "Honor",
    }


def _container(plan: ContainerPlan, wiring: Wiring) -> Document:
    size = {"cpu": f"{plan.shape.cpu * 1000:.0f}m", "memory": f"{plan.shape.memory_gib * 1024:.0f}Mi"}
    decoders = [{"name": plan.decoders_env, "value": str(plan.decoders)}] if plan.decoders_env else []
    return {
        "name": CONTAINER,
        "image": plan.image,
        "imagePullPolicy": "IfNotPresent",
        "args": in_kubernetes(),
        "env": [
            {"name": BILLING_VARIABLE, "value": wiring.billing},
            {"name": KEY_VARIABLE, "valueFrom": {"secretKeyRef": {"name": SECRET_NAME, "key": SECRET_KEY}}},
            *decoders,
        ],
        "ports": [{"name": "speech", "containerPort": plan.port, "protocol": "TCP"}],
        "resources": {"requests": size, "limits": size},
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        "volumeMounts": [{"name": "speech-keys", "mountPath": _KEY_MOUNT, "readOnly": True}],
    }


def service(plan: ContainerPlan, wiring: Wiring) -> Document:
    """The name by which clients inside the cluster find the container."""
    port: Document = {"name": "speech", "port": plan.port, "targetPort": "speech", "protocol": "TCP"}
    if kind(plan.kind).client_scheme == "ws":
        port["appProtocol"] = "kubernetes.io/ws"
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(plan.name, wiring.namespace, plan.name, plan.kind),
        "spec": {"type": "ClusterIP", "selector": selector(plan.name), "ports": [port]},
    }


def autoscaler(plan: ContainerPlan, wiring: Wiring) -> Document:
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
            "behavior": {
                # A pod that has just started burns processor time without a stream.
                "scaleUp": {
                    "stabilizationWindowSeconds": 60,
                    "selectPolicy": "Max",
                    "policies": [{"type": "Percent", "value": 100, "periodSeconds": 60}],
                },
                "scaleDown": {
                    "stabilizationWindowSeconds": 900,
                    "selectPolicy": "Min",
                    "policies": [{"type": "Pods", "value": 1, "periodSeconds": 300}],
                },
            },
        },
    }


def disruption_budget(plan: ContainerPlan, wiring: Wiring) -> Document:
    """One pod at a time may be evicted; pods that never became ready do not stand in the way."""
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": metadata(plan.name, wiring.namespace, plan.name, plan.kind),
        "spec": {
            "maxUnavailable": 1,
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
            "selector": {"matchLabels": selector(plan.name)},
        },
    }
