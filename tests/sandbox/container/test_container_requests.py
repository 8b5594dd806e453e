"""What a client asks for with its request, by the real Speech SDK. Rows of seed-rows.md, "Running and clients"."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import azure.cognitiveservices.speech as speechsdk
import pytest

from sandbox.speech.audio import tone
from sandbox.speech_call import recognise_once
from tests.sandbox.container.container_doubles import (
    ARGS,
    REGISTRY,
    RunningContainer,
    client_audio,
    client_text,
    run_container,
    service_message,
)

SENTIMENT = "CloudAI:SentimentAnalysisSettings"
LANGUAGE_KEY = "planted-language-key"
SECONDS = 20
IDENTITY = "speechcontext-phraseDetection.speakerDiarization.mode=Identity"


class LanguageService:
    """A Language service of v3.0 that knows one key."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                service.asked.append(self.path)
                scores = {"positive": 0.7, "neutral": 0.2, "negative": 0.1}
                body = json.dumps({"documents": [{"id": "1", "confidenceScores": scores}]}).encode()
                self.send_response(200 if self.headers["Ocp-Apim-Subscription-Key"] == LANGUAGE_KEY else 401)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        self.address = f"127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture(scope="module")
def language_service() -> Iterator[LanguageService]:
    service = LanguageService()
    yield service
    service.close()


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningContainer]:
    folder = tmp_path_factory.mktemp("cache")
    with run_container(folder, image="docker.io/valkey/valkey:8.1.10-alpine", args=["--save", ""]) as running:
        yield running


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, cache: RunningContainer, language_service: LanguageService
) -> Iterator[RunningContainer]:
    """Speech to text with a cache and a Language service, both found by the names of the sandbox."""
    folder = tmp_path_factory.mktemp("running")
    names = folder / "names.json"
    names.write_text(json.dumps({"diarization-cache:6379": cache.address, "language:5000": language_service.address}))
    args = [
        *ARGS,
        f"{SENTIMENT}:TextAnalyticsHost=http://language:5000/text/analytics/v3.0/sentiment",
        f"{SENTIMENT}:SentimentAnalysisApiKey={LANGUAGE_KEY}",
        "InClusterRedisCacheEnabled=true",
        "InClusterRedisCacheEndpoint=diarization-cache:6379",
    ]
    with run_container(folder, args=args, names=str(names)) as found:
        yield found


def ask(container: RunningContainer, *, phrases: tuple[str, ...] = (), words: bool = False, **properties: str) -> Any:
    """The JSON of a result. `__` in a property's name stands for a dot, `_` for a hyphen."""
    config = speechsdk.SpeechConfig(host=f"ws://{container.address}")
    for name, value in properties.items():
        config.set_service_property(
            name=name.replace("__", ".").replace("_", "-"),
            value=value,
            channel=speechsdk.ServicePropertyChannel.UriQueryParameter,
        )
    if words:
        config.request_word_level_timestamps()
    recogniser = speechsdk.SpeechRecognizer(config, audio(1.5))
    listed = speechsdk.PhraseListGrammar.from_recognizer(recogniser)
    for phrase in phrases:
        listed.addPhrase(phrase)
    return json.loads(recognise_once(recogniser, SECONDS).json)


def phrase_of(client: Any, query: str, context: dict[str, Any] | None = None) -> dict[str, Any]:
    """The phrase of a second of audio, without the SDK."""
    with client.websocket_connect(f"/speech/recognition/interactive/cognitiveservices/v1?{query}") as socket:
        socket.send_text(client_text("speech.context", "r1", context or {}))
        socket.send_bytes(client_audio("r1", bytes(32_000)))
        socket.send_bytes(client_audio("r1", b""))
        while True:
            name, body = service_message(socket.receive_text())
            if name == "speech.phrase":
                return body


def audio(seconds: float) -> Any:
    stream = speechsdk.audio.PushAudioInputStream()
    stream.write(tone(seconds, pitch=400))
    stream.close()
    return speechsdk.audio.AudioConfig(stream=stream)


def test_row_request_side_a_phrase_list_arrives(running: RunningContainer) -> None:
    assert ask(running, phrases=("the tall man", "Jessie"))["DisplayText"].endswith(", with 2 phrases.")


def test_row_request_side_phrase_list_v2_arrives(running: RunningContainer) -> None:
    found = ask(running, phrases=("the tall man",), setflight="xonlineinterp")
    assert found["DisplayText"].endswith(", with 1 phrase inside of sentences.")


def test_row_first_versions_phrase_list_v2_is_not_known_before_2_6(client: Any) -> None:
    listed = {"dgi": {"Groups": [{"Type": "Generic", "Items": [{"Text": "the tall man"}]}]}}
    old, new = (
        phrase_of(client(f"{REGISTRY}/speech-to-text:{version}-amd64-en-us"), "setflight=xonlineinterp", listed)
        for version in ("2.5.0", "2.6.0")
    )
    assert old["DisplayText"].endswith(", with 1 phrase.")
    assert new["DisplayText"].endswith(", with 1 phrase inside of sentences.")


def test_row_request_side_punctuation_arrives(running: RunningContainer) -> None:
    assert ask(running, punctuation="implicit")["DisplayText"].endswith(", with implicit punctuation.")


def test_words_come_with_their_times_where_the_client_asks(running: RunningContainer) -> None:
    best = ask(running, words=True)["NBest"][0]
    assert [word["Word"] for word in best["Words"]] == best["Lexical"].split()
    assert sum(word["Duration"] for word in best["Words"]) == pytest.approx(15_000_000, abs=20)


