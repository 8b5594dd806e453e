"""What a pod gets from the plan's options, volumes, pools and way of billing."""

from dataclasses import replace
from typing import Any

import pytest

from speech.capacity.plan import Cache, ContainerPlan, PodShape, Volume
from speech.catalog.kinds import kind
from speech.manifests import volumes, workload
from speech.manifests.wiring import Wiring
from speech.settings.base import Secret
from speech.settings.options import Options
from tests.manifests.made import planned, wired

C = "speech:containers[0]"
MODELS = Volume("models", "transcribe-en-models-1f2e", 20, "/usr/local/models", per_pod=False)
LICENSE = Volume("license", "transcribe-en-license-51", 1, "/license", per_pod=False)
OUTPUT = Volume("output", "transcribe-en-output", 10, "/output", per_pod=True)
SECRET = Secret()


def pod(container: ContainerPlan, wiring: Wiring) -> Any:
    return workload.deployment(container, wiring)["spec"]["template"]["spec"]


def made(*options: tuple[str, object], wiring: dict[str, object] | None = None, **plan: object) -> Any:
    """The pod of the dev stack's container with these options, fields of the wiring, and fields of its plan."""
    given = planned()
    container = replace(given.containers[0], **({"options": Options(**dict(options))} if options else {}), **plan)  # type: ignore[arg-type]
    return pod(container, replace(wired(given), **(wiring or {})))  # type: ignore[arg-type]


def pod_of(*changes: tuple[str, object]) -> Any:
    """The pod of the dev stack with these settings."""
    given = planned(*changes)
    return pod(given.containers[0], wired(given))


def speech(found: Any) -> Any:
    return found["containers"][0]


def variables(found: Any) -> dict[str, Any]:
    return {each["name"]: each.get("value", each.get("valueFrom")) for each in speech(found)["env"]}


def test_every_secret_of_an_option_reaches_the_container_by_reference() -> None:
    """Seed row: sentiment's key is a secret; proxy credentials are one; ApplicationInsights' key is one."""
    found = made(
        (
            "sentiment",
            {"host": "https://eastus.api.cognitive.microsoft.com/text/analytics/v3.0/sentiment", "key": SECRET},
        ),
        ("proxy", {"url": "http://proxy:8888", "credentials": SECRET}),
        ("application_insights", SECRET),
        wiring={"secrets": {"transcribe-en": "transcribe-en-options-1a2b"}},
    )
    assert speech(found)["args"] == [
        "Eula=accept",
        "Billing=$(SPEECH_BILLING)",
        "ApiKey=$(SPEECH_API_KEY)",
        "CloudAI:SentimentAnalysisSettings:TextAnalyticsHost=https://eastus.api.cognitive.microsoft.com/text/analytics/v3.0/sentiment",
        "CloudAI:SentimentAnalysisSettings:SentimentAnalysisApiKey=$(SPEECH_SENTIMENT_KEY)",
        "ApplicationInsights:InstrumentationKey=$(SPEECH_APPLICATION_INSIGHTS_KEY)",
        "HTTP_PROXY=http://proxy:8888",
        "HTTP_PROXY_CREDS=$(SPEECH_PROXY_CREDENTIALS)",
    ]
    for entry in ("sentiment-key", "proxy-credentials", "application-insights-key"):
        name = f"SPEECH_{entry.upper().replace('-', '_')}"
        assert variables(found)[name] == {"secretKeyRef": {"name": "transcribe-en-options-1a2b", "key": entry}}


def test_every_variable_that_a_word_refers_to_stands_before_it() -> None:
    found = made(
        ("proxy", {"url": "http://proxy:8888", "credentials": SECRET}), wiring={"secrets": {"transcribe-en": "s"}}
    )
    referred = {word.partition("$(")[2].rstrip(")") for word in speech(found)["args"] if "$(" in word}
    assert referred <= set(variables(found))


def test_behind_a_proxy_the_containers_own_processes_still_reach_each_other() -> None:
    proxy = {"url": "http://proxy:8888", "no_proxy": [".contoso.example"]}
    found = made(("proxy", proxy), wiring={"no_proxy": "localhost,127.0.0.1,.svc"})
    assert variables(found)["NO_PROXY"] == "localhost,127.0.0.1,.svc,.contoso.example"


