"""`portforward` of a pod over a WebSocket, as the `kubernetes` client for Python speaks it: v4.channel.k8s.io.

Each port has two channels, data and error, named by the first byte of a message; on each, the first message is the port
(kubernetes.io, apiserver's wsstream; read of the client's own code, 2026-08).
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.kube import errors
from sandbox.kube.access import Access
from sandbox.kube.pod_documents import View
from sandbox.kube.pods import Pods

PROTOCOL = "v4.channel.k8s.io"
_PIECE_BYTES = 65536
_LARGEST_PORT = 65535


def port_forward_route(pods: Pods, access: Access) -> WebSocketRoute:
    """The subresource, below `/kubernetes/{cluster_uid}`."""

    async def answer(websocket: WebSocket) -> None:
        try:
            view, ports = await run_in_threadpool(_asked, websocket, pods, access)
        except errors.ApiError as error:
            await websocket.send_denial_response(JSONResponse(error.status, error.code))
            return
        await websocket.accept(PROTOCOL)
        await _relay(websocket, view, ports)

    return WebSocketRoute("/api/v1/namespaces/{namespace}/pods/{name}/portforward", answer)


def _asked(websocket: WebSocket, pods: Pods, access: Access) -> tuple[View, list[int]]:
    path, headers = websocket.path_params, websocket.headers
    cluster = access(path["cluster_uid"])
    if cluster is None:
        raise errors.ApiError(503, "ServiceUnavailable", "no cluster of this address")
    if refused := cluster.refusal(headers.get("authorization", "").removeprefix("Bearer ")):
        raise errors.ApiError(refused.status, "Unauthorized", refused.text)
    if PROTOCOL not in websocket.scope["subprotocols"]:
        raise errors.bad_request(f"the sandbox forwards ports by {PROTOCOL} only")
    view = pods.view(cluster.uid, path["namespace"], path["name"])
    texts = [text for one in websocket.query_params.getlist("ports") for text in one.split(",")]
    if not texts or not all(text.isdecimal() and 0 < int(text) <= _LARGEST_PORT for text in texts):
        raise errors.bad_request("ports has to be numbers of ports")
    return view, [int(text) for text in texts]


async def _relay(websocket: WebSocket, view: View, ports: list[int]) -> None:
    writers: dict[int, asyncio.StreamWriter] = {}
    pumps: list[asyncio.Task[None]] = []
    for channel, port in zip(range(0, 2 * len(ports), 2), ports, strict=True):
        for one in (channel, channel + 1):
            await websocket.send_bytes(bytes([one]) + port.to_bytes(2, "little"))
        try:
            reader, writers[channel] = await asyncio.open_connection("127.0.0.1", _local(view, port))
        except OSError as error:
            told = f"error forwarding port {port} to pod {view.name}, uid {view.uid()}: {error}"
            await websocket.send_bytes(bytes([channel + 1]) + told.encode())
        else:
            pumps.append(asyncio.create_task(_pump(reader, websocket.send_bytes, bytes([channel]))))
    ended: asyncio.Future[list[None]] = asyncio.gather(*pumps)
    taken = asyncio.create_task(_take(websocket, writers))
    either: list[asyncio.Future[Any]] = [ended, taken]
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for future in either:
            future.cancel()
        await asyncio.gather(*either, return_exceptions=True)
        for writer in writers.values():
            writer.close()
        with suppress(RuntimeError, WebSocketDisconnect):  # the client has closed it
            await websocket.close()


def _local(view: View, port: int) -> int:
    """The local port of the process that plays the container that listens there. Raises OSError."""
    for run in view.run.runs:
        process = run.process
        if process and process.listens and process.port and process.container_port == port:
            return process.port
    raise ConnectionRefusedError(f"dial tcp4 127.0.0.1:{port}: connect: connection refused")


async def _pump(reader: asyncio.StreamReader, send: Callable[[bytes], Awaitable[None]], channel: bytes) -> None:
    with suppress(ConnectionError, WebSocketDisconnect, RuntimeError):
        while data := await reader.read(_PIECE_BYTES):
            await send(channel + data)


async def _take(websocket: WebSocket, writers: dict[int, asyncio.StreamWriter]) -> None:
    with suppress(ConnectionError, WebSocketDisconnect, RuntimeError, KeyError):
        while data := await websocket.receive_bytes():
            if writer := writers.get(data[0]):
                writer.write(data[1:])
                await writer.drain()
