"""One call of a container as its clients make it: by the Speech SDK, or by REST where a kind has only that."""

import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

import azure.cognitiveservices.speech as speechsdk
import httpx

from operations.verify import audio

TEXT = "1, 2, 3, 4, 5, 6, 7, 8, 9."
"""What voices are asked to say: digits are read in each language."""

_CHUNK_SECONDS = 0.1
_TICKS_A_SECOND = 10_000_000


class CallFailedError(Exception):
    """The container refused, or did not answer in time."""


@dataclass(frozen=True, slots=True)
class Request:
    """A call to make."""

    address: str
    """`host:port` that speaks plain HTTP and WebSocket."""
    locale: str | None
    voice: str | None
    languages: tuple[str, ...]
    """To choose from, where the language is asked."""
    samples: bytes
    """What is sent, where audio is."""
    seconds: float
    """How long to wait for the answer."""
    paced: bool = False
    """Audio is sent as fast as it would be spoken, as a microphone does; else at once."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    said: str
    """Text, language, or audio in words."""
    latency: float
    """Seconds from the last that was sent to the result; of synthesis, to the first audio."""
    real_time_factor: float
    """Seconds of work a second of audio: above 1 the container falls behind."""
    understood: bool = True
    """Whether anything was recognised. A call with noise works without."""
    samples: bytes = b""
    """What was spoken."""


Call = Callable[[Request], Answer]
"""Raises CallFailedError."""


def recognise(request: Request) -> Answer:
    """Transcribe the samples."""
    config = _config(request)
    if request.locale:
        config.speech_recognition_language = request.locale
    begin = time.monotonic()
    result, came = _once(speechsdk.SpeechRecognizer(config, _sound(request)), request.seconds)
    text = result.text if result.reason == speechsdk.ResultReason.RecognizedSpeech else ""
    return _heard(request, came - begin, _ends(result), f'"{text}"', understood=bool(text))


def identify(request: Request) -> Answer:
    """Name the language of the samples."""
    choice = speechsdk.languageconfig.AutoDetectSourceLanguageConfig(languages=list(request.languages))
    recogniser = speechsdk.SourceLanguageRecognizer(
        speech_config=_config(request), auto_detect_source_language_config=choice, audio_config=_sound(request)
    )
    begin = time.monotonic()
    result, came = _once(recogniser, request.seconds)
    language = speechsdk.AutoDetectSourceLanguageResult(result).language or ""
    return _heard(request, came - begin, _ends(result), language, understood=language in request.languages)


def synthesise(request: Request) -> Answer:
    """Have the digits spoken."""
    config = _config(request)
    config.speech_synthesis_voice_name = request.voice or ""
    config.set_speech_synthesis_output_format(speechsdk.SpeechSynthesisOutputFormat.Riff16Khz16BitMonoPcm)
    synthesiser = speechsdk.SpeechSynthesizer(config, None)
    end, first = _Moment(), _Moment()
    synthesiser.synthesizing.connect(first.take)
    synthesiser.synthesis_completed.connect(end.take)
    synthesiser.synthesis_canceled.connect(end.take)
    begin = time.monotonic()
    call = synthesiser.speak_text_async(TEXT)
    result, came = end.wait(request.seconds)
    call.get()
    if result.reason != speechsdk.ResultReason.SynthesizingAudioCompleted:
        raise CallFailedError(_words(result.cancellation_details.error_details))
    return _spoken(result.audio_data, (first.at or came) - begin, came - begin)


def synthesise_by_rest(request: Request) -> Answer:
    """The same, at the address of the pages of 2019 and 2020."""
    voice, locale = quoteattr(request.voice or ""), quoteattr(request.locale or "en-US")
    ssml = f"<speak version='1.0' xml:lang={locale}><voice name={voice}>{TEXT}</voice></speak>"
    headers = {"Content-Type": "application/ssml+xml", "X-Microsoft-OutputFormat": "riff-16khz-16bit-mono-pcm"}
    begin = time.monotonic()
    answer = _post(request, "/speech/synthesize/cognitiveservices/v1", content=ssml.encode(), headers=headers)
    seconds = time.monotonic() - begin
    return _spoken(answer.content, seconds, seconds)


def transcribe_file(request: Request) -> Answer:
    """Transcribe the samples as a file."""
    definition = {"locales": [request.locale]} if request.locale and "-" in request.locale else {}
    files = {"audio": ("call.wav", audio.as_wav(request.samples), "audio/wav")}
    begin = time.monotonic()
    path = "/stt/transcriptions:transcribe?api-version=2024-11-15"
    answer = _post(request, path, files=files, data={"definition": json.dumps(definition)})
    seconds = time.monotonic() - begin
    try:
        phrases = answer.json()["combinedPhrases"]
        text = " ".join(phrase["text"] for phrase in phrases)
    except (ValueError, LookupError, TypeError):
        raise CallFailedError(f"an answer of another form: {_words(answer.text)[:80]}") from None
    return _heard(request, seconds, 0.0, f'"{text}"', understood=bool(text))


CALLS: Mapping[str, Call] = {
    "recognise": recognise,
    "identify": identify,
    "synthesise": synthesise,
    "transcribe-file": transcribe_file,
    "synthesise-by-rest": synthesise_by_rest,
}
"""By the kinds' column `client_call`."""

