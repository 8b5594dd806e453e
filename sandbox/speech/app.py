"""The addresses of a Speech container."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from sandbox.speech.container import SpeechContainer
from sandbox.speech.kinds import Answers
from sandbox.speech.metering import STATUSES
from sandbox.speech.recognition import recognise
from sandbox.speech.synthesis import list_voices, report_health, synthesise, synthesise_by_websocket

RECOGNITION_PATHS = (
    "/speech/recognition/interactive/cognitiveservices/v1",
    "/speech/recognition/conversation/cognitiveservices/v1",
    "/speech/recognition/dictation/cognitiveservices/v1",
    "/stt/speech/universal/v2",
    "/speech/universal/v2",
)
IDENTIFICATION_PATH = "/speech/universal/v2"
"""Of the two universal paths the JavaScript SDK asks the first, the native one the second (1.53.0, measured)."""

_PAGE = """<!doctype html>
<html lang="en"><title>{title}</title>
<h1>{title}</h1>
<p>This is a simulation of a Speech container ({image}). It recognises and speaks nothing.</p>
{body}
</html>
"""


def speech_app(container: SpeechContainer) -> Starlette:
    """The application of one container; it reports usage while it runs."""
    app = Starlette(routes=[*_COMMON, *_ROUTES[container.image.kind.answers]], lifespan=_reporting)
    app.state.container = container
    return app


@contextlib.asynccontextmanager
async def _reporting(app: Starlette) -> AsyncIterator[None]:
    reports = asyncio.create_task(app.state.container.metering.run())
    yield
    reports.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await reports


async def _home(request: Request) -> Response:
    links = "".join(f'<li><a href="{path}">{path}</a>' for path in ("/ready", "/status", "/swagger"))
    return _page(request, "Your Speech container is up and running", f"<ul>{links}</ul>")


async def _ready(request: Request) -> Response:
    container: SpeechContainer = request.app.state.container
    service = container.image.kind.service
    if not container.loaded:
        return JSONResponse({"service": service, "ready": "notReady", "message": container.refusal()}, 503)
    return JSONResponse({"service": service, "ready": "ready", "message": STATUSES[container.metering.status]})


async def _status(request: Request) -> Response:
    container: SpeechContainer = request.app.state.container
    status = await container.metering.check()
    service = container.image.kind.service
    return JSONResponse({"service": service, "apiStatus": status, "apiStatusMessage": STATUSES[status]})


async def _swagger(_: Request) -> Response:
    return RedirectResponse("/swagger/index.html")


async def _swagger_page(request: Request) -> Response:
    return _page(request, "Swagger", '<p><a href="/swagger/v1/swagger.json">swagger.json</a></p>')


async def _swagger_document(request: Request) -> Response:
    image = request.app.state.container.image
    paths: dict[str, dict[str, str]] = {route.path: {} for route in request.app.routes if isinstance(route, Route)}
    info = {"title": f"Simulation of {image.name}", "version": image.version}
    return JSONResponse({"openapi": "3.0.1", "info": info, "paths": paths})


async def _no_rest(_: Request) -> Response:
    return PlainTextResponse("Speech to text is answered by WebSocket only.", 405)


def _page(request: Request, title: str, body: str) -> Response:
    return HTMLResponse(_PAGE.format(title=title, image=request.app.state.container.image.name, body=body))


_METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]

_COMMON: tuple[BaseRoute, ...] = (
    Route("/", _home),
    Route("/ready", _ready),
    Route("/status", _status),
    Route("/swagger", _swagger),
    Route("/swagger/index.html", _swagger_page),
    Route("/swagger/v1/swagger.json", _swagger_document),
)

_ROUTES: dict[Answers, tuple[BaseRoute, ...]] = {
    Answers.RECOGNITION: (
        *(WebSocketRoute(path, recognise) for path in RECOGNITION_PATHS),
        *(Route(path, _no_rest, methods=_METHODS) for path in RECOGNITION_PATHS),
    ),
    Answers.IDENTIFICATION: (
        WebSocketRoute(IDENTIFICATION_PATH, recognise),
        Route(IDENTIFICATION_PATH, _no_rest, methods=_METHODS),
    ),
    Answers.SYNTHESIS: (
        WebSocketRoute("/cognitiveservices/websocket/v1", synthesise_by_websocket),
        Route("/cognitiveservices/v1", synthesise, methods=["POST"]),
        Route("/cognitiveservices/voices/list", list_voices),
        Route("/synthesize/health", report_health),
    ),
}
