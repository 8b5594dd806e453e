"""Sizes and streams as the source documents have them, row by row."""

import pytest

from speech.capacity.plan import PodShape, Range
from speech.capacity.pods import PodDemand, pods_for, shape_for, streams_on
from speech.catalog.kinds import kind
from speech.settings.containers import Audio, Container
from tests.capacity.kinds_of_all import AKS, FAST, LANGUAGE, OLD_CUSTOM, OLD_VOICE, STT, VOICE, fault, the_one


@pytest.mark.parametrize("name", ["speech-to-text", "custom-speech-to-text"])
@pytest.mark.parametrize(
    ("version", "memory_gib"),
    [
        ("2.2.0", 4 + 8),  # 2019-20: 4c/4GB recommended
        ("3.6.0", 6 + 8),  # 2022: 8c/6GB
        ("5.1.0", 8 + 8),  # 2024: 8c/8GB
    ],
)
def test_default_memory_of_stt_and_custom_stt_is_the_row_and_8_gib(name: str, version: str, memory_gib: float) -> None:
    container = Container.model_validate(
        {"name": "a", "kind": name, "version": version, "scaling": {"min_replicas": 1}}
    )
    shape, row = shape_for(container, kind(name)), kind(name).size_row(version)
    assert shape.memory_gib == memory_gib
    assert row.minimum.cpu <= shape.cpu <= row.recommended.cpu


def test_a_tag_of_the_vendors_is_sized_by_the_version_in_it() -> None:
    old = {key: value for key, value in STT.items() if key != "version"} | {"tag": "2.2.0-amd64-en-us-preview"}
    assert the_one(AKS, old).shape.memory_gib == 12
    assert the_one(AKS, old).vendor.minimum.cpu == 2


def test_row_neural_tts_is_planned_between_its_minimum_and_what_is_recommended() -> None:
    assert the_one(AKS, VOICE).shape == PodShape(7, 16)  # 6c/12GB -> 8c/16GB


@pytest.mark.parametrize("container", [OLD_VOICE, OLD_CUSTOM], ids=lambda each: each["kind"])
def test_row_standard_and_custom_tts_have_the_recommended_size_of_2019(container: dict[str, object]) -> None:
    found = the_one(AKS, container)
    assert found.shape == PodShape(2, 3)
    assert found.streams_per_pod == 3  # 600m a request (cognitive-services-speech-onpremise 0.3.3, 2021-06)


@pytest.mark.parametrize(
    ("resources", "pods", "calls"),
    [(None, 6, 4), ({"cpu": 1, "memory_gib": 1}, 6, 4), ({"cpu": 2, "memory_gib": 2}, 4, 6)],
)
def test_row_language_identification_24_calls_on_aks(resources: dict[str, int] | None, pods: int, calls: int) -> None:
    found = the_one(AKS, {**LANGUAGE, **({"resources": resources} if resources else {})})
    assert found.replicas == Range(pods, pods)
    assert found.streams_per_pod == calls


def test_row_language_identification_of_4_cores_is_a_fault_unless_streams_per_pod() -> None:
    other = {**LANGUAGE, "resources": {"cpu": 4, "memory_gib": 4}}
    found = fault(AKS, other)
    assert found.path == "speech:containers[0].scaling.streams_per_pod"
    assert "No figure is published for a language-identification pod of 4 cpu 4 GiB" in found.message
    measured = the_one(AKS, {**other, "scaling": {"headroom": 0, "streams_per_pod": 12}})
    assert measured.replicas == Range(2, 2)


def test_row_fast_transcription_has_its_minimum_and_its_decoders() -> None:
    found = the_one(AKS, FAST)
    assert found.shape == PodShape(8, 16)
    assert (found.decoders_env, found.decoders) == ("DECODER_COUNT", 2)


def test_row_fast_transcription_without_a_figure_asks_for_one() -> None:
    found = fault(AKS, {**FAST, "scaling": {}})
    assert found.path == "speech:containers[0].scaling.streams_per_pod"


def test_images_older_than_the_decoders_setting_get_none() -> None:
    found = the_one(AKS, {**STT, "version": "1.2.0"})
    assert (found.decoders_env, found.decoders) == (None, None)


def test_what_runs_once_needs_no_demand() -> None:
    check = Container.model_validate({"name": "check", "kind": "diagnostic", "scaling": {"min_replicas": 2}})
    found = pods_for(check, kind("diagnostic"), 3, "")
    assert isinstance(found, PodDemand)
    assert found.replicas == Range(1, 1)


def test_speech_that_is_read_from_files_takes_twice_the_cores() -> None:
    assert streams_on(PodShape(7, 16), kind("custom-speech-to-text").streams, Audio.FILE) == 3


@pytest.mark.parametrize(
    ("size", "why"),
    [
        ("Standard_D8ps_v5", "ARM64"),
        ("Standard_D8s_v3", "2.1 GHz"),
        ("Standard_D4s_v5", "no pod of 4 cpu 16 GiB fits Standard_D4s_v5"),  # 3.86 allocatable, less what AKS runs
    ],
)
def test_row_stt_at_4_cpu_on_sizes_that_cannot_carry_it(size: str, why: str) -> None:
    found = fault({**AKS, "vm_size": size}, {**STT, "resources": {"cpu": 4, "memory_gib": 16}})
    assert found.path == "speech:target.vm_size"
    assert why in found.message
