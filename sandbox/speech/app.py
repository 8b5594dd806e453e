"""The addresses of a Speech container."""

import asyncio
import contextlib
import html
from collections.abc import AsyncIterator, Iterable, Iterator

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from sandbox.speech import fast
from sandbox.speech.container import SpeechContainer
from sandbox.speech.enrichment import look_for_cache
from sandbox.speech.kinds import Answers, Image
from sandbox.speech.recognition import recognise
from sandbox.speech.records import UsageRecords, record_routes
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

SYNTHESIS_PATHS = ("/cognitiveservices/v1", "/speech/synthesize/cognitiveservices/v1")
"""The second is the one of the pages of 2019 and 2020."""

_PAGE = """<!doctype html>
<html lang="en"><title>{title}</title>
<h1>{title}</h1>
<p>This is a simulation of a Speech container ({image}). It recognises and speaks nothing.</p>
{body}
</html>
"""


def speech_app(container: SpeechContainer) -> Starlette:
    """The application of one container; it reports usage while it runs."""
    records = record_routes(container.metering) if isinstance(container.metering, UsageRecords) else []
    app = Starlette(routes=[*_routes(container.image), *records], lifespan=_reporting)
    app.state.container = container
    return app


@contextlib.asynccontextmanager
async def _reporting(app: Starlette) -> AsyncIterator[None]:
    container: SpeechContainer = app.state.container
    tasks = [asyncio.create_task(work) for work in (container.metering.run(), look_for_cache(container))]
    yield
    for task in tasks:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _home(request: Request) -> Response:
    container: SpeechContainer = request.app.state.container
    ready = _READY_PATHS.get(container.image.kind.answers, "/ready")
    links = "".join(f'<li><a href="{path}">{path}</a>' for path in (ready, "/status", "/swagger"))
    model = f"<p>{html.escape(container.model)}</p>" if container.model else ""
    return _page(request, "Your Speech container is up and running", f"{model}<ul>{links}</ul>")


async def _ready(request: Request) -> Response:
    container: SpeechContainer = request.app.state.container
    service = container.image.kind.service
    if not container.loaded:
        return JSONResponse({"service": service, "ready": "notReady", "message": "The model is loading."}, 503)
    return JSONResponse({"service": service, "ready": "ready", "message": container.metering.message})


async def _status(request: Request) -> Response:
    container: SpeechContainer = request.app.state.container
    status = await container.metering.check()
    service = container.image.kind.service
    return JSONResponse({"service": service, "apiStatus": status, "apiStatusMessage": container.metering.message})


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
    Route("/status", _status),
    Route("/swagger", _swagger),
    Route("/swagger/index.html", _swagger_page),
    Route("/swagger/v1/swagger.json", _swagger_document),
)

_READY_PATHS = {Answers.FAST_TRANSCRIPTION: "/stt/health"}
"""The page on fast transcription (2026-09) names no `/ready`."""

_SYNTHESIS_HEALTH_SINCE = "3.10.0"
"""Release notes of 2025-05."""


def _routes(image: Image) -> list[BaseRoute]:
    match image.kind.answers:
        case Answers.RECOGNITION:
            return [*_COMMON, Route("/ready", _ready), *_sockets(RECOGNITION_PATHS)]
        case Answers.IDENTIFICATION:
            return [*_COMMON, Route("/ready", _ready), *_sockets((IDENTIFICATION_PATH,))]
        case Answers.FAST_TRANSCRIPTION:
            return [
                *_COMMON,
                Route("/stt/health", fast.report_health),
                Route("/stt/transcriptions:transcribe", fast.transcribe, methods=["POST"]),
            ]
        case Answers.SYNTHESIS:
            health = [Route("/synthesize/health", report_health)] if image.since(_SYNTHESIS_HEALTH_SINCE) else []
            return [
                *_COMMON,
                Route("/ready", _ready),
                WebSocketRoute("/cognitiveservices/websocket/v1", synthesise_by_websocket),
                *(Route(path, synthesise, methods=["POST"]) for path in SYNTHESIS_PATHS),
                Route("/cognitiveservices/voices/list", list_voices),
                *health,
            ]


def _sockets(paths: Iterable[str]) -> Iterator[BaseRoute]:
    for path in paths:
        yield WebSocketRoute(path, recognise)
        yield Route(path, _no_rest, methods=_METHODS)
