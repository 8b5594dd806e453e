"""The fields of KEDA's objects that the sandbox knows: those of its published definitions (2.19) that stacks write."""

from collections.abc import Mapping
from typing import Any

_RULES = {
    "stabilizationWindowSeconds": int,
    "selectPolicy": str,
    "policies": [{"type": str, "value": int, "periodSeconds": int}],
}
SPECS: Mapping[str, Mapping[str, Any]] = {
    "ScaledObject": {
        "scaleTargetRef": {"apiVersion": str, "kind": str, "name": str},
        "minReplicaCount": int,
        "maxReplicaCount": int,
        "fallback": {"failureThreshold": int, "replicas": int, "behavior": str},
        "advanced": {"horizontalPodAutoscalerConfig": {"behavior": {"scaleUp": _RULES, "scaleDown": _RULES}}},
        "triggers": [
            {
                "type": str,
                "name": str,
                "metricType": str,
                "metadata": {"*": str},
                "authenticationRef": {"name": str, "kind": str},
            }
        ],
    },
    "TriggerAuthentication": {
        "podIdentity": {"provider": str, "identityId": str},
        "secretTargetRef": [{"parameter": str, "name": str, "key": str}],
    },
}
NEEDED: Mapping[str, tuple[str, ...]] = {"ScaledObject": ("scaleTargetRef", "triggers")}
"""What a spec must have."""
