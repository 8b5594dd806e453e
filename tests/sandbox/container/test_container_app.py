import asyncio
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from tests.sandbox.container.container_doubles import (
    REGISTRY,
    FakeBilling,
    FakeClock,
    client_audio,
    client_text,
    service_message,
)

INTERACTIVE = "/speech/recognition/interactive/cognitiveservices/v1"
CONVERSATION = "/speech/recognition/conversation/cognitiveservices/v1"
NEURAL = f"{REGISTRY}/neural-text-to-speech:3.11.0-amd64-en-us-arianeural"
LANGUAGE = f"{REGISTRY}/language-detection:1.18.0-amd64-preview"
SSML = "<speak version='1.0' xml:lang='en-US'><voice name='{}'>Hello.</voice></speak>"

Make = Callable[..., TestClient]


def recognise(socket: object, request_id: str, audio: bytes = bytes(32_000)) -> list[str]:
    """The texts of one request's phrases."""
    socket.send_text(client_text("speech.context", request_id, {}))
    socket.send_bytes(client_audio(request_id, audio))
    socket.send_bytes(client_audio(request_id, b""))
    texts = []
    while True:
        path, body = service_message(socket.receive_text())
        if path == "turn.end":
            return texts
        if path == "speech.phrase" and "DisplayText" in body:
            texts.append(body["DisplayText"])


async def all_decoders_free(client: TestClient) -> None:
    await asyncio.wait_for(client.container.decoders.idle.wait(), 10)


def use_up_the_tries(client: TestClient, billing: FakeBilling, status: str) -> None:
    billing.status = status
    for _ in range(11):
        client.portal.call(client.container.metering.report)


def test_the_home_page_says_that_it_is_a_simulation(client: Make) -> None:
    answer = client().get("/")
    assert answer.status_code == 200
    assert "This is a simulation" in answer.text


def test_ready_answers_503_while_the_model_loads_and_200_afterwards(client: Make, clock: FakeClock) -> None:
    asked = client(loading_seconds=60)
    clock.pass_by(59)
    assert asked.get("/ready").status_code == 503
    clock.pass_by(1)
    answer = asked.get("/ready")
    assert (answer.status_code, answer.json()["service"], answer.json()["ready"]) == (200, "speechtotext", "ready")


@pytest.mark.parametrize("status", ["Valid", "Invalid", "Mismatch", "OutOfQuota", "CouldNotConnect"])
def test_status_tells_the_state_of_the_key_now(client: Make, billing: FakeBilling, status: str) -> None:
    asked = client()
    billing.status = status
    assert asked.get("/status").json()["apiStatus"] == status


def test_swagger_leads_to_a_page_and_to_a_document_of_the_paths(client: Make) -> None:
    asked = client()
    answer = asked.get("/swagger")
    assert (answer.status_code, answer.url.path) == (200, "/swagger/index.html")
    assert "/ready" in asked.get("/swagger/v1/swagger.json").json()["paths"]


def test_speech_to_text_has_no_rest_call(client: Make) -> None:
    assert client().post(INTERACTIVE, content=b"RIFF").status_code == 405


def test_requests_follow_each_other_on_one_connection(client: Make) -> None:
    with client().websocket_connect(INTERACTIVE, subprotocols=["USP"]) as socket:
        assert socket.accepted_subprotocol == "USP"
        first, second = recognise(socket, "r1"), recognise(socket, "r2", bytes(64_000))
    assert first == ["Simulated transcription of 1 seconds of audio at 16 kHz."]
    assert second == ["Simulated transcription of 2 seconds of audio at 16 kHz."]


def test_late_audio_of_an_answered_request_is_dropped(client: Make) -> None:
    with client().websocket_connect(INTERACTIVE) as socket:
        recognise(socket, "r1")
        socket.send_bytes(client_audio("r1", bytes(320)))
        assert len(recognise(socket, "r2")) == 1


