"""When a pod counts as started, ready and alive."""

from speech.catalog.kinds import Kind
from speech.manifests.document import Document

_STARTUP_PERIOD = 10


def add(container: Document, facts: Kind, version: str, *, downloads: bool) -> None:
    """Give a container its probes, by the paths that an image of this version has.

    `downloads`: it fetches its model again where it finds its volume empty, and may take the time for that.

    Never on /status, which asks for the state of billing: a restart cures no metering outage.
    """
    if facts.port is None:
        return
    ready = facts.readiness_path(version)
    minutes = facts.startup_minutes + ((facts.download_minutes or 0) if downloads else 0)
    container["startupProbe"] = _probe(ready, _STARTUP_PERIOD, minutes * 60 // _STARTUP_PERIOD)
    container["readinessProbe"] = _probe(ready, 10, 3)
    container["livenessProbe"] = _probe(facts.health_path, 30, 10)


def _probe(path: str, period: int, failures: int) -> Document:
    return {
        "httpGet": {"path": path, "port": "speech", "scheme": "HTTP"},
        "periodSeconds": period,
        "timeoutSeconds": 5,
        "successThreshold": 1,
        "failureThreshold": failures,
    }
