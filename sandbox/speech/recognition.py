"""The WebSocket of speech to text and of language identification: turns of many requests, one after another."""

import logging
from collections.abc import AsyncIterator
from typing import Any

from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.speech.asked import Asked
from sandbox.speech.audio import AudioFormatError
from sandbox.speech.container import SpeechContainer
from sandbox.speech.enrichment import sentiment, speakers
from sandbox.speech.kinds import Answers
from sandbox.speech.protocol import SUBPROTOCOL, Frame, FrameError, read_frame
from sandbox.speech.transcription import Transcriber, identification, recognition
from sandbox.speech.turns import Manner, Turn

BAD_DATA, FAILED, BUSY = 1007, 1011, 1013
"""WebSocket close codes."""

_REASON_BYTES = 123
"""What a close frame has room for (RFC 6455, 5.5)."""

_PHRASE_LISTS_2_SINCE = "2.6.0"

_log = logging.getLogger("Microsoft.CloudAI.Containers.Speech.Recognition")


async def open_session(websocket: WebSocket) -> SpeechContainer | None:
    """Accept the upgrade, or refuse it by HTTP and return none where the container answers nothing now."""
    container: SpeechContainer = websocket.app.state.container
    refusal = container.refusal()
    if refusal:
        await websocket.send_denial_response(PlainTextResponse(refusal.text, refusal.status))
        return None
    await websocket.accept(subprotocol=SUBPROTOCOL if SUBPROTOCOL in websocket.scope["subprotocols"] else None)
    return container


async def frames(websocket: WebSocket) -> AsyncIterator[Frame]:
    """The client's messages until it leaves. Raises FrameError."""
    while True:
        event = await websocket.receive()
        if event["type"] == "websocket.disconnect":
            return
        text = event.get("text")
        yield read_frame(text if text is not None else event["bytes"])


async def close(websocket: WebSocket, code: int, reason: str) -> None:
    """Close with a reason cut to what a close frame holds."""
    await websocket.close(code, reason[:_REASON_BYTES])


async def recognise(websocket: WebSocket) -> None:
    """Answer a Speech SDK client until it leaves."""
    container = await open_session(websocket)
    if container is None:
        return
    session = _Session(websocket, container)
    try:
        async for frame in frames(websocket):
            if not await session.receive(frame):
                return
    except (FrameError, AudioFormatError) as error:
        await close(websocket, BAD_DATA, str(error))
    except WebSocketDisconnect:
        return
    finally:
        session.close()


class _Session:
    """The turns of one connection. Messages of a request that has been answered are late ones: they are dropped."""

    def __init__(self, websocket: WebSocket, container: SpeechContainer) -> None:
        self._websocket = websocket
        self._container = container
        self._context: dict[str, Any] = {}
        self._turn: Turn | None = None
        self._answered = ""

    async def receive(self, frame: Frame) -> bool:
        """Take one message; false where the connection has been closed."""
        if frame.path == "speech.context":
            self._context = frame.json()
        if frame.path != "audio" or frame.request_id == self._answered:
            return True
        if self._turn is None or self._turn.request_id != frame.request_id:
            self.close()
            refusal = self._container.refusal()
            if refusal:
                await close(self._websocket, FAILED, refusal.text)
                return False
            manner = await self._manner(frame.request_id)
            if not self._container.decoders.take():
                await close(self._websocket, BUSY, "ResourceExhausted: no free decoder.")
                return False
            self._turn = Turn(frame.request_id, manner)
        for message in self._turn.receive(frame.body):
            await self._websocket.send_text(message)
        if self._turn.ended:
            self.close()
        return True

    def close(self) -> None:
        """End the running turn, if any: its decoder is free and its audio counts."""
        turn, self._turn = self._turn, None
        if turn is None:
            return
        self._answered = turn.request_id
        self._container.decoders.give_back()
        if self._container.image.kind.charged:
            self._container.metering.count(turn.seconds)
        _log.info("A stream of %.1f seconds has ended.", turn.seconds)

    async def _manner(self, turn: str) -> Manner:
        asked = Asked(self._websocket.query_params, self._context)
        if self._container.image.kind.answers is Answers.IDENTIFICATION:
            return identification(asked)
        transcriber = Transcriber(
            asked,
            interpolates=self._container.image.since(_PHRASE_LISTS_2_SINCE),
            speakers=await speakers(self._container, asked, turn),
            sentiment=await sentiment(self._container, asked),
        )
        return recognition(self._websocket.url.path, transcriber)
