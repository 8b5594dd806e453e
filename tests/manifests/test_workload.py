"""The documents of a container."""

from dataclasses import replace
from typing import Any

import pytest

from speech.capacity.drain import LEAVING_SECONDS
from speech.capacity.images import GUARD_IMAGE
from speech.capacity.names import pool_name
from speech.capacity.plan import ContainerPlan
from speech.catalog.versions import NEWEST
from speech.manifests import autoscaling, guard, keys, workload
from speech.manifests.document import Document
from tests.manifests.made import ACCESS, exposed, planned, wired

C = "speech:containers[0]"


def _deployment(*changes: tuple[str, object]) -> Any:
    made = planned(*changes)
    return workload.deployment(made.containers[0], wired(made))


def _pod(*changes: tuple[str, object]) -> Any:
    return _deployment(*changes)["spec"]["template"]["spec"]


def test_the_words_of_the_container_hold_no_key_and_come_in_the_vendors_order() -> None:
    container = _pod()["containers"][0]
    assert container["args"] == ["Eula=accept", "Billing=$(SPEECH_BILLING)", "ApiKey=$(SPEECH_API_KEY)"]
    key = next(variable for variable in container["env"] if variable["name"] == "SPEECH_API_KEY")
    assert key == {
        "name": "SPEECH_API_KEY",
        "valueFrom": {"secretKeyRef": {"name": "speech-key1-v1", "key": "api-key"}},
    }


def test_a_container_decodes_as_many_streams_as_are_planned_for_its_pod() -> None:
    assert {"name": "DECODER_MAX_COUNT", "value": "7"} in _pod()["containers"][0]["env"]


def test_a_pod_asks_for_its_whole_size_and_gets_no_more() -> None:
    resources = _pod()["containers"][0]["resources"]
    assert resources == {"requests": {"cpu": "7000m", "memory": "16384Mi"}, "limits": resources["requests"]}


def test_replicas_belong_to_the_autoscaler_unless_they_are_fixed() -> None:
    assert "replicas" not in _deployment()["spec"]
    assert _deployment((f"{C}.scaling.by", "fixed"))["spec"]["replicas"] == 3


def test_the_autoscaler_stays_within_the_plan() -> None:
    made = planned()
    (container,) = made.containers
    spec = autoscaling.documents(container, wired(made))["autoscaler"]["spec"]
    assert (spec["minReplicas"], spec["maxReplicas"]) == (container.replicas.min, container.replicas.max)
    assert spec["scaleTargetRef"]["name"] == container.name


def test_the_autoscaler_has_the_plans_target_and_pace() -> None:
    made = planned((f"{C}.scaling", {"headroom": 1}))
    spec = autoscaling.documents(made.containers[0], wired(made))["autoscaler"]["spec"]
    assert spec["metrics"] == [
        {
            "type": "ContainerResource",
            "containerResource": {
                "name": "cpu",
                "container": "speech",
                "target": {"type": "Utilization", "averageUtilization": 44},
            },
        }
    ]
    assert spec["behavior"] == {
        "scaleUp": {
            "stabilizationWindowSeconds": 60,
            "selectPolicy": "Max",
            "policies": [{"type": "Percent", "value": 100, "periodSeconds": 60}],
        },
        "scaleDown": {
            "stabilizationWindowSeconds": 1500,
            "selectPolicy": "Min",
            "policies": [{"type": "Pods", "value": 1, "periodSeconds": 300}],
        },
    }


def test_probes_ask_for_readiness_and_never_for_the_state_of_billing() -> None:
    container = _pod()["containers"][0]
    paths = {container[probe]["httpGet"]["path"] for probe in ("startupProbe", "readinessProbe", "livenessProbe")}
    assert paths == {"/ready", "/"}


@pytest.mark.parametrize(("version", "path"), [("3.9.0", "/ready"), ("3.11.0", "/synthesize/health")])
def test_probes_ask_by_the_path_that_the_images_version_has(version: str, path: str) -> None:
    made = planned()
    speaking = replace(made.containers[0], kind="neural-text-to-speech", version=version)
    container = workload.deployment(speaking, wired(made))["spec"]["template"]["spec"]["containers"][0]
    assert container["readinessProbe"]["httpGet"]["path"] == path  # release notes, 2025-05
    assert container["startupProbe"]["httpGet"]["path"] == path
    assert container["livenessProbe"]["httpGet"]["path"] == "/"


def test_an_image_without_a_version_is_taken_for_a_current_one() -> None:
    assert planned((f"{C}.version", None), (f"{C}.tag", "latest")).containers[0].version == NEWEST


def test_a_rollout_waits_longer_than_a_cold_start_and_the_engine_longer_still() -> None:
    container, spec = planned().containers[0], _deployment()["spec"]
    start = spec["template"]["spec"]["containers"][0]["startupProbe"]
    cold_start = 900 + start["periodSeconds"] * start["failureThreshold"] + spec["minReadySeconds"]
    assert spec["progressDeadlineSeconds"] == container.waits.progress_seconds
    assert cold_start < spec["progressDeadlineSeconds"] < container.waits.create_seconds


def test_pods_run_on_their_own_nodes_of_the_right_architecture() -> None:
    pod = _pod()
    assert pod["nodeSelector"] == {
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "speech-containers/pool": pool_name(planned().node_pools[0]),
    }
    (toleration,) = pod["tolerations"]
    assert toleration == {
        "key": "speech-containers/pool",
        "operator": "Equal",
        "value": pool_name(planned().node_pools[0]),
        "effect": "NoSchedule",
    }


