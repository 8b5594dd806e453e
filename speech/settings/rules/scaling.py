"""Scaling by streams: who counts them, and who asks; places for the pods that come."""

from collections.abc import Iterator

from speech.settings.containers import ScaleBy
from speech.settings.draft import Draft
from speech.settings.environments import WITHOUT_SCALING
from speech.settings.faults import Finding, Severity

PROMETHEUS = "speech:monitoring.prometheus"


def streams_are_counted_by_a_gateway(draft: Draft) -> Iterator[Finding]:
    """Containers publish no count of their streams: the proxies of an Envoy Gateway before them do."""
    gateway = draft.network.gateway if draft.network else None
    for path in _by_streams(draft):
        if gateway is None:
            message = '"streams" needs a gateway, which counts them: write  network: {gateway: {class_name: envoy}}'
            yield Finding(path, message)
        elif gateway.policies == "none":
            message = f'"streams" are counted by Envoy Gateway, {gateway.class_name} is of another: write  by: cpu'
            yield Finding(path, message)


def somebody_has_the_count_of_streams(draft: Draft) -> Iterator[Finding]:
    """KEDA asks a Prometheus; without one the autoscaler would hold what there is, and never say why."""
    by_streams = list(_by_streams(draft))
    if draft.monitoring is None:
        return
    if by_streams and draft.monitoring.prometheus is None:
        message = "missing. KEDA asks it for streams: write  prometheus: {url: http://prometheus.monitoring:9090}"
        yield Finding(PROMETHEUS, message)
    elif draft.monitoring.prometheus and not by_streams:
        message = "nobody asks it: no container has  scaling: {by: streams}"
        yield Finding(PROMETHEUS, message, Severity.WARNING)


def who_asks_prometheus_shows_one_proof(draft: Draft) -> Iterator[Finding]:
    """A word that another way of authentication has would be believed to hold."""
    asked = draft.monitoring and draft.monitoring.prometheus
    if not asked:
        return
    by_secret = asked.authentication in {"bearer", "basic"}
    if by_secret and not asked.secret:
        entries = "token" if asked.authentication == "bearer" else "username and password"
        yield Finding(f"{PROMETHEUS}.secret", f"missing. Name the Secret that has {entries}")
    if asked.secret and not by_secret:
        yield Finding(f"{PROMETHEUS}.secret", "has no effect without  authentication: bearer  or basic")
    if asked.client_id and asked.authentication != "azure":
        yield Finding(f"{PROMETHEUS}.client_id", "has no effect without  authentication: azure")


def spare_places_are_for_pods_that_come(draft: Draft) -> Iterator[Finding]:
    """Where all pods are always there, nobody would ever take them."""
    for path, container in draft.named():
        if container.scaling.spare_pods and container.scaling.by is ScaleBy.FIXED:
            message = "has no effect with  by: fixed, where no pod comes: leave it out"
            yield Finding(f"{path}.scaling.spare_pods", message)


def _by_streams(draft: Draft) -> Iterator[str]:
    """The paths of those that scale so, where anything scales."""
    if draft.target is None or draft.target.kind in WITHOUT_SCALING:
        return
    for path, container in draft.named():
        if container.scaling.by is ScaleBy.STREAMS:
            yield f"{path}.scaling.by"


RULES = (
    streams_are_counted_by_a_gateway,
    somebody_has_the_count_of_streams,
    who_asks_prometheus_shows_one_proof,
    spare_places_are_for_pods_that_come,
)
