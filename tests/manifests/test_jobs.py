"""Runs that end: model downloads, licences, the diagnostic."""

from dataclasses import replace
from typing import Any

import pytest

from speech.capacity.plan import ContainerPlan, Volume
from speech.manifests import jobs
from speech.manifests.document import Document
from speech.manifests.wiring import Wiring
from speech.settings.base import Secret
from speech.settings.containers import DisplayModels, Model
from speech.settings.options import Options
from tests.manifests.made import planned, wired

C = "speech:containers[0]"
CUSTOM = {
    "name": "custom-med",
    "kind": "custom-speech-to-text",
    "version": "5.1.0",
    "model": {"id": "1f2e3d4c-0000-4000-8000-000000000000"},
    "demand": {"concurrent_streams": 1},
}
MODELS = Volume("models", "custom-med-models-1f2e", 20, "/usr/local/models", per_pod=False)
LICENSE = Volume("license", "custom-med-license-51", 1, "/license", per_pod=False)
OUTPUT = Volume("output", "custom-med-output", 10, "/output", per_pod=True)


def custom(display: DisplayModels | None = None, *more: Volume, **changes: Any) -> tuple[ContainerPlan, Wiring]:
    given = planned((C, CUSTOM))
    model = Model(id="1f2e3d4c-0000-4000-8000-000000000000", display=display)
    return replace(given.containers[0], **{"model": model, "volumes": (MODELS, *more), **changes}), wired(given)


def spec(job: Document) -> Any:
    return job["spec"]["template"]["spec"]


def run(job: Document) -> Any:
    """The container with the Speech image."""
    found = spec(job)
    return next(one for one in [*found["initContainers"], *found["containers"]] if "speechservices" in one["image"])


def words(job: Document) -> list[str]:
    return list(run(job)["args"])


def test_a_model_is_downloaded_by_a_run_of_the_containers_own_image() -> None:
    (job,) = jobs.setup(*custom())
    assert run(job)["name"] == "download"
    assert run(job)["image"] == custom()[0].image
    assert words(job) == [
        "ModelId=1f2e3d4c-0000-4000-8000-000000000000",
        "Eula=accept",
        "Billing=$(SPEECH_BILLING)",
        "ApiKey=$(SPEECH_API_KEY)",
    ]


def test_row_custom_text_to_speech_fetches_its_model_as_custom_speech_to_text_does() -> None:
    (job,) = jobs.setup(*custom(kind="custom-text-to-speech"))
    (other,) = jobs.setup(*custom())
    assert words(job) == words(other)
    assert {"name": "models", "mountPath": "/usr/local/models"} in run(job)["volumeMounts"]


@pytest.mark.parametrize(
    ("display", "asked"),
    [
        (DisplayModels(locale="en-US", types=("Punct", "Rescore")), ["Punct", "Rescore", "DisplayLocale=en-US"]),
        (DisplayModels(ids={"Punct": "0123abcd", "Wfstitn": "4567cdef"}), ["PunctId=0123abcd", "WfstitnId=4567cdef"]),
    ],
)
def test_each_group_of_models_is_a_run_of_its_own_after_the_one_before(
    display: DisplayModels, asked: list[str]
) -> None:
    """Row: one run obeys one group; a base model and display models together are several runs into one volume."""
    model, shown = jobs.setup(*custom(display))
    assert words(model)[0].startswith("ModelId=")
    assert words(shown)[: len(asked)] == asked
    assert not any(word.startswith("ModelId") for word in words(shown))
    assert run(model)["volumeMounts"] == run(shown)["volumeMounts"]


def test_a_run_that_goes_on_serving_does_not_keep_its_job_from_ending() -> None:
    """Row: sources disagree whether a download run ends by itself, so the Job ends either way."""
    (job,) = jobs.setup(*custom())
    assert run(job)["restartPolicy"] == "Always", (
        "a native sidecar: ended with the main container, started again before"
    )
    (watch,) = spec(job)["containers"]
    assert watch["command"] == ["sh", "-c", jobs.WATCH]
    assert spec(job)["shareProcessNamespace"] is True
    variables = {each["name"]: each["value"] for each in watch["env"]}
    assert variables["READY"] == "http://127.0.0.1:5000/ready"
    assert variables["MODELS"] == "/usr/local/models"
    assert variables["FRESH"] == "no"


