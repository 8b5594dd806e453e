"""What containers keep, and the cache beside them."""

import re
from typing import Any

import pytest

from speech.capacity.caches import cache
from speech.capacity.images import CACHE_IMAGE
from speech.capacity.plan import Volume
from speech.capacity.planner import plan
from speech.catalog.kinds import kind
from speech.settings.account import Billing
from speech.settings.containers import Container
from speech.settings.parse import parse
from tests.capacity.kinds_of_all import AKS, CUSTOM, LANGUAGE, OLD_CUSTOM, RISKS, STT, the_one
from tests.stacks import stack_file

OTHER = "00000000-0000-4000-8000-000000000000"
LONGEST_NAME = "a" * 40


def volume(container: dict[str, Any], role: str) -> Volume:
    (found,) = [each for each in the_one(AKS, container).volumes if each.role == role]
    return found


def disconnected(container: dict[str, Any]) -> dict[str, Volume]:
    """Volumes of the container where nothing reaches Azure."""
    given = parse(stack_file(("speech:containers", [container]), ("speech:acknowledge", RISKS))).stack
    billing = Billing(eula="accept", mode="disconnected")
    (found,) = plan(given.model_copy(update={"billing": billing}), "dev").containers
    return {each.role: each for each in found.volumes}


def test_a_connected_container_without_a_model_keeps_nothing() -> None:
    assert the_one(AKS, STT).volumes == ()


@pytest.mark.parametrize("container", [CUSTOM, OLD_CUSTOM], ids=lambda each: each["kind"])
def test_row_custom_containers_keep_their_model_where_the_image_looks_for_it(container: dict[str, Any]) -> None:
    found = volume(container, "models")
    assert found.path == "/usr/local/models"
    assert found.size_gib == 20
    assert not found.per_pod, "every pod serves the same model"


def test_row_serving_a_changed_model_id_is_another_volume() -> None:
    first, second = volume(CUSTOM, "models"), volume({**CUSTOM, "model": {"id": OTHER}}, "models")
    assert first.name != second.name
    assert re.fullmatch("custom-med-models-[0-9a-f]{6}", first.name)
    assert volume(CUSTOM, "models").name == first.name


def test_other_display_models_are_another_volume() -> None:
    display = {"ids": {"Punct": "0123abcd"}}
    changed = {**CUSTOM, "model": {**CUSTOM["model"], "display": display}}
    assert volume(changed, "models").name != volume(CUSTOM, "models").name


def test_a_larger_volume_is_the_same_volume() -> None:
    larger = volume({**CUSTOM, "model": {**CUSTOM["model"], "volume_gib": 40}}, "models")
    assert larger.size_gib == 40
    assert larger.name == volume(CUSTOM, "models").name


def test_an_output_mount_is_a_folder_of_its_own_for_each_pod() -> None:
    found = volume({**STT, "options": {"output": {"size_gib": 5, "path": "/logs"}}}, "output")
    assert (found.name, found.size_gib, found.path, found.per_pod) == ("transcribe-en-output", 5, "/logs", True)


def test_disconnected_containers_keep_licence_and_records() -> None:
    found = disconnected(STT)
    assert set(found) == {"license", "output"}
    assert found["license"].path == "/license"
    assert found["output"].path == "/output"
    assert found["output"].per_pod


def test_each_image_has_a_licence_of_its_own() -> None:
    # It decrypts files of the image: another version may need another licence (license-update, 2023-05).
    one, other = disconnected(STT)["license"], disconnected({**STT, "version": "5.0.3"})["license"]
    assert one.name != other.name
    assert disconnected({**STT, "demand": {"concurrent_streams": 99}})["license"].name == one.name


def test_a_disconnected_custom_container_keeps_its_model_too() -> None:
    assert set(disconnected(CUSTOM)) == {"models", "license", "output"}


def test_a_kind_that_is_never_disconnected_has_no_licence() -> None:
    assert disconnected(LANGUAGE) == {}


def test_names_of_volumes_are_dns_labels() -> None:
    found = disconnected({**CUSTOM, "name": LONGEST_NAME})
    assert all(re.fullmatch("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", each.name) for each in found.values())


@pytest.mark.parametrize("version", ["5.1.0", "5.2.0"])
def test_diarization_needs_a_cache_from_5_1_0_on(version: str) -> None:
    found = the_one(AKS, {**STT, "version": version, "options": {"diarization": {}}}).cache
    assert found is not None
    assert (found.image, found.port) == (CACHE_IMAGE, 6379)  # diarization-cache page, 2026-09-02


def test_an_image_of_unknown_version_is_taken_for_one_that_needs_it() -> None:
    digest = {key: value for key, value in STT.items() if key != "version"} | {"digest": "sha256:" + "0" * 64}
    assert the_one(AKS, {**digest, "options": {"diarization": {}}}).cache is not None


def test_no_cache_is_run_where_nobody_asks_for_it_or_the_user_has_one() -> None:
    assert the_one(AKS, STT).cache is None
    own = {"diarization": {"cache": "redis.speech.svc:6379"}}
    assert the_one(AKS, {**STT, "options": own}).cache is None


def test_images_before_5_1_0_tell_speakers_apart_by_themselves() -> None:
    old = Container.model_validate(
        {
            "name": "a",
            "kind": "speech-to-text",
            "version": "4.0.0",
            "scaling": {"min_replicas": 1},
            "options": {"diarization": {}},
        }
    )
    assert cache(old, kind("speech-to-text"), CACHE_IMAGE) is None


def test_a_model_is_downloaded_before_the_first_answer() -> None:
    # The download may take an hour (container FAQ, 2025-08).
    connected = the_one(AKS, CUSTOM).waits.create_seconds
    assert connected - the_one(AKS, STT).waits.create_seconds == 2 * 60 * 60
