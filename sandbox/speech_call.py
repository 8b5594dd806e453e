"""One call of each kind of container, with audio it makes itself and a deadline.

By the real Speech SDK where the kind speaks with it; fast transcription and the retired kinds of 2019 have REST only.
"""

import json
import threading
from collections.abc import Callable
from typing import Any

import azure.cognitiveservices.speech as speechsdk
import httpx

from sandbox.speech.audio import as_wav, tone

HERTZ = 16_000
TONE_SECONDS = 1.5


class CallFailedError(Exception):
    """The service refused, or did not answer in time."""


Call = Callable[[str, str, float], str]
"""From an address, a voice and a deadline in seconds to what was answered. Raises CallFailedError."""


def recognise(address: str, _voice: str, seconds: float) -> str:
    """Transcribe the tone."""
    recogniser = speechsdk.SpeechRecognizer(_config(address), _audio())
    return f'"{recognise_once(recogniser, seconds).text}"'


def identify(address: str, _voice: str, seconds: float) -> str:
    """Name the language of the tone, of two."""
    languages = speechsdk.languageconfig.AutoDetectSourceLanguageConfig(languages=["en-US", "de-DE"])
    recogniser = speechsdk.SourceLanguageRecognizer(
        speech_config=_config(address), auto_detect_source_language_config=languages, audio_config=_audio()
    )
    result = recognise_once(recogniser, seconds)
    return str(speechsdk.AutoDetectSourceLanguageResult(result).language)


def synthesise(address: str, voice: str, seconds: float) -> str:
    """Speak a sentence."""
    config = _config(address)
    config.speech_synthesis_voice_name = voice
    synthesiser = speechsdk.SpeechSynthesizer(config, None)
    answer = _Answer()
    synthesiser.synthesis_completed.connect(answer.take)
    synthesiser.synthesis_canceled.connect(answer.take)
    call = synthesiser.speak_text_async("The sandbox has one voice.")
    result = answer.wait(seconds)
    call.get()
    if result.reason != speechsdk.ResultReason.SynthesizingAudioCompleted:
        raise CallFailedError(_words(result.cancellation_details.error_details))
    return f"{len(result.audio_data)} bytes of audio"


def transcribe_fast(address: str, _voice: str, seconds: float) -> str:
    """Transcribe the tone as a file."""
    audio = as_wav(tone(TONE_SECONDS, HERTZ, pitch=400), HERTZ)
    answer = _post(
        f"http://{address}/stt/transcriptions:transcribe?api-version=2024-11-15",
        seconds,
        files={"audio": ("tone.wav", audio, "audio/wav")},
        data={"definition": json.dumps({"locales": ["en-US"]})},
    )
    return f'"{answer.json()["combinedPhrases"][0]["text"]}"'


def synthesise_by_rest(address: str, voice: str, seconds: float) -> str:
    """Speak a sentence, at the address of the pages of 2019 and 2020."""
    ssml = f"<speak version='1.0' xml:lang='en-US'><voice name='{voice}'>The sandbox has one voice.</voice></speak>"
    headers = {"Content-Type": "application/ssml+xml", "X-Microsoft-OutputFormat": "riff-24khz-16bit-mono-pcm"}
    answer = _post(
        f"http://{address}/speech/synthesize/cognitiveservices/v1", seconds, content=ssml.encode(), headers=headers
    )
    return f"{len(answer.content)} bytes of audio"


CALLS: dict[str, Call] = {
    "speech-to-text": recognise,
    "custom-speech-to-text": recognise,
    "neural-text-to-speech": synthesise,
    "language-identification": identify,
    "fast-transcription": transcribe_fast,
    "text-to-speech": synthesise_by_rest,
    "custom-text-to-speech": synthesise_by_rest,
}


class _Answer:
    """The result of an SDK event. The SDK's own futures wait for ever."""

    def __init__(self) -> None:
        self._come = threading.Event()
        self._result: Any = None

    def take(self, event: Any) -> None:  # noqa: ANN401  the SDK has no types
        """Keep the first result."""
        if not self._come.is_set():
            self._result = event.result
            self._come.set()

    def wait(self, seconds: float) -> Any:  # noqa: ANN401  the SDK has no types
        """The result. Raises CallFailedError when none comes in time."""
        if not self._come.wait(seconds):
            raise CallFailedError(f"no answer within {seconds:g} s")
        return self._result


def recognise_once(recogniser: Any, seconds: float) -> Any:  # noqa: ANN401  the SDK has no types
    """The result of one phrase. Raises CallFailedError."""
    answer = _Answer()
    recogniser.recognized.connect(answer.take)
    recogniser.canceled.connect(answer.take)
    call = recogniser.recognize_once_async()
    result = answer.wait(seconds)
    call.get()
    if result.reason != speechsdk.ResultReason.RecognizedSpeech:
        details = result.cancellation_details
        raise CallFailedError(_words(details.error_details) if details else str(result.reason))
    return result


def _post(url: str, seconds: float, **content: Any) -> httpx.Response:  # noqa: ANN401  what httpx takes
    try:
        answer = httpx.post(url, timeout=seconds, trust_env=False, **content)
    except httpx.HTTPError as error:
        raise CallFailedError(str(error) or type(error).__name__) from error
    if answer.is_error:
        raise CallFailedError(f"{answer.status_code}: {_words(answer.text)}")
    return answer


def _config(address: str) -> Any:  # noqa: ANN401  the SDK has no types
    return speechsdk.SpeechConfig(host=f"ws://{address}")


def _audio() -> Any:  # noqa: ANN401  the SDK has no types
    stream = speechsdk.audio.PushAudioInputStream(
        speechsdk.audio.AudioStreamFormat(samples_per_second=HERTZ, bits_per_sample=16, channels=1)
    )
    stream.write(tone(TONE_SECONDS, HERTZ, pitch=400))
    stream.close()
    return speechsdk.audio.AudioConfig(stream=stream)


def _words(details: str) -> str:
    return " ".join(details.split())
