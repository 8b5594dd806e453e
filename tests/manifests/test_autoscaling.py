"""Who scales a container, and by which signal."""

from typing import Any

import pytest

from speech.manifests import autoscaling, workload
from tests.manifests.made import planned, wired
from tests.settings.broken_scaling import CONTAINED, COUNTED, C, asked


def scalers(*changes: tuple[str, object]) -> dict[str, Any]:
    made = planned(*changes)
    return autoscaling.documents(made.containers[0], wired(made))


def trigger(*changes: tuple[str, object]) -> Any:
    [only] = scalers(*changes)["autoscaler"]["spec"]["triggers"]
    return only


def test_streams_scale_by_keda_and_by_nothing_else() -> None:
    made = planned(*COUNTED)
    found = workload.documents(made.containers[0], wired(made)).values()
    scaling = [each["kind"] for each in found if "scaleTargetRef" in each.get("spec", {})]
    assert scaling == ["ScaledObject"]


def test_keda_stays_within_the_plan_and_keeps_its_pace() -> None:
    made = planned(*COUNTED)
    (container,) = made.containers
    spec = autoscaling.documents(container, wired(made))["autoscaler"]["spec"]
    assert (spec["minReplicaCount"], spec["maxReplicaCount"]) == (container.replicas.min, container.replicas.max)
    assert spec["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": container.name}
    by_cpu = scalers()["autoscaler"]["spec"]["behavior"]
    assert spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"] == by_cpu


def test_keda_asks_for_the_streams_of_one_container_and_those_that_wait() -> None:
    asks = trigger(*COUNTED)["metadata"]
    assert asks["serverAddress"] == "http://prometheus.monitoring:9090"
    route = '{envoy_cluster_name=~"httproute/speech/transcribe-en/rule/.*"}'
    waiting = f"(sum(envoy_cluster_upstream_rq_pending_active{route}) or vector(0))"
    assert asks["query"] == f"sum(envoy_cluster_upstream_rq_active{route}) + {waiting}"


def test_the_target_leaves_headroom_and_tolerance() -> None:
    assert trigger(*COUNTED)["metadata"]["threshold"] == "5.304", "7 streams a pod, a fifth free, a tenth tolerated"
    assert trigger(*CONTAINED, asked(), (f"{C}.headroom", 0))["metadata"]["threshold"] == "6.364"


def test_a_count_that_nobody_gives_shrinks_nothing() -> None:
    found = scalers(*COUNTED)["autoscaler"]["spec"]
    assert found["triggers"][0]["metadata"]["ignoreNullValues"] == "false", "an empty answer is an error, not zero"
    assert found["fallback"]["replicas"] == found["maxReplicaCount"]
    assert found["triggers"][0]["metricType"] == "AverageValue", "else there is no fallback"


@pytest.mark.parametrize(
    ("given", "modes", "spec"),
    [
        (
            {"authentication": "bearer", "secret": "mine"},
            "bearer",
            {"secretTargetRef": [{"parameter": "bearerToken", "name": "mine", "key": "token"}]},
        ),
        (
            {"authentication": "basic", "secret": "mine"},
            "basic",
            {
                "secretTargetRef": [
                    {"parameter": "username", "name": "mine", "key": "username"},
                    {"parameter": "password", "name": "mine", "key": "password"},
                ]
            },
        ),
        ({"authentication": "azure"}, None, {"podIdentity": {"provider": "azure-workload"}}),
        (
            {"authentication": "azure", "client_id": "11111111-1111-4111-8111-111111111111"},
            None,
            {"podIdentity": {"provider": "azure-workload", "identityId": "11111111-1111-4111-8111-111111111111"}},
        ),
    ],
)
def test_keda_shows_prometheus_who_it_is(given: dict[str, object], modes: str | None, spec: object) -> None:
    found = scalers(*CONTAINED, asked(**given))
    assert found["login"]["spec"] == spec
    only = found["autoscaler"]["spec"]["triggers"][0]
    assert only["authenticationRef"]["name"] == found["login"]["metadata"]["name"]
    assert only["metadata"].get("authModes") == modes


def test_an_open_prometheus_asks_for_no_proof() -> None:
    assert "login" not in scalers(*COUNTED)
    assert "authenticationRef" not in trigger(*COUNTED)


def test_a_fixed_number_of_pods_has_no_scaler() -> None:
    assert scalers((f"{C}.by", "fixed")) == {}