def test_pods_spread_over_zones_and_hosts_and_still_start_when_a_zone_is_lost() -> None:
    spread = _pod()["topologySpreadConstraints"]
    assert [each["topologyKey"] for each in spread] == ["topology.kubernetes.io/zone", "kubernetes.io/hostname"]
    for each in spread:
        assert each["whenUnsatisfiable"] == "ScheduleAnyway"
        assert each["nodeTaintsPolicy"] == "Honor", "nodes that refuse Speech pods do not count"
        assert each["labelSelector"]["matchLabels"] == _deployment()["spec"]["selector"]["matchLabels"]


def test_a_pod_whose_processor_lacks_avx2_does_not_start() -> None:
    (check,) = _pod()["initContainers"]
    assert check == guard.avx2(GUARD_IMAGE)
    assert "avx2 /proc/cpuinfo" in check["command"][-1]


def test_the_guards_image_can_be_taken_from_another_registry() -> None:
    made = planned()
    elsewhere = replace(wired(made), guard_image="contoso.azurecr.io/busybox:1.36")
    pod = workload.deployment(made.containers[0], elsewhere)["spec"]["template"]["spec"]
    assert pod["initContainers"][0]["image"] == "contoso.azurecr.io/busybox:1.36"


@pytest.mark.parametrize("minutes", [1, 60, 720])
def test_a_pod_that_goes_keeps_its_streams_for_as_long_as_one_may_last(minutes: int) -> None:
    pod = _pod(("speech:network", {"longest_stream_minutes": minutes}))
    sleep = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert sleep == minutes * 60 + LEAVING_SECONDS, "it leaves its service at once, and is told to stop only then"
    assert sleep < pod["terminationGracePeriodSeconds"], "the API server refuses a longer sleep"


def test_a_container_that_hangs_is_not_kept_for_the_longest_stream() -> None:
    """Without a grace period of the probe's own, a kubelet takes the pod's, and runs preStop in it."""
    container = _pod()["containers"][0]
    for probe in ("startupProbe", "livenessProbe"):
        assert container[probe]["terminationGracePeriodSeconds"] <= 30
    assert "terminationGracePeriodSeconds" not in container["readinessProbe"], "the API server refuses it"


def test_an_eviction_is_the_autoscalers_to_make() -> None:
    annotations = _deployment()["spec"]["template"]["metadata"]["annotations"]
    assert annotations["cluster-autoscaler.kubernetes.io/safe-to-evict"] == "true"


def test_a_pod_holds_no_privilege() -> None:
    pod = _pod()
    assert pod["securityContext"] == {"seccompProfile": {"type": "RuntimeDefault"}}
    for container in (*pod["initContainers"], *pod["containers"]):
        assert container["securityContext"]["allowPrivilegeEscalation"] is False
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}


def test_a_pod_runs_as_non_root_where_the_number_of_its_user_is_known() -> None:
    security = _pod((f"{C}.run_as_user", 65532))["securityContext"]
    assert security == {
        "runAsNonRoot": True,
        "runAsUser": 65532,
        "runAsGroup": 65532,
        "fsGroup": 65532,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def test_a_container_gets_no_token_of_any_kind() -> None:
    template = _deployment()["spec"]["template"]
    assert template["spec"]["automountServiceAccountToken"] is False, "none for the cluster's API"
    # The webhook would mount one for Entra; the secrets driver asks for its own (secrets-store-csi provider #1022).
    assert "azure.workload.identity/use" not in template["metadata"]["labels"]


def test_a_pod_rolls_when_the_version_of_the_key_changes() -> None:
    made = planned()
    container = made.containers[0]
    before = workload.deployment(container, wired(made))["spec"]["template"]
    after = workload.deployment(container, replace(wired(made), key_version="v2"))["spec"]["template"]
    assert before != after
    assert before["spec"] == after["spec"]


def test_the_key_is_read_as_the_identity_of_the_service_account() -> None:
    account, key_class = keys.service_account("speech", ACCESS), keys.secret_provider_class("speech", ACCESS)
    assert account["metadata"]["annotations"]["azure.workload.identity/client-id"] == "client"
    assert key_class["spec"]["parameters"]["clientID"] == "client"
    assert key_class["spec"]["parameters"]["keyvaultName"] == "kv1"
    assert "objectName: speech-key1" in key_class["spec"]["parameters"]["objects"]
    assert _pod()["serviceAccountName"] == account["metadata"]["name"]


def test_the_active_key_decides_which_secret_is_mounted() -> None:
    other = replace(ACCESS, active_key="key2")
    assert "objectName: speech-key2" in keys.secret_provider_class("speech", other)["spec"]["parameters"]["objects"]


def test_the_selector_of_a_container_never_changes_with_its_settings() -> None:
    changed = _deployment((f"{C}.version", "4.9.0"), (f"{C}.run_as_user", 1654), (f"{C}.scaling.by", "fixed"))
    assert changed["spec"]["selector"] == _deployment()["spec"]["selector"], "or a Deployment must be replaced"


def _service(exposure: str, **network: object) -> Document:
    made = exposed(exposure, **network)
    return workload.service(made.containers[0], wired(made))


def test_a_service_inside_the_cluster_has_no_address_outside() -> None:
    document = _service("cluster")
    assert document["spec"]["type"] == "ClusterIP"
    assert "annotations" not in document["metadata"]


def test_a_services_port_says_what_is_spoken() -> None:
    made = planned()
    (port,) = workload.service(made.containers[0], wired(made))["spec"]["ports"]
    assert (port["port"], port["targetPort"], port["appProtocol"]) == (5000, "speech", "kubernetes.io/ws")
    speaking: ContainerPlan = replace(made.containers[0], scheme="http")
    assert workload.service(speaking, wired(made))["spec"]["ports"][0]["appProtocol"] == "http"
