"""Custom containers: the model in the volume, downloads and lists. Rows of seed-rows.md, "Custom models"."""

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.speech.configuration import StartError
from sandbox.speech.container import SpeechContainer
from sandbox.speech.launch import Launch
from sandbox.speech.start import prepare
from tests.sandbox.container.container_doubles import ARGS, REGISTRY, SPEECH_TO_TEXT, BillingServer

CUSTOM = f"{REGISTRY}/custom-speech-to-text:5.1.0-amd64"
OLD, NEW = "0a000000-0000-4000-8000-000000000001", "0a000000-0000-4000-8000-000000000002"
BASE = [
    {"id": "a3d8aab9-6f36-44cd-9904-b37389ce2bfa", "created": "2016-11-04T08:23:42Z", "locale": "en-us"},
    {"id": "198d9b79-2950-4609-b6ec-f52254074a05", "created": "2019-03-03T17:34:10Z", "locale": "en-us"},
]
FATAL = (
    "[Fatal] Please run this tool again and assign --modelId '<one above base model id>'. If no model id listed above, "
    "it means currently there is no available base model for en-us"
)
PUNCT = {"id": "5f" * 32, "type": "Punct", "created": "2022-07-12T00:00:00Z", "locale": "en-us"}
RESCORE = {"id": "6a" * 32, "type": "Rescore", "created": "2022-07-12T00:00:00Z", "locale": "en-us"}


@pytest.fixture(autouse=True)
def account(billing_server: BillingServer) -> Iterator[BillingServer]:
    billing_server.requests.clear()
    for id_ in (OLD, NEW):
        billing_server.documents[f"/sandbox/models/{id_}"] = 200, {"id": id_, "created": "2022-01-01", "kind": "custom"}
    billing_server.documents["/sandbox/models"] = 200, {"models": BASE}
    billing_server.documents["/sandbox/display-models"] = 200, {"models": [PUNCT, RESCORE]}
    yield billing_server
    billing_server.documents.clear()


@pytest.fixture
def run(billing_server: BillingServer, tmp_path: Path) -> Any:
    """Starts a container with a volume for models; its exit status, or the container that serves."""

    def start(*args: str, image: str = CUSTOM, mounted: bool = True, env: dict[str, str] | None = None) -> Any:
        volumes = {"/usr/local/models": str(tmp_path)} if mounted else {}
        launch = Launch(image=image, args=[*args, *ARGS], env=env or {}, volumes=volumes, **billing_server.launch())
        return asyncio.run(prepare(launch))

    return start


def held(folder: Path) -> dict[str, str]:
    """{file in the volume: id of its model}."""
    files = sorted(folder.rglob("*.json"))
    return {str(file.relative_to(folder)): json.loads(file.read_text())["id"] for file in files}


def asked(billing_server: BillingServer) -> list[str]:
    return [path.removeprefix("/sandbox/") for path, _, _ in billing_server.requests]


def test_a_custom_container_without_a_model_and_without_an_id_does_not_start(run: Any) -> None:
    with pytest.raises(StartError, match=r"Model configuration /usr/local/models/properties\.json not found"):
        run()


def test_a_model_is_downloaded_into_the_volume_and_served(run: Any, tmp_path: Path) -> None:
    assert run(f"ModelId={OLD}").model == f"Model: {OLD}"
    assert held(tmp_path) == {"properties.json": OLD}


def test_the_account_is_asked_with_its_key_in_a_header(run: Any, billing_server: BillingServer) -> None:
    run(f"ModelId={OLD}")
    path, headers, _ = billing_server.requests[0]
    assert path == f"/sandbox/models/{OLD}"
    assert headers["ocp-apim-subscription-key"] == "planted-key-8e1f0c"


def test_row_serving_an_id_is_ignored_once_the_volume_holds_a_model(run: Any, tmp_path: Path, capfd: Any) -> None:
    run(f"ModelId={OLD}")
    told = f"ModelId {NEW} is ignored: the volume holds model {OLD}."
    assert run(f"ModelId={NEW}").model == told
    assert held(tmp_path) == {"properties.json": OLD}
    assert told in capfd.readouterr().err


def test_without_a_volume_every_start_downloads_again(run: Any, billing_server: BillingServer) -> None:
    for _ in range(2):
        assert isinstance(run(f"ModelId={OLD}", mounted=False), SpeechContainer)
    assert asked(billing_server) == [f"models/{OLD}"] * 2


def test_a_download_run_ends_where_it_is_told_to_and_the_next_one_serves(run: Any) -> None:
    ends = {"SANDBOX_DOWNLOAD_ENDS": "1"}
    assert run(f"ModelId={OLD}", env=ends) == 0
    assert run(f"ModelId={OLD}", env=ends).model == f"Model: {OLD}"


def test_a_model_that_is_not_there_ends_the_run(run: Any, billing_server: BillingServer) -> None:
    document = {"error": {"code": "NotFound", "message": "There is no model."}}
    billing_server.documents[f"/sandbox/models/{NEW}"] = 404, document
    with pytest.raises(StartError, match=r"NotFound: There is no model\."):
        run(f"ModelId={NEW}")


