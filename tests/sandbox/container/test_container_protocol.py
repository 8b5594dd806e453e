import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.speech.asked import Asked
from sandbox.speech.audio import PLAIN, AudioFormatError, as_wav, read_header, tone
from sandbox.speech.protocol import FrameError, audio_frame, read_frame, text_frame
from sandbox.speech.transcription import Transcriber, identification, recognition
from sandbox.speech.turns import Manner, Turn
from tests.sandbox.container.container_doubles import client_audio, client_text, service_message

PLAINLY = Transcriber(Asked({}, {})).phrase
INTERACTIVE = Manner(PLAINLY, phrase_seconds=15, continuous=False)
CONTINUOUS = Manner(PLAINLY, phrase_seconds=15, continuous=True)
SECOND = b"\1\0" * 16_000


def answers(turn: Turn, *payloads: bytes) -> list[tuple[str, dict[str, object]]]:
    return [service_message(text) for payload in payloads for text in turn.receive(payload)]


def phrases(turn: Turn, *payloads: bytes) -> list[dict[str, object]]:
    return [body for path, body in answers(turn, *payloads) if path == "speech.phrase"]


def test_a_text_frame_of_the_sdk_is_read() -> None:
    frame = read_frame(client_text("speech.context", "r1", {"a": 1}))
    assert (frame.path, frame.request_id, frame.json()) == ("speech.context", "r1", {"a": 1})


def test_a_binary_frame_of_the_sdk_is_read() -> None:
    frame = read_frame(client_audio("r1", b"\r\n\r\n\0"))
    assert (frame.path, frame.request_id, frame.body) == ("audio", "r1", b"\r\n\r\n\0")


@given(st.binary(max_size=200))
def test_what_is_written_as_audio_is_read_back(audio: bytes) -> None:
    frame = read_frame(audio_frame("r1", "S", audio))
    assert (frame.path, frame.request_id, frame.stream_id, frame.body) == ("audio", "r1", "S", audio)


@given(st.binary(max_size=60) | st.text(max_size=60))
def test_no_frame_makes_the_reader_fail_otherwise_than_by_its_own_error(raw: bytes | str) -> None:
    with contextlib.suppress(FrameError):
        read_frame(raw)


def test_a_body_that_is_no_json_object_is_a_frame_error() -> None:
    with pytest.raises(FrameError, match=r"speech\.context is no JSON"):
        read_frame("Path:speech.context\r\n\r\n{").json()
    with pytest.raises(FrameError, match=r"speech\.context is no JSON object"):
        read_frame("Path:speech.context\r\n\r\n[]").json()


def test_a_service_message_carries_the_headers_the_sdk_reads() -> None:
    head = text_frame("turn.end", "r1", {}).split("\r\n")
    assert head[:3] == ["X-RequestId:r1", "Content-Type:application/json; charset=utf-8", "Path:turn.end"]


def test_a_riff_header_tells_the_rate_of_the_audio_behind_it() -> None:
    found, audio = read_header(as_wav(b"\1\0" * 80, hertz=8000))
    assert (found.hertz, found.bytes_a_second, audio) == (8000, 16_000, b"\1\0" * 80)


def test_audio_without_a_header_is_16_khz_16_bit_mono() -> None:
    assert read_header(SECOND) == (PLAIN, SECOND)


@pytest.mark.parametrize("header", [b"RIFF", b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0", b"RIFF" + bytes(40)])
def test_a_riff_header_without_a_format_is_an_audio_format_error(header: bytes) -> None:
    with pytest.raises(AudioFormatError):
        read_header(header)


def test_a_tone_lasts_as_long_as_asked() -> None:
    assert len(tone(1.5, 16_000, pitch=400)) == 48_000


def test_an_interactive_turn_says_how_much_audio_arrived_and_ends() -> None:
    turn = Turn("r1", INTERACTIVE)
    messages = answers(turn, as_wav(b""), SECOND, SECOND[:16_000], b"")
    assert [path for path, _ in messages] == [
        "turn.start",
        "speech.startDetected",
        "speech.hypothesis",
        "speech.phrase",
        "speech.endDetected",
        "turn.end",
    ]
    assert messages[3][1] == {
        "RecognitionStatus": "Success",
        "DisplayText": "Simulated transcription of 1.5 seconds of audio at 16 kHz.",
        "Offset": 0,
        "Duration": 15_000_000,
    }
    assert turn.ended


def test_an_interactive_turn_ends_with_its_first_full_phrase() -> None:
    turn = Turn("r1", INTERACTIVE)
    assert len(phrases(turn, *[SECOND] * 20)) == 1
    assert turn.ended


def test_a_continuous_turn_makes_a_phrase_of_every_15_seconds_and_of_the_rest() -> None:
    turn = Turn("r1", CONTINUOUS)
    found = phrases(turn, *[SECOND] * 32, b"")
    assert [(phrase["RecognitionStatus"], phrase["Offset"], phrase["Duration"]) for phrase in found] == [
        ("Success", 0, 150_000_000),
        ("Success", 150_000_000, 150_000_000),
        ("Success", 300_000_000, 20_000_000),
        ("EndOfDictation", 320_000_000, 0),
    ]


@given(st.lists(st.integers(1, 40_000), max_size=60))
def test_the_phrases_of_a_continuous_turn_cover_its_audio_without_gap_or_overlap(sizes: list[int]) -> None:
    turn = Turn("r1", CONTINUOUS)
    found = phrases(turn, as_wav(b""), *(bytes(size) for size in sizes), b"")
    spoken = [phrase for phrase in found if phrase["RecognitionStatus"] == "Success"]
    end = 0
    for phrase in spoken:
        assert abs(phrase["Offset"] - end) <= 1
        end = phrase["Offset"] + phrase["Duration"]
    assert abs(end - sum(sizes) / 32_000 * 10_000_000) <= 1
    assert turn.ended


def test_a_turn_without_audio_ends_as_silence() -> None:
    found = phrases(Turn("r1", INTERACTIVE), as_wav(b""), b"")
    assert [phrase["RecognitionStatus"] for phrase in found] == ["InitialSilenceTimeout"]


def test_the_address_or_the_context_makes_a_turn_interactive() -> None:
    def manner(path: str, context: dict[str, object]) -> Manner:
        return recognition(path, Transcriber(Asked({}, context)))

    assert not manner("/speech/recognition/interactive/cognitiveservices/v1", {}).continuous
    assert not manner("/stt/speech/universal/v2", {"phraseDetection": {"mode": "Interactive"}}).continuous
    assert manner("/stt/speech/universal/v2", {"phraseDetection": None}).continuous


@pytest.mark.parametrize(
    ("query", "context"), [({"format": "detailed"}, {}), ({}, {"phraseOutput": {"format": "Detailed"}})]
)
def test_a_detailed_result_has_alternatives(query: dict[str, str], context: dict[str, object]) -> None:
    manner = recognition("/stt/speech/universal/v2", Transcriber(Asked(query, context)))
    (phrase, _) = phrases(Turn("r1", manner), SECOND, b"")
    assert phrase["NBest"][0]["Display"] == phrase["DisplayText"]


def test_language_identification_names_the_first_candidate() -> None:
    context = {"languageId": {"languages": ["de-DE", "en-US"], "mode": "DetectAtAudioStart"}}
    (phrase,) = phrases(Turn("r1", identification(Asked({}, context))), SECOND, b"")
    assert phrase["PrimaryLanguage"] == {"Language": "de-DE", "Confidence": "High"}
