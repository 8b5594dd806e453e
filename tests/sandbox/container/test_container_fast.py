"""Fast transcription: the container that answers by REST."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from sandbox.speech import fast
from sandbox.speech.audio import as_wav, tone
from sandbox.speech.launch import Launch
from sandbox.speech.multipart import FormError, read_form
from sandbox.speech.network import Names, Network
from sandbox.speech.start import container_port
from tests.sandbox.container.container_doubles import REGISTRY, FakeBilling

FAST = f"{REGISTRY}/fast-transcription:en-gpu-1.0.0-preview"
WAV = as_wav(tone(1.5, 48_000), 48_000)
PATH = "/stt/transcriptions:transcribe?api-version=2024-11-15"

Make = Callable[..., TestClient]


def ask(client: TestClient, audio: bytes | None = WAV, **definition: Any) -> httpx.Response:
    files = {"audio": ("a.wav", audio, "audio/wav")} if audio is not None else {"nothing": b""}
    return client.post(PATH, files=files, data={"definition": json.dumps(definition)})


def test_a_file_is_answered_with_its_length_and_words(client: Make) -> None:
    found = ask(client(FAST), locales=["en-US"]).json()
    text = "Simulated transcription of 1.5 seconds of audio at 48 kHz."
    assert found["durationMilliseconds"] == 1500
    assert found["combinedPhrases"] == [{"text": text}]
    assert [word["text"] for word in found["phrases"][0]["words"]] == text.rstrip(".").split()
    assert found["phrases"][0]["locale"] == "en-US"


@pytest.mark.parametrize("listed", ["the tall man;Jessie", {"phrases": ["the tall man", "Jessie"]}])
def test_a_phrase_list_arrives(client: Make, listed: object) -> None:
    assert ask(client(FAST), phraseList=listed).json()["combinedPhrases"][0]["text"].endswith(", with 2 phrases.")


def test_diarization_needs_no_cache(client: Make) -> None:
    assert ask(client(FAST), diarization={"enabled": True}).json()["phrases"][0]["speaker"] == 1


def test_words_can_be_left_out(client: Make) -> None:
    assert "words" not in ask(client(FAST), wordLevelTimestampsEnabled=False).json()["phrases"][0]


def test_each_channel_has_its_phrases_and_counts(client: Make, billing: FakeBilling) -> None:
    asked = client(FAST)
    found = ask(asked, channels=[0, 1]).json()
    assert [phrase["channel"] for phrase in found["phrases"]] == [0, 1]
    asked.portal.call(asked.container.metering.report)
    assert billing.bodies[-1]["meter"] == {"name": "AudioSecondsFastTranscribed", "quantity": 3.0}


def test_two_channels_need_two_decoders(client: Make) -> None:
    answer = ask(client(FAST, env={"DECODER_COUNT": "1"}), channels=[0, 1])
    assert (answer.status_code, "DECODER_COUNT is 1" in answer.json()["message"]) == (400, True)


@pytest.mark.parametrize(
    ("definition", "audio", "status"),
    [
        ({"diarization": {"enabled": True, "maxSpeakers": 1}}, WAV, 400),
        ({"diarization": True}, WAV, 400),
        ({"phraseList": ["Jessie"]}, WAV, 400),
        ({"audioUrl": "http://example.org/a.wav"}, WAV, 400),
        ({"audioUrl": "http://example.org/a.wav"}, None, 400),
        ({}, None, 400),
        ({}, b"ID3 no wave", 422),
        ({}, b"RIFF", 422),
    ],
)
def test_what_cannot_be_transcribed_is_refused(
    client: Make, definition: dict[str, Any], audio: bytes | None, status: int
) -> None:
    assert ask(client(FAST), audio, **definition).status_code == status


def test_a_file_that_is_too_large_is_refused(client: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast, "LARGEST_BYTES", len(WAV))
    assert ask(client(FAST)).status_code == 413


def test_a_body_that_is_no_form_is_refused(client: Make) -> None:
    asked = client(FAST)
    assert asked.post(PATH, content=WAV).status_code == 400
    assert asked.post(PATH, content=b"", headers={"content-type": "multipart/form-data"}).status_code == 400
    assert asked.post(PATH, files={"audio": WAV}, data={"definition": "{"}).status_code == 400


@pytest.fixture
def file_server() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(WAV)))
            self.end_headers()
            self.wfile.write(WAV)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_audio_url_is_fetched_where_it_stands_in_the_sandbox(client: Make, file_server: str, tmp_path: Path) -> None:
    names = tmp_path / "names.json"
    names.write_text(json.dumps({"files:80": file_server}))
    asked = client(FAST)
    object.__setattr__(asked.container, "network", Network(names=Names(str(names))))
    assert ask(asked, None, audioUrl="http://files/a.wav").json()["durationMilliseconds"] == 1500


def test_health_stands_at_its_own_address_and_ready_does_not(client: Make) -> None:
    asked = client(FAST, loading_seconds=60)
    assert asked.get("/stt/health").status_code == 503
    ready = client(FAST)
    assert [ready.get(path).status_code for path in ("/stt/health", "/", "/status", "/ready")] == [200, 200, 200, 404]


@pytest.mark.parametrize(
    ("tag", "locale"),
    [
        ("en-gpu-1.0.0-preview", "en"),
        ("multilingual-15-locales-gpu-1.0.0-preview", "multilingual-15-locales"),
        ("gpu-1.0.0-en-us", "en-us"),
        ("latest", "en-us"),
    ],
)
def test_both_forms_of_its_tags_are_read(client: Make, tag: str, locale: str) -> None:
    assert client(f"{REGISTRY}/fast-transcription:{tag}").container.image.locale == locale


@pytest.mark.parametrize(
    ("image", "env", "port"),
    [
        (FAST, {"ASPNETCORE_URLS": "http://+:5000"}, 5000),
        (FAST, {}, 8080),
        (f"{REGISTRY}/language-detection:1.18.0-amd64-preview", {}, 5003),
        (f"{REGISTRY}/speech-to-text:5.1.0-amd64-en-us", {"ASPNETCORE_URLS": "http://+:7000"}, 5000),
    ],
)
def test_the_port_inside_of_the_container_is_its_kinds(image: str, env: dict[str, str], port: int) -> None:
    assert container_port(Launch(image, [], env)) == port


@given(st.binary(max_size=300))
def test_what_stands_in_a_form_is_read_back(audio: bytes) -> None:
    request = httpx.Request(
        "POST", "http://x/", files={"audio": ("a.wav", audio, "audio/wav")}, data={"definition": "{}"}
    )
    form = read_form(request.headers["content-type"], request.read())
    assert form == {"audio": audio, "definition": b"{}"}


@given(st.text(max_size=40), st.binary(max_size=100))
def test_no_body_makes_the_form_fail_otherwise_than_by_its_own_error(boundary: str, body: bytes) -> None:
    try:
        read_form(f"multipart/form-data; boundary={boundary}", body)
    except FormError:
        return
