"""The cache that real-time diarization needs, beside its container and for its pods only."""

from speech.capacity.plan import Cache, ContainerPlan
from speech.manifests import placement
from speech.manifests.document import EVICTABLE_ANNOTATION, Document, helper_labels, helper_selector, metadata
from speech.manifests.pods import cache_name
from speech.manifests.wiring import Wiring

CACHE = "cache"
"""The role of its pods; the name of its port."""
# User and group of the image (valkey-io/valkey-container, alpine; /etc/passwd of 8.1: valkey:x:999:1000).
_USER, _GROUP = 999, 1000
_SHARE_OF_MEMORY = 0.75
"""The rest is for connections and copies."""


def documents(plan: ContainerPlan, wiring: Wiring) -> list[Document]:
    """A Service and a Deployment of one pod; nothing where the container needs no cache of the stack's."""
    return [] if plan.cache is None else [_service(plan, plan.cache, wiring), _deployment(plan, plan.cache, wiring)]


def bounds(cache: Cache) -> tuple[str, ...]:
    """Arguments that have it drop the oldest before its memory is full, on any host."""
    most = f"{cache.shape.memory_gib * 1024 * _SHARE_OF_MEMORY:.0f}mb"
    return ("--maxmemory", most, "--maxmemory-policy", "allkeys-lru")


def _service(plan: ContainerPlan, cache: Cache, wiring: Wiring) -> Document:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(cache_name(plan), wiring.namespace, plan.name, plan.kind),
        "spec": {
            "type": "ClusterIP",
            "selector": helper_selector(CACHE, plan.name),
            "ports": [{"name": CACHE, "port": cache.port, "targetPort": CACHE, "protocol": "TCP"}],
        },
    }


def _deployment(plan: ContainerPlan, cache: Cache, wiring: Wiring) -> Document:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata(cache_name(plan), wiring.namespace, plan.name, plan.kind),
        "spec": {
            "replicas": 1,
            "revisionHistoryLimit": 3,
            # Two at once would each hold half of what a session needs.
            "strategy": {"type": "Recreate"},
            "selector": {"matchLabels": helper_selector(CACHE, plan.name)},
            "template": {
                "metadata": {
                    "labels": helper_labels(CACHE, plan.name, plan.kind),
                    # Sessions that run lose their speakers with it: the autoscaler leaves its node.
                    "annotations": {EVICTABLE_ANNOTATION: "false"},
                },
                "spec": _pod(plan, cache, wiring),
            },
        },
    }


def _pod(plan: ContainerPlan, cache: Cache, wiring: Wiring) -> Document:
    return {
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        **placement.nodes(plan, wiring),
        **({"imagePullSecrets": [{"name": wiring.pull_secret}]} if wiring.pull_secret else {}),
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": _USER,
            "runAsGroup": _GROUP,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [_container(cache)],
    }


def _container(cache: Cache) -> Document:
    """It holds four hours of voices' marks in memory, and writes none of them down."""
    size = {"cpu": f"{cache.shape.cpu * 1000:.0f}m", "memory": f"{cache.shape.memory_gib * 1024:.0f}Mi"}
    port = {"tcpSocket": {"port": CACHE}}
    return {
        "name": CACHE,
        "image": cache.image,
        "imagePullPolicy": "IfNotPresent",
        # Containers know no password for it (diarization page, 2026-09-02): the NetworkPolicy is its lock.
        "args": [
            *("--save", "", "--appendonly", "no", "--protected-mode", "no", "--port", str(cache.port)),
            *bounds(cache),
        ],
        "ports": [{"name": CACHE, "containerPort": cache.port, "protocol": "TCP"}],
        "resources": {"requests": size, "limits": size},
        "readinessProbe": {**port, "periodSeconds": 5, "timeoutSeconds": 2, "failureThreshold": 3},
        "livenessProbe": {**port, "periodSeconds": 20, "timeoutSeconds": 5, "failureThreshold": 6},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
    }