SPEAKS = frozenset({"synthesise", "synthesise-by-rest"})
"""Calls whose answer is audio; the others send some."""


class _Moment:
    """The first event of the SDK and when it came. The SDK's own futures wait for ever."""

    def __init__(self) -> None:
        self._come = threading.Event()
        self._result: Any = None
        self.at = 0.0

    def take(self, event: Any) -> None:  # noqa: ANN401  # the SDK has no types
        if not self._come.is_set():
            self._result, self.at = event.result, time.monotonic()
            self._come.set()

    def wait(self, seconds: float) -> tuple[Any, float]:
        """The result and its moment. Raises CallFailedError when none comes in time."""
        if not self._come.wait(seconds):
            raise CallFailedError(f"no answer within {seconds:g} s")
        return self._result, self.at


def _once(recogniser: Any, seconds: float) -> tuple[Any, float]:  # noqa: ANN401  # the SDK has no types
    end = _Moment()
    recogniser.recognized.connect(end.take)
    recogniser.canceled.connect(end.take)
    call = recogniser.recognize_once_async()
    result, came = end.wait(seconds)
    call.get()
    if result.reason == speechsdk.ResultReason.Canceled:
        raise CallFailedError(_words(result.cancellation_details.error_details))
    return result, came


def _config(request: Request) -> Any:  # noqa: ANN401  # the SDK has no types
    return speechsdk.SpeechConfig(host=f"ws://{request.address}")


def _sound(request: Request) -> Any:  # noqa: ANN401  # the SDK has no types
    """The audio as the SDK takes it."""
    form = speechsdk.audio.AudioStreamFormat(samples_per_second=audio.HERTZ, bits_per_sample=16, channels=1)
    stream = speechsdk.audio.PushAudioInputStream(form)
    if request.paced:
        threading.Thread(target=_play, args=(stream, request.samples), daemon=True).start()
    else:
        stream.write(request.samples)
        stream.close()
    return speechsdk.audio.AudioConfig(stream=stream)


def _play(stream: Any, samples: bytes) -> None:  # noqa: ANN401  # the SDK has no types
    begin, size = time.monotonic(), int(_CHUNK_SECONDS * audio.HERTZ) * 2
    for number, at in enumerate(range(0, len(samples), size), start=1):
        stream.write(samples[at : at + size])
        time.sleep(max(0.0, begin + number * _CHUNK_SECONDS - time.monotonic()))
    stream.close()


def _ends(result: Any) -> float:  # noqa: ANN401  # the SDK has no types
    """At which second of the audio the phrase ends; 0 where that is not told."""
    return float(result.offset + result.duration) / _TICKS_A_SECOND


def _heard(request: Request, seconds: float, phrase: float, said: str, *, understood: bool) -> Answer:
    """`seconds` from the call to its result; `phrase`: where in the audio that result ends."""
    lasts = audio.seconds_of(request.samples)
    # Paced, the last of a phrase cannot come before it has been spoken: what counts is what comes after.
    latency = max(0.0, seconds - min(phrase or lasts, lasts)) if request.paced else seconds
    worked = lasts + latency if request.paced else seconds
    return Answer(said if understood else "nothing recognised", latency, worked / lasts, understood)


def _spoken(file: bytes, first: float, whole: float) -> Answer:
    try:
        samples = audio.of_wav(file)
    except ValueError as error:
        raise CallFailedError(str(error)) from None
    if not samples:
        raise CallFailedError("an answer without audio")
    lasts = audio.seconds_of(samples)
    return Answer(f"{lasts:.1f} s of speech", first, whole / lasts, samples=samples)


def _post(request: Request, path: str, **content: Any) -> httpx.Response:  # noqa: ANN401  # what httpx takes
    try:
        answer = httpx.post(f"http://{request.address}{path}", timeout=request.seconds, trust_env=False, **content)
    except httpx.HTTPError as error:
        raise CallFailedError(_words(str(error)) or type(error).__name__) from None
    if answer.is_error:
        raise CallFailedError(f"{answer.status_code}: {_words(answer.text)}")
    return answer


def _words(details: str) -> str:
    """On one line, without the number that the SDK gives each session."""
    return re.sub(r"\s*SessionId: \w+", "", " ".join(details.split()))