@pytest.mark.parametrize(("mode", "speaker"), [("Identity", "Customer"), ("Anonymous", "Speaker 1")])
def test_row_request_side_diarization_names_the_speaker(running: RunningContainer, mode: str, speaker: str) -> None:
    wishes = {"speechcontext_PhraseOutput__Format": "Detailed"}
    found = ask(running, **wishes, speechcontext_phraseDetection__speakerDiarization__mode=mode)
    assert found["SpeakerId"] == speaker
    assert found["NBest"]


def test_diarization_without_its_cache_names_no_speaker_from_5_1_on(client: Any, caplog: Any) -> None:
    assert "SpeakerId" not in phrase_of(client(), IDENTITY)
    assert "it needs InClusterRedisCacheEnabled=true and a cache" in caplog.text


def test_diarization_below_5_1_is_on_without_a_cache(client: Any) -> None:
    old = client(f"{REGISTRY}/speech-to-text:5.0.3-preview-amd64-en-us")
    assert phrase_of(old, IDENTITY)["SpeakerId"] == "Customer"


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:6379", "127.0.0.1:1", "127.0.0.1"])
def test_a_cache_that_is_not_reached_is_told_at_the_start_and_names_no_speaker(
    client: Any, caplog: Any, endpoint: str
) -> None:
    args = ["InClusterRedisCacheEnabled=true", f"InClusterRedisCacheEndpoint={endpoint}"]
    assert "SpeakerId" not in phrase_of(client(args=args), IDENTITY)
    assert "Cache connection error" in caplog.text


def test_the_conversation_transcriber_of_the_sdk_gets_speakers_in_turn(running: RunningContainer) -> None:
    config = speechsdk.SpeechConfig(host=f"ws://{running.address}")
    config.set_property_by_name("SPEECH-AudioThrottleAsPercentageOfRealTime", "9900")
    transcriber = speechsdk.transcription.ConversationTranscriber(config, audio(16))
    heard, stopped = [], threading.Event()
    transcriber.transcribed.connect(lambda event: heard.append(event.result.speaker_id))
    transcriber.session_stopped.connect(lambda _: stopped.set())
    transcriber.start_transcribing_async().get()
    assert stopped.wait(SECONDS)
    transcriber.stop_transcribing_async().get()
    assert heard == ["Speaker 1", "Speaker 2"]


SIMPLE, OPTIONS, EXTENSIONS = (
    {f"speechcontext_PhraseOutput__{place}": '["Sentiment"]'}
    for place in ("Simple__Extensions", "Detailed__Options", "Detailed__Extensions")
)
DETAILED = {"speechcontext_PhraseOutput__Format": "Detailed"}
SCORES = {"Negative": 0.1, "Neutral": 0.2, "Positive": 0.7}


def test_row_request_side_sentiment_of_a_simple_result(
    running: RunningContainer, language_service: LanguageService
) -> None:
    found = ask(running, **SIMPLE, speechcontext_phraseDetection__sentimentAnalysis__modelversion="latest")
    assert found["Sentiment"] == SCORES
    assert language_service.asked[-1] == "/text/analytics/v3.0/sentiment?model-version=latest"


def test_row_request_side_sentiment_of_a_detailed_result_stands_where_the_client_says(
    running: RunningContainer,
) -> None:
    root, alternatives = ask(running, **DETAILED, **EXTENSIONS), ask(running, **DETAILED, **OPTIONS)
    assert (root["Sentiment"], root["NBest"][0].get("Sentiment")) == (SCORES, None)
    assert (alternatives.get("Sentiment"), alternatives["NBest"][0]["Sentiment"]) == (None, SCORES)


def test_row_request_side_sentiment_can_be_switched_off(running: RunningContainer) -> None:
    switched_off = {"speechcontext_phraseDetection__sentimentanalysis__enabled": "false"}
    assert "Sentiment" not in ask(running, **SIMPLE, **switched_off)


@pytest.mark.parametrize(
    ("version", "host", "key", "told"),
    [
        ("3.6.0", "https://eastus.api.cognitive.microsoft.com/text/analytics/v3.0/sentiment", "k", True),
        ("3.6.0", "https://eastus.api.cognitive.microsoft.com/text/analytics/v3.0-preview.1/sentiment", "k", False),
        ("2.5.0", "https://eastus.api.cognitive.microsoft.com/text/analytics/v3.0-preview.1/sentiment", "k", True),
        ("2.5.0", "https://eastus.api.cognitive.microsoft.com/text/analytics/v3.0/sentiment", "k", False),
        ("2.0.0", "https://eastus.api.cognitive.microsoft.com/text/analytics/v3.0-preview.1/sentiment", "k", False),
        ("3.6.0", "https://eastus.api.cognitive.microsoft.com/text/analytics/v3.0/sentiment", "", False),
    ],
)
def test_row_first_versions_the_form_of_the_sentiment_host_goes_with_the_version(
    client: Any, version: str, host: str, key: str, *, told: bool
) -> None:
    args = [f"{SENTIMENT}:TextAnalyticsHost={host}", *([f"{SENTIMENT}:SentimentAnalysisApiKey={key}"] if key else [])]
    asked = client(f"{REGISTRY}/speech-to-text:{version}-amd64-en-us", args=args)
    query = 'speechcontext-phraseOutput.simple.extensions=["Sentiment"]'
    assert ("Sentiment" in phrase_of(asked, query)) == told


def test_the_key_of_the_language_service_is_in_no_log(running: RunningContainer) -> None:
    ask(running, **SIMPLE)
    assert LANGUAGE_KEY not in running.errors.read_text()
