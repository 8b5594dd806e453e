"""Which images are pulled, and from where."""

from typing import Any

import pytest

from speech.capacity.images import CACHE_IMAGE, GUARD_IMAGE
from speech.capacity.plan import Plan
from tests.capacity.kinds_of_all import AKS, CHECK, LANGUAGE, STT, VOICE, planned, the_one

VENDOR = "mcr.microsoft.com/azure-cognitive-services"
SERVER = "contoso.azurecr.io"
REGISTRY_ID = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/contoso"


def image(container: dict[str, Any], **registry: object) -> str:
    return the_one(AKS, container, registry=registry).image if registry else the_one(AKS, container).image


def of(**registry: object) -> Plan:
    return planned(AKS, STT, registry=registry)


def test_row_stt_2_6_0_en_us_is_the_image_and_the_host_of_the_documents() -> None:
    found = the_one(AKS, {**STT, "version": "2.6.0"})
    assert found.image == f"{VENDOR}/speechservices/speech-to-text:2.6.0-amd64-en-us"
    assert found.host_url is not None
    assert found.host_url.startswith("ws://")
    assert found.host_url.endswith(":5000")


def test_row_diagnostic_lies_at_another_path_and_needs_no_tag() -> None:
    assert image(CHECK) == f"{VENDOR}/diagnostic"
    assert image(CHECK, server=SERVER) == f"{SERVER}/azure-cognitive-services/diagnostic"
    assert image(CHECK, server=SERVER, prefix="speech") == f"{SERVER}/azure-cognitive-services/diagnostic"


def test_a_registry_of_the_users_has_the_vendors_paths() -> None:
    assert image(STT, server=SERVER) == (
        f"{SERVER}/azure-cognitive-services/speechservices/speech-to-text:5.1.0-amd64-en-us"
    )


@pytest.mark.parametrize(
    ("prefix", "path"),
    [
        ("azure-cognitive-services/speechservices", "azure-cognitive-services/speechservices/speech-to-text"),
        ("mirror", "mirror/speech-to-text"),
        ("microsoft/cognitive-services-", "microsoft/cognitive-services-speech-to-text"),
    ],
)
def test_row_gated_registry_takes_either_naming(prefix: str, path: str) -> None:
    found = image({**STT, "version": "2.2.0"}, server=SERVER, prefix=prefix)
    assert found == f"{SERVER}/{path}:2.2.0-amd64-en-us-preview"


def test_row_gated_registry_of_2019_has_paths_of_its_own() -> None:
    login = {"server": "containerpreview.azurecr.io", "username": "a", "password": {"secure": "AAAA"}}
    assert image({**STT, "version": "2.2.0"}, **login) == (
        "containerpreview.azurecr.io/microsoft/cognitive-services-speech-to-text:2.2.0-amd64-en-us-preview"
    )


def test_every_image_of_a_stack_moves_to_the_registry() -> None:
    made = planned(AKS, STT, VOICE, LANGUAGE, registry={"server": SERVER})
    assert {container.image.partition("/")[0] for container in made.containers} == {SERVER}
    assert made.images.guard == f"{SERVER}/azurelinux/busybox:1.36"
    assert made.images.cache == f"{SERVER}/valkey/valkey:8.1.10-alpine"


def test_a_digest_is_pulled_from_the_registry_too() -> None:
    digest = "sha256:" + "0" * 64
    by_digest = {key: value for key, value in STT.items() if key != "version"} | {"digest": digest}
    assert image(by_digest, server=SERVER, prefix="mirror") == f"{SERVER}/mirror/speech-to-text@{digest}"


def test_row_derived_images_keep_the_name_that_the_file_gives_them() -> None:
    own = {"repository": "other.example/stt-with-gstreamer", "tag": "1"}
    derived = {key: value for key, value in STT.items() if key != "version"} | {"image": own}
    assert image(derived, server=SERVER, prefix="mirror") == "other.example/stt-with-gstreamer:1"


def test_helper_images_are_the_known_ones_without_a_registry() -> None:
    made = planned(AKS, STT)
    assert (made.images.guard, made.images.cache) == (GUARD_IMAGE, CACHE_IMAGE)


def test_helper_images_may_be_named() -> None:
    made = of(server=SERVER, guard_image=f"{SERVER}/tools/sh:1", cache_image=f"{SERVER}/tools/valkey:8")
    assert (made.images.guard, made.images.cache) == (f"{SERVER}/tools/sh:1", f"{SERVER}/tools/valkey:8")


def test_a_registry_asks_who_pulls_where_somebody_is_named() -> None:
    assert planned(AKS, STT).pull_server is None
    assert of(server=SERVER).pull_server is None
    assert of(server=SERVER, username="puller", password={"secure": "AAAA"}).pull_server == SERVER
    assert of(server=SERVER, resource_id=REGISTRY_ID).pull_server == SERVER


def test_row_ssml_has_the_exact_name_of_the_voice() -> None:
    assert the_one(AKS, VOICE).ssml_voice == "en-US-AriaNeural"