def test_a_download_that_takes_too_long_ends_the_run_in_the_words_of_the_faq(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("late", request=request)

    made = httpx.AsyncClient
    monkeypatch.setattr(httpx, "AsyncClient", lambda **_: made(transport=httpx.MockTransport(late)))
    with pytest.raises(StartError, match=r"\[ERROR\] Failed to download: context deadline exceeded"):
        run(f"ModelId={NEW}")


def test_row_lineage_a_model_of_2023_needs_a_container_of_5(run: Any, billing_server: BillingServer) -> None:
    billing_server.documents[f"/sandbox/models/{NEW}"] = 200, {"id": NEW, "created": "2023-02-01T00:00:00Z"}
    with pytest.raises(StartError, match=r"InvalidModel: .* needs a container of 5\.0\.0"):
        run(f"ModelId={NEW}", image=f"{REGISTRY}/custom-speech-to-text:4.12.0-amd64")
    assert run(f"ModelId={NEW}").model == f"Model: {NEW}"


def test_row_query_of_base_models_prints_a_line_a_model_and_ends_with_fatal(run: Any, capfd: Any) -> None:
    assert run("BaseModelLocale=en-US") == 1
    lines = capfd.readouterr().err.splitlines()
    assert lines[0] == "Checking available base model for en-us"
    assert [re.sub(r"^\S+ \S+ ", "", line) for line in lines[1:]] == [
        "[Info] Searching available base models for en-us",
        "[Info] [Base model] Locale: en-us, CreatedDate: 2016-11-04T08:23:42Z, Id: a3d8aab9-6f36-44cd-9904-b37389ce2bfa",
        "[Info] [Base model] Locale: en-us, CreatedDate: 2019-03-03T17:34:10Z, Id: 198d9b79-2950-4609-b6ec-f52254074a05",
        FATAL,
    ]
    assert re.match(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[Info\]", lines[1])


def test_a_query_for_a_locale_without_models_ends_with_the_same_fatal(
    run: Any, billing_server: BillingServer, capfd: Any
) -> None:
    billing_server.documents["/sandbox/models"] = 200, {"models": []}
    assert run("BaseModelLocale=xx-xx") == 1
    told = capfd.readouterr().err
    assert "[Base model]" not in told
    assert "no available base model for xx-xx" in told


def test_row_query_with_types_lists_display_models(run: Any, billing_server: BillingServer, capfd: Any) -> None:
    assert run("Punct", "Rescore", "BaseModelLocale=en-us") == 1
    told = capfd.readouterr().err
    assert f"[Info] [Punct model] Locale: en-us, CreatedDate: 2022-07-12T00:00:00Z, Id: {PUNCT['id']}" in told
    assert billing_server.requests[0][2] == {"locale": "en-us", "types": ["Punct", "Rescore"]}


def test_row_display_models_of_the_latest_are_downloaded_by_type_and_the_run_ends(run: Any, tmp_path: Path) -> None:
    assert run("Punct", "Rescore", "DisplayLocale=en-us") == 0
    assert held(tmp_path) == {
        "display/Punct/properties.json": PUNCT["id"],
        "display/Rescore/properties.json": RESCORE["id"],
    }


def test_the_word_full_display_stands_for_every_type(run: Any, billing_server: BillingServer) -> None:
    run("FullDisplay", "DisplayLocale=en-us")
    assert billing_server.requests[0][2]["types"] == ["Punct", "Rescore", "Resegment", "Wfstitn"]


def test_row_display_models_a_locale_without_types_is_refused(run: Any) -> None:
    with pytest.raises(StartError, match="DisplayLocale needs FullDisplay, or some of Punct Rescore"):
        run("DisplayLocale=en-us")


def test_row_display_models_exact_ids_are_downloaded_and_the_run_ends(
    run: Any, billing_server: BillingServer, tmp_path: Path
) -> None:
    billing_server.documents["/sandbox/display-models"] = 200, {"models": [RESCORE]}
    assert run(f"RescoreId={RESCORE['id']}") == 0
    assert billing_server.requests[0][2] == {"ids": [RESCORE["id"]]}
    assert held(tmp_path) == {"display/Rescore/properties.json": RESCORE["id"]}


@pytest.mark.parametrize(
    ("args", "path"),
    [
        (["BaseModelLocale=en-us", f"ModelId={OLD}", "Punct", "DisplayLocale=en-us"], "display-models"),
        ([f"ModelId={OLD}", "Punct", "DisplayLocale=en-us"], f"models/{OLD}"),
        (["Punct", "DisplayLocale=en-us"], "display-models"),
    ],
)
def test_row_priority_a_run_obeys_one_group(
    run: Any, billing_server: BillingServer, args: list[str], path: str
) -> None:
    run(*args)
    assert asked(billing_server) == [path]


def test_row_first_versions_older_images_do_not_see_a_query(run: Any) -> None:
    with pytest.raises(StartError, match=r"properties\.json not found"):
        run("BaseModelLocale=en-us", image=f"{REGISTRY}/custom-speech-to-text:2.5.0-amd64")
    assert run("BaseModelLocale=en-us", image=f"{REGISTRY}/custom-speech-to-text:2.6.0-amd64") == 1


def test_row_first_versions_older_images_do_not_see_display_models(run: Any, capfd: Any) -> None:
    old = f"{REGISTRY}/custom-speech-to-text:3.0.0-amd64"
    with pytest.raises(StartError, match=r"properties\.json not found"):
        run("Punct", "DisplayLocale=en-us", image=old)
    assert run("Punct", "BaseModelLocale=en-us", image=old) == 1
    assert "[Base model]" in capfd.readouterr().err


def test_custom_text_to_speech_downloads_its_voice_the_same_way(run: Any, tmp_path: Path) -> None:
    image = "containerpreview.azurecr.io/microsoft/cognitive-services-custom-text-to-speech:1.3.0-amd64-preview"
    assert run(f"ModelId={OLD}", image=image).model == f"Model: {OLD}"
    assert held(tmp_path) == {"properties.json": OLD}


def test_an_empty_volume_over_the_models_of_plain_speech_to_text_kills_it(run: Any) -> None:
    with pytest.raises(StartError, match=r"Model configuration /usr/local/models/properties\.json not found"):
        run(image=SPEECH_TO_TEXT)
    assert isinstance(run(image=SPEECH_TO_TEXT, mounted=False), SpeechContainer)