def test_display_models_are_told_from_the_model_that_is_there_already() -> None:
    *_, shown = jobs.setup(*custom(DisplayModels(locale="en-US", types=("FullDisplay",))))
    assert {"name": "FRESH", "value": "yes"} in spec(shown)["containers"][0]["env"]


def test_a_download_may_take_its_hour_and_the_pull_and_is_tried_again() -> None:
    """Row: a download that takes longer than an hour fails (container-faq, 2025-08)."""
    (job,) = jobs.setup(*custom())
    assert spec(job)["activeDeadlineSeconds"] == (60 + 10) * 60
    assert job["spec"]["backoffLimit"] == 2
    assert job["spec"]["activeDeadlineSeconds"] >= 3 * 70 * 60
    assert jobs.longest_seconds(job) == job["spec"]["activeDeadlineSeconds"]


def test_a_job_that_is_done_is_not_taken_away_and_one_that_failed_is_made_anew() -> None:
    (job,) = jobs.setup(*custom())
    assert "ttlSecondsAfterFinished" not in job["spec"], "the engine would make it again"
    assert job["metadata"]["annotations"] == {"pulumi.com/replaceUnready": "true"}


def names(*made: Document) -> list[str]:
    return [job["metadata"]["name"] for job in made]


def test_an_unchanged_model_is_not_downloaded_again_whatever_the_key_the_pool_or_the_size() -> None:
    container, wiring = custom()
    other = replace(wiring, secret="speech-key2-v9", key_version="v9", pools={"speech": "speech9z9z9z"})
    bigger = replace(container, shape=replace(container.shape, cpu=15))
    assert names(*jobs.setup(bigger, other)) == names(*jobs.setup(container, wiring))


def test_another_model_image_or_volume_is_downloaded() -> None:
    container, wiring = custom()
    others = [
        replace(container, model=Model(id="another")),
        replace(container, image=container.image.replace("5.1.0", "5.2.0")),
        replace(container, volumes=(replace(MODELS, name="custom-med-models-9z9z"),)),
    ]
    found = {name for each in (container, *others) for name in names(*jobs.setup(each, wiring))}
    assert len(found) == 4


def test_no_client_finds_a_pod_that_downloads() -> None:
    container, wiring = custom()
    (job,) = jobs.setup(container, wiring)
    labels = job["spec"]["template"]["metadata"]["labels"]
    assert "app.kubernetes.io/name" not in labels, "by which Service, autoscaler and budget find the container's pods"
    assert labels["speech-containers/setup-of"] == "custom-med"


def disconnected(container: ContainerPlan, wiring: Wiring) -> tuple[ContainerPlan, Wiring]:
    return container, replace(
        wiring,
        disconnected=True,
        model_billing="https://models.cognitiveservices.azure.com/",
        model_secret="speech-model-v1",
    )


def variables(job: Document) -> dict[str, Any]:
    return {each["name"]: each.get("value", each.get("valueFrom")) for each in run(job)["env"]}


def test_a_licence_is_fetched_before_and_ends_by_itself() -> None:
    """Row: licence Job with DownloadLicense=True into a volume keyed by image version (speech-container-stt, 2025-12)."""
    given = planned()
    volume = replace(LICENSE, name="transcribe-en-license-51")
    container = replace(given.containers[0], volumes=(volume, OUTPUT))
    (job,) = jobs.setup(container, replace(wired(given), disconnected=True))
    assert words(job) == [
        "Eula=accept",
        "Billing=$(SPEECH_BILLING)",
        "ApiKey=$(SPEECH_API_KEY)",
        "DownloadLicense=True",
        "Mounts:License=/license",
    ]
    assert [one["name"] for one in spec(job)["containers"]] == ["license"]
    mounted = {mount["mountPath"] for mount in run(job)["volumeMounts"]}
    assert "/license" in mounted
    assert "/output" not in mounted
    assert any("csi" in volume for volume in spec(job)["volumes"]), "it needs the key"
    newer = replace(container, image=container.image.replace("5.1.0", "5.2.0"))
    assert names(*jobs.setup(newer, replace(wired(given), disconnected=True))) != names(job)


