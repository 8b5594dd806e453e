"""Clients of Speech containers that know how long they want to speak, and whether they were cut."""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.sandbox.container.container_doubles import client_audio, service_message

PATH = "/speech/recognition/conversation/cognitiveservices/v1"
_PAUSE_SECONDS = 1.0
_ANSWER_SECONDS = 10.0
_AUDIO = bytes(640)
"""20 ms of it: what counts is that the connection is in use."""


@dataclass(frozen=True)
class Told:
    """What became of one stream. Times are of the monotonic clock."""

    address: str
    wanted_seconds: float
    began: float
    ended: float
    cut: str = ""
    """How it was ended before its end; empty where it was not."""

    @property
    def seconds(self) -> float:
        """How long it was."""
        return self.ended - self.began


async def speak(address: str, seconds: float) -> Told:
    """One stream of that length, from its first audio to the service's last word."""
    began = time.monotonic()
    try:
        async with connect(f"ws://{address}{PATH}", subprotocols=["USP"], proxy=None) as stream:
            await _talk(stream, began + seconds)
    except (ConnectionClosed, InvalidStatus, OSError, TimeoutError) as fault:
        return Told(address, seconds, began, time.monotonic(), f"{type(fault).__name__}: {fault}")
    return Told(address, seconds, began, time.monotonic())


async def _talk(stream: ClientConnection, ends: float) -> None:
    request = uuid.uuid4().hex
    listening = asyncio.create_task(_last_word(stream))
    try:
        while not listening.done() and (left := ends - time.monotonic()) > 0:
            await stream.send(client_audio(request, _AUDIO))
            await asyncio.wait([listening], timeout=min(left, _PAUSE_SECONDS))
        if not listening.done():
            await stream.send(client_audio(request, b""))
        await asyncio.wait_for(listening, _ANSWER_SECONDS)
    finally:
        listening.cancel()


async def _last_word(stream: ClientConnection) -> None:
    while service_message(str(await stream.recv()))[0] != "turn.end":
        continue


async def repeatedly(
    choose: Callable[[], Awaitable[str]], length: Callable[[], float], until: asyncio.Event
) -> list[Told]:
    """Stream after stream, each at an address that is chosen for it."""
    told = []
    while not until.is_set():
        told.append(await speak(await choose(), length()))
    return told
