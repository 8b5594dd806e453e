"""One number, `longest_stream_minutes`, is behind every time that a stream may meet on its way."""

from functools import cache
from typing import Any

import pytest

from speech.capacity.exposure import idle_minutes
from speech.catalog.limits import limit
from tests.components.deployed import deployed
from tests.components.recording import Recording

MINUTES = [1, 29, 60, 720]
every_length = pytest.mark.parametrize("minutes", MINUTES)
_GATEWAY = {"class_name": "envoy", "tls": {"secret": "speech-tls"}}


@cache
def made(minutes: int) -> Recording:
    """A stack with a gateway, and all that stands before and below it."""
    network = {
        "exposure": "public",
        "domain": "speech.contoso.example",
        "gateway": _GATEWAY,
        "clients": {"cidrs": ["203.0.113.0/24"]},
        "longest_stream_minutes": minutes,
    }
    return deployed(("speech:network", network))


def pod(minutes: int) -> dict[str, Any]:
    template: dict[str, Any] = made(minutes).named("speech-transcribe-en-deployment").inputs["spec"]["template"]
    return template


def grace(minutes: int) -> int:
    return int(pod(minutes)["spec"]["terminationGracePeriodSeconds"])


def spec(minutes: int, kind: str) -> dict[str, Any]:
    [found] = [one for one in made(minutes).made if one.token.rpartition(":")[2] == kind]
    inner: dict[str, Any] = found.inputs["spec"]
    return inner


@every_length
def test_a_pod_is_told_to_stop_after_its_longest_stream_and_has_time_for_that(minutes: int) -> None:
    sleep = pod(minutes)["spec"]["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert minutes * 60 < sleep < grace(minutes)
    assert grace(minutes) == minutes * 60 + 60


@every_length
def test_the_clusters_autoscaler_may_evict_a_pod_because_it_waits_as_long_as_the_pod(minutes: int) -> None:
    profile = made(minutes).named("speech-cluster").inputs["autoScalerProfile"]
    assert int(profile["maxGracefulTerminationSec"]) == grace(minutes)
    assert pod(minutes)["metadata"]["annotations"]["cluster-autoscaler.kubernetes.io/safe-to-evict"] == "true"


@every_length
def test_a_nodes_drain_is_given_up_later_than_its_pod_is_killed(minutes: int) -> None:
    settings = made(minutes).named("speech-speech-pool").inputs["upgradeSettings"]
    allowed = limit("aks.drain-minutes")
    assert grace(minutes) < settings["drainTimeoutInMinutes"] * 60 <= allowed.maximum * 60


@every_length
def test_the_engine_waits_for_a_pod_that_goes(minutes: int) -> None:
    timeouts = made(minutes).named("speech-transcribe-en-deployment").opts.custom_timeouts
    assert timeouts is not None
    assert seconds(timeouts.delete) > grace(minutes)
    assert seconds(timeouts.update) > grace(minutes)


def seconds(written: object) -> int:
    """`"3960s"` as a number."""
    text = str(written)
    assert text.endswith("s"), text
    return int(text.removesuffix("s"))


@every_length
def test_a_proxy_that_goes_stays_for_its_streams(minutes: int) -> None:
    assert spec(minutes, "EnvoyProxy")["shutdown"]["drainTimeout"] == f"{minutes}m"


@every_length
@pytest.mark.parametrize("kind", ["ClientTrafficPolicy", "BackendTrafficPolicy"])
def test_a_gateway_keeps_a_silent_stream_as_long_as_a_stream_may_last(minutes: int, kind: str) -> None:
    assert spec(minutes, kind)["timeout"]["http"]["streamIdleTimeout"] == f"{minutes}m"


@every_length
def test_a_gateway_never_ends_a_stream_by_its_age(minutes: int) -> None:
    [rule] = spec(minutes, "HTTPRoute")["rules"]
    assert rule["timeouts"] == {"request": "0s", "backendRequest": "0s"}


@every_length
def test_a_load_balancer_keeps_a_silent_stream_as_long_as_it_can_and_probes_hold_it_longer(minutes: int) -> None:
    annotations = spec(minutes, "Gateway")["infrastructure"]["annotations"]
    idle = int(annotations["service.beta.kubernetes.io/azure-load-balancer-tcp-idle-timeout"])
    assert idle == idle_minutes() == limit("aks.load-balancer-idle-minutes").maximum
    keepalive = spec(minutes, "ClientTrafficPolicy")["tcpKeepalive"]
    assert seconds(keepalive["idleTime"]) + keepalive["probes"] * seconds(keepalive["interval"]) < idle * 60