def test_a_recognition_without_a_free_decoder_is_refused_and_the_running_one_goes_on(client: Make) -> None:
    asked = client(env={"DECODER_MAX_COUNT": "1"})
    with asked.websocket_connect(CONVERSATION) as first:
        first.send_bytes(client_audio("r1", bytes(320)))
        assert service_message(first.receive_text())[0] == "turn.start"
        with asked.websocket_connect(CONVERSATION) as second:
            second.send_bytes(client_audio("r2", bytes(320)))
            with pytest.raises(WebSocketDisconnect) as refused:
                second.receive_text()
        assert refused.value.code == 1013
        assert len(recognise(first, "r1")) == 1


def test_as_many_recognitions_run_at_once_as_there_are_decoders(client: Make) -> None:
    asked = client(env={"DECODER_MAX_COUNT": "2"})
    with asked.websocket_connect(CONVERSATION) as first, asked.websocket_connect(CONVERSATION) as second:
        for socket in (first, second):
            socket.send_bytes(client_audio("r1", bytes(320)))
            assert service_message(socket.receive_text())[0] == "turn.start"
        assert [len(recognise(socket, "r1")) for socket in (second, first)] == [1, 1]


def test_a_client_that_leaves_gives_its_decoder_back_and_its_audio_counts(client: Make, billing: FakeBilling) -> None:
    asked = client(env={"DECODER_MAX_COUNT": "1"})
    with asked.websocket_connect(CONVERSATION) as left:
        left.send_bytes(client_audio("r1", bytes(48_000)))
        left.receive_text()
    asked.portal.call(all_decoders_free, asked)
    with asked.websocket_connect(CONVERSATION) as next_one:
        assert len(recognise(next_one, "r2")) == 1
    asked.portal.call(asked.container.metering.report)
    assert billing.bodies[-1]["meter"]["quantity"] == 2.5


def test_audio_in_an_unknown_format_closes_the_connection(client: Make) -> None:
    with client().websocket_connect(INTERACTIVE) as socket:
        socket.send_bytes(client_audio("r1", b"RIFF" + bytes(40)))
        with pytest.raises(WebSocketDisconnect) as refused:
            socket.receive_text()
    assert refused.value.code == 1007


def test_a_loading_container_refuses_the_upgrade(client: Make) -> None:
    with (
        pytest.raises(WebSocketDenialResponse) as refused,
        client(loading_seconds=60).websocket_connect(INTERACTIVE),
    ):
        pass
    assert refused.value.status_code == 503


def test_after_a_metering_outage_the_pages_answer_and_the_calls_do_not(client: Make, billing: FakeBilling) -> None:
    asked = client()
    use_up_the_tries(asked, billing, "OutOfQuota")
    assert [asked.get(path).status_code for path in ("/", "/ready", "/status")] == [200, 200, 200]
    assert asked.get("/status").json()["apiStatus"] == "OutOfQuota"
    with pytest.raises(WebSocketDenialResponse) as refused, asked.websocket_connect(INTERACTIVE):
        pass
    assert refused.value.text == (
        "Container is not in a valid state. "
        "Subscription validation failed with status 'OutOfQuota'. API key is out of quota."
    )


def test_an_open_connection_is_closed_at_its_next_request_once_the_container_refuses(
    client: Make, billing: FakeBilling
) -> None:
    asked = client()
    with asked.websocket_connect(INTERACTIVE) as socket:
        recognise(socket, "r1")
        use_up_the_tries(asked, billing, "ContainerUseUnauthorized")
        socket.send_bytes(client_audio("r2", bytes(320)))
        with pytest.raises(WebSocketDisconnect) as refused:
            socket.receive_text()
    assert refused.value.code == 1011


def test_calls_are_answered_again_when_billing_is_back(client: Make, billing: FakeBilling) -> None:
    asked = client()
    use_up_the_tries(asked, billing, "CouldNotConnect")
    billing.status = "Valid"
    asked.portal.call(asked.container.metering.report)
    with asked.websocket_connect(INTERACTIVE) as socket:
        assert len(recognise(socket, "r1")) == 1


