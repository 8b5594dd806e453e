"""The documents of a container, read by the Kubernetes client's own models."""

import json
from typing import Any

import pytest
from kubernetes import client

from speech.capacity.plan import Plan
from speech.capacity.planner import plan
from speech.manifests import guard, keys, workload
from speech.manifests.document import Document
from speech.settings.parse import parse
from tests.stacks import stack_file

ACCESS = keys.VaultAccess(vault="kv1", client_id="client", tenant_id="tenant", active_key="key1")
WIRING = workload.Wiring(
    namespace="speech",
    pool="speech",
    billing="https://contoso.cognitiveservices.azure.com/",
    key_version="v1",
    grace_seconds=3600,
)


def planned(*changes: tuple[str, object]) -> Plan:
    return plan(parse(stack_file(*changes)).stack, "dev")


def documents() -> list[tuple[str, Document]]:
    container = planned().containers[0]
    return [
        ("V1Namespace", keys.namespace("speech")),
        ("V1ServiceAccount", keys.service_account("speech", ACCESS)),
        ("V1Deployment", workload.deployment(container, WIRING)),
        ("V1Service", workload.service(container, WIRING)),
        ("V2HorizontalPodAutoscaler", workload.autoscaler(container, WIRING)),
        ("V1PodDisruptionBudget", workload.disruption_budget(container, WIRING)),
    ]


@pytest.mark.parametrize(("model", "document"), documents(), ids=[model for model, _ in documents()])
def test_a_document_survives_the_kubernetes_model_without_loss(model: str, document: Document) -> None:
    api = client.ApiClient()
    read = api.deserialize(json.dumps(document), model, "application/json")
    assert api.sanitize_for_serialization(read) == document


def _pod(*changes: tuple[str, object]) -> Any:
    return workload.deployment(planned(*changes).containers[0], WIRING)["spec"]["template"]["spec"]


def test_the_words_of_the_container_hold_no_key_and_come_in_the_vendors_order() -> None:
    container = _pod()["containers"][0]
    assert container["args"] == ["Eula=accept", "Billing=$(SPEECH_BILLING)", "ApiKey=$(SPEECH_API_KEY)"]
    key = next(variable for variable in container["env"] if variable["name"] == "SPEECH_API_KEY")
    assert key == {"name": "SPEECH_API_KEY", "valueFrom": {"secretKeyRef": {"name": "speech-keys", "key": "api-key"}}}


def test_a_container_decodes_as_many_streams_as_are_planned_for_its_pod() -> None:
    assert {"name": "DECODER_MAX_COUNT", "value": "7"} in _pod()["containers"][0]["env"]


def test_replicas_belong_to_the_autoscaler_unless_they_are_fixed() -> None:
    assert "replicas" not in workload.deployment(planned().containers[0], WIRING)["spec"]
    fixed = planned(("speech:containers[0].scaling.by", "fixed")).containers[0]
    assert workload.deployment(fixed, WIRING)["spec"]["replicas"] == 3


def test_probes_ask_for_readiness_and_never_for_the_state_of_billing() -> None:
    container = _pod()["containers"][0]
    paths = {container[probe]["httpGet"]["path"] for probe in ("startupProbe", "readinessProbe", "livenessProbe")}
    assert "/ready" in paths
    assert "/status" not in paths


def test_a_rollout_waits_longer_than_a_cold_start() -> None:
    container = planned().containers[0]
    start = _pod()["containers"][0]["startupProbe"]
    assert workload.progress_deadline_seconds(container) > start["periodSeconds"] * start["failureThreshold"]


def test_pods_run_on_their_own_nodes_of_the_right_architecture() -> None:
    pod = _pod()
    assert pod["nodeSelector"] == {
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "speech-containers/pool": "speech",
    }
    assert pod["tolerations"][0]["key"] == "speech-containers/pool"


def test_a_pod_whose_processor_lacks_avx2_does_not_start() -> None:
    (check,) = _pod()["initContainers"]
    assert check == guard.avx2()
    assert "avx2 /proc/cpuinfo" in check["command"][-1]


def test_a_pod_rolls_when_the_version_of_the_key_changes() -> None:
    other = workload.Wiring(**{**{field: getattr(WIRING, field) for field in WIRING.__slots__}, "key_version": "v2"})
    container = planned().containers[0]
    before = workload.deployment(container, WIRING)["spec"]["template"]
    after = workload.deployment(container, other)["spec"]["template"]
    assert before != after
    assert before["spec"] == after["spec"]


def test_the_key_is_read_as_the_identity_of_the_service_account() -> None:
    account, key_class = keys.service_account("speech", ACCESS), keys.secret_provider_class("speech", ACCESS)
    assert account["metadata"]["annotations"]["azure.workload.identity/client-id"] == "client"
    assert key_class["spec"]["parameters"]["clientID"] == "client"
    assert key_class["spec"]["parameters"]["keyvaultName"] == "kv1"
    assert "objectName: speech-key1" in key_class["spec"]["parameters"]["objects"]
    labels = workload.deployment(planned().containers[0], WIRING)["spec"]["template"]["metadata"]["labels"]
    assert labels["azure.workload.identity/use"] == "true"


def test_the_active_key_decides_which_secret_is_mounted() -> None:
    other = keys.VaultAccess(vault="kv1", client_id="client", tenant_id="tenant", active_key="key2")
    assert "objectName: speech-key2" in keys.secret_provider_class("speech", other)["spec"]["parameters"]["objects"]
