"""Clients of Speech containers that know how long they want to speak, and whether they were cut."""

import asyncio
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from conformance.client import Client
from conformance.kubelet_pod import ADDRESS
from tests.sandbox.container.container_doubles import client_audio, service_message

PATH = "/speech/recognition/conversation/cognitiveservices/v1"
_PAUSE_SECONDS = 1.0
_OPEN_SECONDS = _ANSWER_SECONDS = 30.0
_LOOK_SECONDS = 0.2
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
        # No pings: a machine that is too busy to answer one is no cut.
        async with connect(
            f"ws://{address}{PATH}", subprotocols=["USP"], proxy=None, open_timeout=_OPEN_SECONDS, ping_interval=None
        ) as stream:
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


class Service:
    """What kube-proxy and a gateway do together: a new stream goes to the ready endpoint with the fewest."""

    def __init__(self, client: Client, namespace: str, name: str) -> None:
        self._client, self._name = client, name
        self._slices = f"/apis/discovery.k8s.io/v1/namespaces/{namespace}/endpointslices"
        self._pods = f"/api/v1/namespaces/{namespace}/pods"
        self._ready: set[str] = set()
        self.streams: Counter[str] = Counter()
        """Those that are open, by address."""
        self.leaving: dict[str, float] = {}
        """When a pod was first seen to end, of the monotonic clock, by its address; none that ended before."""
        self._left: set[str] = set()
        self.told: list[Told] = []

    @asynccontextmanager
    async def followed(self) -> AsyncIterator[None]:
        """Looks again and again meanwhile. kube-proxy is told; its delay is not smaller."""
        await asyncio.to_thread(self._look)
        self._left |= self.leaving.keys()
        self.leaving.clear()
        following = asyncio.create_task(self._follow())
        try:
            yield
        finally:
            following.cancel()

    async def call(self, seconds: float) -> Told:
        """One stream of that length."""
        address = min(self._ready, key=lambda one: self.streams[one])
        self.streams[address] += 1
        try:
            told = await speak(address, seconds)
        finally:
            self.streams[address] -= 1
        self.told.append(told)
        return told

    def held(self) -> list[Told]:
        """Streams that ran when their pod was told to go, and had not been cut then."""
        gone = self.leaving
        return [one for one in self.told if one.address in gone and one.began < gone[one.address] < one.ended]

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            await asyncio.to_thread(self._look)

    def _look(self) -> None:
        slices = self._client.items(f"{self._slices}?labelSelector=kubernetes.io/service-name={self._name}")
        pods = {pod["metadata"]["name"]: pod["metadata"] for pod in self._client.items(self._pods)}
        addresses = {name: meta.get("annotations", {}).get(ADDRESS, "") for name, meta in pods.items()}
        endpoints = [one for each in slices for one in each.get("endpoints") or ()]
        ready = {one["targetRef"]["name"] for one in endpoints if one["conditions"]["ready"]}
        self._ready = {addresses[name] for name in ready if addresses.get(name)}
        for name, meta in pods.items():
            if "deletionTimestamp" in meta and addresses[name] not in self._left:
                self.leaving.setdefault(addresses[name], time.monotonic())