def test_a_disconnected_custom_container_has_its_model_from_the_other_account_and_its_licence_from_its_own() -> None:
    """Row: custom speech to text needs two accounts (speech-container-cstt, 2026-01)."""
    model, licence = jobs.setup(*disconnected(*custom(None, LICENSE, OUTPUT)))
    assert variables(model)["SPEECH_BILLING"] == "https://models.cognitiveservices.azure.com/"
    assert variables(model)["SPEECH_API_KEY"] == {"secretKeyRef": {"name": "speech-model-v1", "key": "api-key"}}
    assert not any("csi" in volume for volume in spec(model)["volumes"]), "that key is in no vault that pods mount"
    assert variables(licence)["SPEECH_BILLING"] == "https://contoso.cognitiveservices.azure.com/"
    assert {"/license", "/usr/local/models"} <= {mount["mountPath"] for mount in run(licence)["volumeMounts"]}


def test_behind_a_proxy_downloads_go_through_it_and_the_runs_own_processes_do_not() -> None:
    """Row: NO_PROXY=localhost,127.0.0.1 whenever a proxy is set (azure-docs #112998)."""
    options = Options.model_validate({"proxy": {"url": "http://proxy:8888", "credentials": Secret()}})
    container, wiring = custom(options=options)
    (job,) = jobs.setup(container, replace(wiring, no_proxy="localhost,127.0.0.1", secrets={"custom-med": "s1"}))
    assert {"HTTP_PROXY=http://proxy:8888", "HTTP_PROXY_CREDS=$(SPEECH_PROXY_CREDENTIALS)"} <= set(words(job))
    assert variables(job)["NO_PROXY"] == "localhost,127.0.0.1"
    assert variables(job)["SPEECH_PROXY_CREDENTIALS"] == {"secretKeyRef": {"name": "s1", "key": "proxy-credentials"}}


def test_a_container_without_a_model_or_licence_has_nothing_to_fetch() -> None:
    given = planned()
    assert jobs.setup(given.containers[0], wired(given)) == []


def test_the_diagnostic_runs_to_its_end_with_small_letters_and_serves_nothing() -> None:
    """Row: diagnostic: args `eula=accept` in lower case, Billing, ApiKey; no port."""
    given = planned()
    image = "mcr.microsoft.com/azure-cognitive-services/diagnostic"
    container = replace(
        given.containers[0], kind="diagnostic", image=image, port=None, host=None, once=True, decoders_env=None
    )
    job = jobs.diagnosis(container, wired(given))
    (only,) = spec(job)["containers"]
    assert only["args"] == ["eula=accept", "Billing=$(SPEECH_BILLING)", "ApiKey=$(SPEECH_API_KEY)"]
    assert spec(job)["restartPolicy"] == "Never"
    assert "ports" not in only
    assert "readinessProbe" not in only


@pytest.mark.parametrize("pull", [None, "speech-registry"])
def test_runs_are_placed_guarded_and_bound_as_the_containers_own_pods_are(pull: str | None) -> None:
    container, wiring = custom()
    (job,) = jobs.setup(container, replace(wiring, pull_secret=pull))
    found = spec(job)
    assert found["initContainers"][0]["name"] == "avx2"
    assert found["nodeSelector"]["speech-containers/pool"]
    assert found["automountServiceAccountToken"] is False
    assert found.get("imagePullSecrets", [{"name": None}])[0]["name"] == pull
    for each in (*found["initContainers"], *found["containers"]):
        assert each["securityContext"]["capabilities"] == {"drop": ["ALL"]}
