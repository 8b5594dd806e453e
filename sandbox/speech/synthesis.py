"""Text to speech: SSML in, a quiet tone out, as long as the text would take to read."""

import re
import uuid
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.speech.audio import as_wav, tone
from sandbox.speech.container import SpeechContainer
from sandbox.speech.kinds import Image
from sandbox.speech.protocol import Frame, FrameError, audio_frame, text_frame
from sandbox.speech.recognition import BAD_DATA, FAILED, close, frames, open_session

DEFAULT_FORMAT = "riff-24khz-16bit-mono-pcm"
SECONDS_A_CHARACTER = 0.06
LONGEST_SECONDS = 10.0
_FORMAT = re.compile(r"(riff|raw)-([\d]+)(khz|hz)-16bit-mono-pcm")
_CHUNK = 32_000
_UNPUBLISHED = {"22khz": 22_050, "44khz": 44_100}


class SpeechRequestError(ValueError):
    """A request for speech that this image does not answer."""


@dataclass(frozen=True)
class Speech:
    """A request that can be answered."""

    characters: int
    hertz: int
    riff: bool

    def audio(self) -> bytes:
        """The tone, under a RIFF header where one was asked for."""
        seconds = min(LONGEST_SECONDS, max(0.2, self.characters * SECONDS_A_CHARACTER))
        samples = tone(seconds, self.hertz)
        return as_wav(samples, self.hertz) if self.riff else samples


def read_speech(ssml: str | bytes, output_format: str, image: Image) -> Speech:
    """A request checked against the image. Raises SpeechRequestError."""
    match = _FORMAT.fullmatch(output_format)
    if match is None:
        raise SpeechRequestError(
            f"Unsupported output format {output_format}: the sandbox sends riff or raw 16 bit mono PCM."
        )
    rate = match[2] + match[3]
    hertz = _UNPUBLISHED.get(rate) or int(match[2]) * (1000 if match[3] == "khz" else 1)
    try:
        root = ET.fromstring(ssml)  # noqa: S314  a local double, read by no other
    except ET.ParseError as error:
        raise SpeechRequestError("The SSML is not well-formed.") from error
    voices = [element.get("name", "") for element in root.iter() if element.tag.rpartition("}")[2] == "voice"]
    for voice in voices or [""]:
        _check_voice(voice, image)
    return Speech(len("".join(root.itertext()).strip()), hertz, match[1] == "riff")


def _check_voice(voice: str, image: Image) -> None:
    # A tag has small letters only, so the exact name is not known here: a name in small letters alone is surely wrong.
    if not image.ssml_voice or (voice.lower() == image.ssml_voice and voice != image.ssml_voice):
        return
    raise SpeechRequestError(f"Unsupported voice {voice}.")


async def synthesise(request: Request) -> Response:
    """POST SSML, receive audio."""
    container: SpeechContainer = request.app.state.container
    refusal = container.refusal()
    if refusal:
        return PlainTextResponse(refusal.text, refusal.status)
    output_format = request.headers.get("X-Microsoft-OutputFormat", DEFAULT_FORMAT)
    try:
        speech = read_speech(await request.body(), output_format, container.image)
    except SpeechRequestError as error:
        return PlainTextResponse(str(error), 400)
    container.metering.count(speech.characters)
    return Response(speech.audio(), media_type="audio/x-wav" if speech.riff else "audio/basic")


async def synthesise_by_websocket(websocket: WebSocket) -> None:
    """Answer a Speech SDK synthesiser until it leaves."""
    container = await open_session(websocket)
    if container is None:
        return
    output_format = DEFAULT_FORMAT
    try:
        async for frame in frames(websocket):
            if frame.path == "synthesis.context":
                output_format = _asked_format(frame)
            elif frame.path == "ssml":
                refusal = container.refusal()
                if refusal:
                    await close(websocket, FAILED, refusal.text)
                    return
                speech = read_speech(frame.body, output_format, container.image)
                container.metering.count(speech.characters)
                await _send(websocket, frame.request_id, speech)
    except (FrameError, SpeechRequestError) as error:
        await close(websocket, BAD_DATA, str(error))
    except WebSocketDisconnect:
        return


def _asked_format(frame: Frame) -> str:
    try:
        return str(frame.json()["synthesis"]["audio"]["outputFormat"])
    except (LookupError, TypeError):
        return DEFAULT_FORMAT


async def _send(websocket: WebSocket, request_id: str, speech: Speech) -> None:
    stream_id = uuid.uuid4().hex.upper()
    context = {"serviceTag": request_id}
    await websocket.send_text(text_frame("turn.start", request_id, {"context": context}))
    response = {"context": context, "audio": {"type": "inline", "streamId": stream_id}}
    await websocket.send_text(text_frame("response", request_id, response))
    audio = speech.audio()
    for start in range(0, len(audio), _CHUNK):
        await websocket.send_bytes(audio_frame(request_id, stream_id, audio[start : start + _CHUNK]))
    await websocket.send_bytes(audio_frame(request_id, stream_id, b""))
    await websocket.send_text(text_frame("turn.end", request_id, {}))


async def list_voices(request: Request) -> Response:
    """The one voice of the image, in the tag's small letters."""
    image: Image = request.app.state.container.image
    type_ = "Neural" if "neural" in image.name else "Standard"
    return JSONResponse([{"ShortName": image.ssml_voice, "Locale": image.locale, "VoiceType": type_}])


async def report_health(request: Request) -> Response:
    """Whether a synthesis would be answered now."""
    refusal = request.app.state.container.refusal()
    return PlainTextResponse(refusal.text if refusal else "Healthy", 503 if refusal else 200)
