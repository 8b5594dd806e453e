"""When a pod counts as started, ready and alive."""

from speech.capacity.plan import ContainerPlan
from speech.catalog.kinds import kind
from speech.manifests.document import Document

_STARTUP_PERIOD = _READINESS_PERIOD = 10
_LIVENESS_PERIOD = 30
_MINUTE = 60
_HUNG_SECONDS = 10
"""The grace period of a container that a probe has given up. Else it would be the pod's, as long as the longest stream,
and preStop would wait for streams that nobody serves (kubernetes #64715)."""


def add(container: Document, plan: ContainerPlan) -> None:
    """Give a container its probes, by the paths that an image of its version has, as patient as the plan is.

    Never on /status, which asks for the state of billing: a restart cures no metering outage.
    """
    facts = kind(plan.kind)
    if facts.port is None:
        return
    ready = facts.readiness_path(plan.version)
    container["startupProbe"] = _probe(ready, _STARTUP_PERIOD, plan.startup_minutes * _MINUTE // _STARTUP_PERIOD)
    container["readinessProbe"] = _probe(ready, _READINESS_PERIOD, 3)
    failures = plan.liveness_minutes * _MINUTE // _LIVENESS_PERIOD
    container["livenessProbe"] = _probe(facts.health_path, _LIVENESS_PERIOD, failures)
    for name in ("startupProbe", "livenessProbe"):
        container[name]["terminationGracePeriodSeconds"] = _HUNG_SECONDS


def _probe(path: str, period: int, failures: int) -> Document:
    return {
        "httpGet": {"path": path, "port": "speech", "scheme": "HTTP"},
        "periodSeconds": period,
        "timeoutSeconds": 5,
        "successThreshold": 1,
        "failureThreshold": failures,
    }
