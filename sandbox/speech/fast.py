"""Fast transcription: a whole file in, its text out, by REST (speech-container-ft, 2026-09-08)."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.speech.audio import AudioFormatError, read_header
from sandbox.speech.container import SpeechContainer
from sandbox.speech.multipart import FormError, read_form
from sandbox.speech.transcription import simulated_text, timed_words

LARGEST_BYTES = 300 << 20
_SPEAKERS = range(2, 36)
_FORMS = {"locales": list, "channels": list, "diarization": dict, "phraseList": str | dict, "audioUrl": str}
_FETCH_SECONDS = 30.0


class FastRequestError(ValueError):
    """A request that is not answered. `status` is that of HTTP."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True)
class Recording:
    """The audio of a request."""

    seconds: float
    hertz: int


async def transcribe(request: Request) -> Response:
    """POST a form of `definition` and `audio`."""
    container: SpeechContainer = request.app.state.container
    refusal = container.refusal()
    if refusal:
        return _error(refusal.text, refusal.status)
    try:
        form = read_form(request.headers.get("content-type", ""), await _body(request))
        definition = _definition(form.get("definition", b"{}"), container.settings.decoders)
        recording = _measure(await _audio(form, definition, container))
    except (FormError, FastRequestError) as error:
        return _error(str(error), getattr(error, "status", 400))
    channels = definition.get("channels") or [None]
    container.metering.count(recording.seconds * len(channels))
    return JSONResponse(_answer(recording, definition, container.image.locale))


async def report_health(request: Request) -> Response:
    """Whether a transcription would be answered now."""
    refusal = request.app.state.container.refusal()
    return JSONResponse({"status": refusal.text if refusal else "Healthy"}, 503 if refusal else 200)


def _error(text: str, status: int) -> JSONResponse:
    return JSONResponse({"code": "InvalidRequest" if status < 500 else "ServiceUnavailable", "message": text}, status)  # noqa: PLR2004


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BYTES:
            raise FastRequestError("The audio is larger than 300 MB.", 413)
    return bytes(body)


def _definition(text: bytes, decoders: int) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise FastRequestError("The definition is no JSON.") from error
    if not isinstance(found, dict):
        raise FastRequestError("The definition is no JSON object.")
    for name, form in _FORMS.items():
        if not isinstance(found.get(name), form | None):
            raise FastRequestError(f"{name} has another form than the page on fast transcription says.")
    if len(found.get("channels") or ()) > decoders:
        raise FastRequestError(f"{len(found['channels'])} channels need as many decoders: DECODER_COUNT is {decoders}.")
    diarization = found.get("diarization") or {}
    if diarization.get("maxSpeakers", _SPEAKERS[0]) not in _SPEAKERS:
        raise FastRequestError("diarization.maxSpeakers is a number from 2 to 35.")
    return found


async def _audio(form: dict[str, bytes], definition: dict[str, Any], container: SpeechContainer) -> bytes:
    url = definition.get("audioUrl")
    if ("audio" in form) == bool(url):
        raise FastRequestError("Either the part audio or the option audioUrl says what to transcribe.")
    if not url:
        return form["audio"]
    uri = urlsplit(url)
    inside = container.network.names.inside(uri.hostname or "", uri.port or 80)
    if uri.scheme != "http" or inside is None:
        raise FastRequestError(f"audioUrl {url} stands outside of the sandbox, which reaches nothing but itself.")
    address = uri._replace(netloc=f"{inside[0]}:{inside[1]}").geturl()
    try:
        async with httpx.AsyncClient(timeout=_FETCH_SECONDS, trust_env=False) as client:
            return (await client.get(address)).raise_for_status().content
    except httpx.HTTPError as error:
        raise FastRequestError(f"audioUrl {url} cannot be read: {error}") from error


def _measure(audio: bytes) -> Recording:
    if not audio.startswith(b"RIFF"):
        raise FastRequestError("Unsupported media format: the sandbox measures WAV only.", 422)
    try:
        form, samples = read_header(audio)
    except AudioFormatError as error:
        raise FastRequestError(f"Unsupported media format: {error}.", 422) from error
    return Recording(len(samples) / form.bytes_a_second, form.hertz)


def _answer(recording: Recording, definition: dict[str, Any], locale: str) -> dict[str, Any]:
    # The page says a string of phrases with semicolons; the cloud's API says {"phrases": [...]}.
    listed = definition.get("phraseList") or ""
    phrases = listed.get("phrases", ()) if isinstance(listed, dict) else listed.split(";") if listed else ()
    extras = [f"with {len(phrases)} {'phrase' if len(phrases) == 1 else 'phrases'}"] if phrases else []
    text = simulated_text(recording.seconds, recording.hertz, extras)
    phrase: dict[str, Any] = {
        "offsetMilliseconds": 0,
        "durationMilliseconds": _milliseconds(recording.seconds),
        "text": text,
        "locale": next(iter(definition.get("locales") or ()), locale or "en-US"),
        "confidence": 1.0,
    }
    if definition.get("wordLevelTimestampsEnabled", True):
        phrase["words"] = [
            {"text": word, "offsetMilliseconds": _milliseconds(begin), "durationMilliseconds": _milliseconds(seconds)}
            for word, begin, seconds in timed_words(text, 0, recording.seconds)
        ]
    if (definition.get("diarization") or {}).get("enabled"):
        phrase["speaker"] = 1
    channels = [{"channel": number} for number in definition.get("channels") or ()] or [{}]
    return {
        "durationMilliseconds": _milliseconds(recording.seconds),
        "combinedPhrases": [{"text": text, **channel} for channel in channels],
        "phrases": [{**phrase, **channel} for channel in channels],
    }


def _milliseconds(seconds: float) -> int:
    return round(1000 * seconds)
