"""When a pod counts as started, ready and alive."""

from speech.catalog.kinds import Kind
from speech.manifests.document import Document

_STARTUP_PERIOD = 10


def add(container: Document, facts: Kind) -> None:
    """Give a container its probes. Never on /status: a restart cures no metering outage."""
    if facts.port is None:
        return
    container["startupProbe"] = _probe(facts.ready_path, _STARTUP_PERIOD, facts.startup_minutes * 60 // _STARTUP_PERIOD)
    container["readinessProbe"] = _probe(facts.ready_path, 10, 3)
    container["livenessProbe"] = _probe(facts.health_path, 30, 10)


def _probe(path: str, period: int, failures: int) -> Document:
    return {
        "httpGet": {"path": path, "port": "speech", "scheme": "HTTP"},
        "periodSeconds": period,
        "timeoutSeconds": 5,
        "successThreshold": 1,
        "failureThreshold": failures,
    }