def test_a_volume_is_mounted_where_the_container_sees_it_and_each_pod_writes_its_records_apart() -> None:
    found = made(volumes=(MODELS, OUTPUT))
    mounts = {mount["name"]: mount for mount in speech(found)["volumeMounts"]}
    assert mounts["models"] == {"name": "models", "mountPath": "/usr/local/models"}
    assert mounts["output"] == {"name": "output", "mountPath": "/output", "subPathExpr": "$(POD_NAME)"}
    assert variables(found)["POD_NAME"] == {"fieldRef": {"fieldPath": "metadata.name"}}
    claims = {volume["name"]: volume.get("persistentVolumeClaim") for volume in found["volumes"]}
    assert claims["models"] == {"claimName": MODELS.name}
    assert claims["output"] == {"claimName": OUTPUT.name}


def test_nothing_is_mounted_over_the_models_of_an_image_that_has_its_own() -> None:
    """Row: an empty volume over /usr/local/models of plain speech to text hides its model (speech-sdk #814)."""
    assert not any("models" in mount["mountPath"] for mount in speech(made())["volumeMounts"])


def test_a_claim_may_be_written_from_many_nodes_and_says_the_class_only_where_one_is_given() -> None:
    given = planned()
    container = replace(given.containers[0], volumes=(MODELS,))
    (claim,) = volumes.claims(container, replace(wired(given), storage_class="fast"))
    assert claim["metadata"]["name"] == MODELS.name
    assert claim["spec"] == {
        "accessModes": ["ReadWriteMany"],
        "resources": {"requests": {"storage": "20Gi"}},
        "storageClassName": "fast",
    }
    (unnamed,) = volumes.claims(container, wired(given))
    assert "storageClassName" not in unnamed["spec"], "the cluster's default"


def test_a_disconnected_container_has_neither_endpoint_nor_key_nor_a_way_to_them() -> None:
    """Row: disconnected Deployment with neither Billing nor ApiKey (speech-container-stt, 2025-12)."""
    found = made(wiring={"disconnected": True}, volumes=(LICENSE, OUTPUT))
    assert speech(found)["args"] == ["Eula=accept", "Mounts:License=/license", "Mounts:Output=/output"]
    assert not {"SPEECH_BILLING", "SPEECH_API_KEY"} & set(variables(found))
    assert not any("csi" in volume for volume in found["volumes"])


def test_a_disconnected_pod_does_not_roll_with_a_key_that_it_has_not() -> None:
    given = planned()
    wiring = replace(wired(given), disconnected=True)
    before, after = (
        workload.deployment(given.containers[0], replace(wiring, key_version=version)) for version in ("v1", "v2")
    )
    assert before == after


def test_without_a_vault_no_volume_brings_the_key() -> None:
    found = made(wiring={"by_vault": False})
    assert "volumes" not in found
    assert variables(found)["SPEECH_API_KEY"] == {"secretKeyRef": {"name": "speech-key1-v1", "key": "api-key"}}


def test_nodes_pull_by_the_secret_of_the_registry() -> None:
    assert made(wiring={"pull_secret": "speech-registry"})["imagePullSecrets"] == [{"name": "speech-registry"}]
    assert "imagePullSecrets" not in made()


@pytest.mark.parametrize("pool", [None, "speech"])
def test_every_pod_asks_for_x64_linux(pool: str | None) -> None:
    """Seed row: `kubernetes.io/os: linux` and `kubernetes.io/arch: amd64` on every pod."""
    found = made(pool=pool)["nodeSelector"]
    assert (found["kubernetes.io/os"], found["kubernetes.io/arch"]) == ("linux", "amd64")


def test_without_a_pool_of_the_stacks_own_pods_go_where_the_users_labels_are() -> None:
    labels = {"feature.node.kubernetes.io/cpu-cpuid.AVX2": "true"}
    found = made(pool=None, wiring={"node_selector": labels, "pools": {}})
    assert labels.items() <= found["nodeSelector"].items()
    assert "tolerations" not in found


def test_a_container_runs_in_the_pool_that_is_planned_for_it() -> None:
    found = made(pool="gpu", wiring={"pools": {"speech": "speech1a2b3c", "gpu": "gpu4d5e6f"}})
    assert found["nodeSelector"]["speech-containers/pool"] == "gpu4d5e6f"
    assert found["tolerations"][0]["value"] == "gpu4d5e6f"


def test_a_container_for_gpus_gets_its_own_and_goes_where_they_are() -> None:
    found = made(gpus=1)
    resources = speech(found)["resources"]
    assert resources["limits"]["nvidia.com/gpu"] == "1"
    assert resources["requests"] == resources["limits"], "fractions and more than the limit are refused"
    tolerated = [(each["key"], each.get("value")) for each in found["tolerations"]]
    assert ("sku", "gpu") in tolerated
    assert ("nvidia.com/gpu", None) in tolerated