def test_ssml_with_the_voice_of_the_image_becomes_a_wav(client: Make, billing: FakeBilling) -> None:
    asked = client(NEURAL)
    headers = {"X-Microsoft-OutputFormat": "riff-16khz-16bit-mono-pcm"}
    answer = asked.post("/cognitiveservices/v1", content=SSML.format("en-US-AriaNeural"), headers=headers)
    assert (answer.status_code, answer.headers["Content-Type"], answer.content[:4]) == (200, "audio/x-wav", b"RIFF")
    asked.portal.call(asked.container.metering.report)
    assert billing.bodies[-1]["meter"] == {"name": "SynthesizedCharacters", "quantity": 6}


@pytest.mark.parametrize("voice", ["en-US-JennyNeural", "en-us-arianeural", ""])
def test_another_voice_than_the_images_is_refused(client: Make, voice: str) -> None:
    answer = client(NEURAL).post("/cognitiveservices/v1", content=SSML.format(voice))
    assert (answer.status_code, answer.text) == (400, f"Unsupported voice {voice}.")


@pytest.mark.parametrize(
    ("ssml", "output_format", "words"),
    [("<speak>", "riff-24khz-16bit-mono-pcm", "not well-formed"), (SSML, "audio-16khz-mp3", "Unsupported output")],
)
def test_a_request_for_speech_that_cannot_be_answered_is_a_400(
    client: Make, ssml: str, output_format: str, words: str
) -> None:
    headers = {"X-Microsoft-OutputFormat": output_format}
    answer = client(NEURAL).post("/cognitiveservices/v1", content=ssml, headers=headers)
    assert answer.status_code == 400
    assert words in answer.text


def test_text_to_speech_tells_its_health_and_its_voice(client: Make) -> None:
    asked = client(NEURAL)
    assert asked.get("/synthesize/health").status_code == 200
    assert asked.get("/cognitiveservices/voices/list").json()[0]["ShortName"] == "en-us-arianeural"


def test_a_kind_answers_its_own_calls_only(client: Make) -> None:
    assert client(NEURAL).post(INTERACTIVE).status_code == 404
    assert client(LANGUAGE).post("/cognitiveservices/v1").status_code == 404


def test_language_identification_is_not_charged(client: Make, billing: FakeBilling) -> None:
    asked = client(LANGUAGE)
    with asked.websocket_connect("/speech/universal/v2") as socket:
        recognise(socket, "r1")
    asked.portal.call(asked.container.metering.report)
    assert billing.bodies[-1]["meter"]["quantity"] == 0


@pytest.mark.parametrize("path", ["/cognitiveservices/v1", "/speech/synthesize/cognitiveservices/v1"])
def test_row_images_a_retired_voice_answers_at_both_addresses(client: Make, path: str) -> None:
    asked = client(f"{REGISTRY}/text-to-speech:1.3.0-amd64-zh-cn-kangkang-apollo-preview")
    assert asked.post(path, content=SSML.format("zh-CN-Kangkang-Apollo")).status_code == 200
    assert asked.post(path, content=SSML.format("en-US-JessaRUS")).status_code == 400


def test_row_images_latest_of_the_retired_kind_is_jessarus(client: Make) -> None:
    asked = client(f"{REGISTRY}/text-to-speech:latest")
    assert asked.post("/cognitiveservices/v1", content=SSML.format("en-US-JessaRUS")).status_code == 200


def test_an_image_by_digest_alone_does_not_tell_its_voice_so_any_is_taken(client: Make) -> None:
    asked = client(f"{REGISTRY}/neural-text-to-speech@sha256:0a")
    assert asked.post("/cognitiveservices/v1", content=SSML.format("en-US-JennyNeural")).status_code == 200


@pytest.mark.parametrize(("version", "status"), [("3.9.0", 404), ("3.10.0", 200)])
def test_synthesis_health_is_known_from_3_10_on(client: Make, version: str, status: int) -> None:
    image = f"{REGISTRY}/neural-text-to-speech:{version}-amd64-en-us-arianeural"
    assert client(image).get("/synthesize/health").status_code == status
