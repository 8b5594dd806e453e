"""The pods of one Speech container."""

from speech.capacity.drain import SHUTDOWN_SECONDS
from speech.capacity.plan import ContainerPlan
from speech.catalog.kinds import kind
from speech.manifests import guard, probes
from speech.manifests.arguments import (
    API_KEY,
    BILLING_VARIABLE,
    Surface,
    in_kubernetes,
    serving,
    variable_of,
    variables,
)
from speech.manifests.document import KEY_VERSION_ANNOTATION, POOL_LABEL, Document, labels, selector
from speech.manifests.keys import KEY_CLASS, SECRET_KEY, SERVICE_ACCOUNT
from speech.manifests.wiring import Wiring

CONTAINER = "speech"
PORT = "speech"
_KEY_VOLUME = "speech-keys"
_KEY_MOUNT = "/mnt/speech-keys"


def template(plan: ContainerPlan, wiring: Wiring) -> Document:
    """The pod that a Deployment multiplies.

    It bears no workload identity label: the secrets driver asks for the service account's token itself (CSIDriver
    tokenRequests), and with the label the container would get one too, good for everything in the vault.
    """
    container = _container(plan, wiring)
    probes.add(container, kind(plan.kind), plan.version)
    return {
        "metadata": {
            "labels": labels(plan.name, plan.kind),
            "annotations": {
                KEY_VERSION_ANNOTATION: wiring.key_version,
                # An eviction waits as long as a stream may last: no reason to pin the node that the pod is on.
                "cluster-autoscaler.kubernetes.io/safe-to-evict": "true",
            },
        },
        "spec": {
            "serviceAccountName": SERVICE_ACCOUNT,
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "terminationGracePeriodSeconds": wiring.grace_seconds,
            "nodeSelector": {"kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", POOL_LABEL: wiring.pool},
            "tolerations": [{"key": POOL_LABEL, "operator": "Equal", "value": wiring.pool, "effect": "NoSchedule"}],
            "topologySpreadConstraints": [
                _spread(plan, key) for key in ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
            ],
            "securityContext": _security(plan.run_as_user),
            "initContainers": [guard.avx2(wiring.guard_image)],
            "containers": [container],
            "volumes": [
                {
                    "name": _KEY_VOLUME,
                    "csi": {
                        "driver": "secrets-store.csi.k8s.io",
                        "readOnly": True,
                        "volumeAttributes": {"secretProviderClass": KEY_CLASS},
                    },
                }
            ],
        },
    }


def _spread(plan: ContainerPlan, topology: str) -> Document:
    """Evenly over zones and hosts as far as that costs no capacity.

    A hard rule (DoNotSchedule, minDomains) would leave pods pending when a zone is lost, just when they are needed,
    and one pool over three zones cannot be told in which of them its next node must come.
    """
    return {
        "maxSkew": 1,
        "topologyKey": topology,
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": selector(plan.name)},
        "matchLabelKeys": ["pod-template-hash"],
        "nodeAffinityPolicy": "Honor",
        # Nodes that refuse Speech pods are no place to spread to.
        "nodeTaintsPolicy": "Honor",
    }


def _security(user: int | None) -> Document:
    """Non-root by the cluster's own check where the image's user is known: it cannot check a user given by name."""
    profile: Document = {"seccompProfile": {"type": "RuntimeDefault"}}
    if user is None:
        return profile
    return {"runAsNonRoot": True, "runAsUser": user, "runAsGroup": user, "fsGroup": user, **profile}


def _container(plan: ContainerPlan, wiring: Wiring) -> Document:
    size = {"cpu": f"{plan.shape.cpu * 1000:.0f}m", "memory": f"{plan.shape.memory_gib * 1024:.0f}Mi"}
    surface = Surface(billing=wiring.billing, no_proxy=wiring.no_proxy)
    ports = [{"name": PORT, "containerPort": plan.port, "protocol": "TCP"}] if plan.port else []
    return {
        "name": CONTAINER,
        "image": plan.image,
        "imagePullPolicy": "IfNotPresent",
        "args": in_kubernetes(serving(plan, surface)),
        "env": [
            {"name": BILLING_VARIABLE, "value": wiring.billing},
            {"name": variable_of(API_KEY), "valueFrom": {"secretKeyRef": {"name": wiring.secret, "key": SECRET_KEY}}},
            *({"name": word.name, "value": word.value} for word in variables(plan, surface)),
        ],
        "ports": ports,
        "resources": {"requests": size, "limits": size},
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        # The pod leaves its service at once; it is told to stop when its longest stream has had its time.
        "lifecycle": {"preStop": {"sleep": {"seconds": wiring.grace_seconds - SHUTDOWN_SECONDS}}},
        "volumeMounts": [{"name": _KEY_VOLUME, "mountPath": _KEY_MOUNT, "readOnly": True}],
    }