def test_other_containers_stay_off_gpu_nodes() -> None:
    assert not any(each["key"] in {"sku", "nvidia.com/gpu"} for each in made()["tolerations"])


@pytest.mark.parametrize(
    ("kind", "ready", "health", "variable"),
    [
        ("language-identification", "/ready", "/", None),
        ("fast-transcription", "/stt/health", "/stt/health", {"ASPNETCORE_URLS": "http://+:5000"}),
    ],
)
def test_a_kind_is_asked_by_its_own_paths(kind: str, ready: str, health: str, variable: dict[str, str] | None) -> None:
    found = made(kind=kind)
    assert speech(found)["readinessProbe"]["httpGet"]["path"] == ready
    assert speech(found)["livenessProbe"]["httpGet"]["path"] == health
    assert (variable or {}).items() <= variables(found).items()


def test_language_identification_serves_on_its_own_port() -> None:
    """Row: the container listens on 5003."""
    given = planned()
    container = replace(given.containers[0], kind="language-identification", port=5003, scheme="http")
    assert pod(container, wired(given))["containers"][0]["ports"][0]["containerPort"] == 5003
    assert workload.service(container, wired(given))["spec"]["ports"][0]["port"] == 5003


def test_a_container_that_fetches_its_model_may_take_the_hour_that_a_download_may_take() -> None:
    plain = speech(made())["startupProbe"]
    given = planned(
        (
            C,
            {
                "name": "custom",
                "kind": "custom-speech-to-text",
                "version": "5.1.0",
                "model": {"id": "1f2e"},
                "demand": {"concurrent_streams": 1},
            },
        )
    )
    custom = pod(given.containers[0], wired(given))["containers"][0]["startupProbe"]
    minutes = [probe["periodSeconds"] * probe["failureThreshold"] / 60 for probe in (plain, custom)]
    assert minutes == [10, 70]


def test_a_containers_own_cache_is_asked_by_its_name_in_the_cluster() -> None:
    cache = Cache("docker.io/valkey/valkey:8.1.10-alpine", PodShape(1, 1), 6379)
    found = made(("diarization", {}), cache=cache)
    assert "InClusterRedisCacheEndpoint=transcribe-en-cache.speech.svc.cluster.local:6379" in speech(found)["args"]


def test_a_cache_of_the_users_own_is_asked_as_it_is_written() -> None:
    found = made(("diarization", {"cache": "cache.contoso.example:6380"}))
    assert "InClusterRedisCacheEndpoint=cache.contoso.example:6380" in speech(found)["args"]


def test_a_volume_of_a_known_user_is_not_walked_through_at_every_start() -> None:
    security = made(run_as_user=1000, volumes=(MODELS,))["securityContext"]
    assert (security["fsGroup"], security["fsGroupChangePolicy"]) == (1000, "OnRootMismatch")


def test_the_patience_with_a_silent_pod_is_the_environments_unless_written() -> None:
    def failures(*changes: tuple[str, object]) -> int:
        return int(speech(pod_of(*changes))["livenessProbe"]["failureThreshold"])

    assert failures() == 2 * 60 // 30, "dev gives up a silent pod after two minutes"
    assert failures(("speech:environment", "test")) == 5 * 60 // 30
    assert failures((f"{C}.probes", {"liveness_minutes": 20})) == 20 * 60 // 30


def test_the_patience_with_a_starting_pod_is_the_kinds_unless_written() -> None:
    by_kind = kind("speech-to-text").startup_minutes
    for change, minutes in (((), by_kind), (((f"{C}.probes", {"startup_minutes": 45}),), 45)):
        assert speech(pod_of(*change))["startupProbe"]["failureThreshold"] == minutes * 60 // 10


def test_a_log_says_less_in_production_and_what_is_written_wins() -> None:
    def level(*changes: tuple[str, object]) -> list[str]:
        return [word for word in speech(pod_of(*changes))["args"] if word.startswith("Logging:Console")]

    prod = (("speech:environment", "prod"), ("speech:target.authentication", "local"))
    assert level() == [], "the image's own level need not be said"
    assert level(*prod) == ["Logging:Console:LogLevel:Default=Warning"]
    assert level(*prod, (f"{C}.options", {"logging": {"level": "Debug"}})) == ["Logging:Console:LogLevel:Default=Debug"]
