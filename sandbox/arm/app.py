"""The double's web application: authentication, routing, headers, the journal and injected faults around the engine."""

import asyncio
import json
import logging
import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Host, Route

from sandbox.arm import errors, operations
from sandbox.arm.control import Control
from sandbox.arm.engine import Engine
from sandbox.arm.errors import ArmError
from sandbox.arm.ids import ArmPath, parse
from sandbox.arm.journal import entry
from sandbox.arm.licensing import Licensing
from sandbox.arm.login import Login
from sandbox.arm.metering import Metering
from sandbox.arm.model import Answer, Call, World
from sandbox.arm.providers import PROVIDERS
from sandbox.arm.speech_models import SpeechModels
from sandbox.arm.vault_data import VaultData

_log = logging.getLogger(__name__)
_METHODS = ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"]
_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(-preview)?")
_OPERATION = re.compile(r".*/(operations|operationresults)/([0-9a-f-]{36})", re.IGNORECASE)
_NOWHERE = ArmPath("", "Microsoft.Resources", (), ())


class Arm:
    """Azure Resource Manager over one store."""

    def __init__(self, world: World, changed: Callable[[], None]) -> None:
        self.world, self._changed = world, changed
        self.engine = Engine(world, PROVIDERS)
        self.login, self._control = Login(world), Control(world)
        self._routes = [(route, _pattern(route.template)) for provider in PROVIDERS for route in provider.routes]

    async def endpoint(self, request: Request) -> Response:
        """Answers one request to Resource Manager."""
        raw = await request.body()
        fault = self._control.take_fault(request.method, request.scope["path"])
        if fault.get("kind") == "slow":
            await asyncio.sleep(float(fault["seconds"]))
        status, body, headers = self._respond(request, raw, fault, self._dispatch)
        self.world.store.note(entry(self.world, request, raw, status))
        if request.method not in {"GET", "HEAD"}:
            self._changed()
        return _response(request, status, body, headers)

    def _respond(
        self, request: Request, raw: bytes, fault: dict[str, Any], handler: Callable[[Call], Answer]
    ) -> tuple[int, Any, dict[str, str]]:
        try:
            with self.world.store.transaction():
                self.engine.finish_due()
            if fault.get("kind") == "status":
                pause = {"Retry-After": str(fault["retry_after"])} if "retry_after" in fault else {}
                raise ArmError(fault["status"], fault["code"], fault["message"], headers=pause)  # noqa: TRY301 - one way out
            call = self._call(request, raw, fault)
            with self.world.store.transaction():
                answer = handler(call)
        except ArmError as refusal:
            return refusal.status, refusal.body, refusal.headers
        except Exception:  # noqa: BLE001 - logged whole; clients of Azure expect Azure's envelope, whatever happened
            _log.exception("%s %s", request.method, request.scope["path"])
            text = "The sandbox failed to answer; its logs/server.log says why."
            failure = ArmError(500, "InternalServerError", text)
            return failure.status, failure.body, failure.headers
        return answer.status, answer.body, dict(answer.headers)

    def _call(self, request: Request, raw: bytes, fault: dict[str, Any]) -> Call:
        caller = self.login.arm_caller(request)
        version = next((value for name, value in request.query_params.items() if name.lower() == "api-version"), None)
        if version is None:
            raise errors.missing_api_version()
        if not _VERSION.fullmatch(version):
            raise errors.invalid_api_version(version, {"2024-03-01", "2025-04-01"})
        try:
            body = json.loads(raw) if raw else {}
        except ValueError as broken:
            text = f"The request content was invalid and could not be deserialized: '{broken}'."
            raise errors.bad_request("InvalidRequestContent", text) from broken
        return Call(
            world=self.world,
            method=request.method,
            path=parse(request.scope["path"]) or _NOWHERE,
            version=version,
            query=dict(request.query_params),
            body=body,
            caller=caller,
            headers=dict(request.headers),
            match={"path": request.scope["path"]},
            fault=fault if fault.get("kind") == "operation" else {},
        )

    def _dispatch(self, call: Call) -> Answer:
        path = call.match["path"].rstrip("/")
        operation = _OPERATION.fullmatch(path)
        if operation and call.method == "GET":
            if operation[1].lower() == "operations":
                return operations.status(self.world, operation[2])
            return operations.result(self.world, operation[2], f"{self.world.url}{path}?api-version={call.version}")
        for route, pattern in self._routes:
            match = pattern.fullmatch(path)
            if match and route.method == call.method:
                if call.version not in route.versions:
                    raise errors.invalid_api_version(call.version, route.versions)
                return route.handler(replace(call, match=match.groupdict()))
        if call.path is _NOWHERE:
            raise ArmError(
                404,
                "MissingSubscription",
                "The request did not have a subscription or a valid tenant level resource provider.",
            )
        return self.engine.answer(call)


def _pattern(template: str) -> re.Pattern[str]:
    """`{name}` takes one segment of a path, `{name*}` any number; ARM's paths ignore case."""
    named = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template)
    return re.compile(re.sub(r"\{(\w+)\*\}", r"(?P<\1>.*)", named), re.IGNORECASE)


def _nobody() -> None:
    """Nobody wants to hear of changes."""


def arm_routes(world: World, changed: Callable[[], None] = _nobody) -> list[BaseRoute]:
    """Resource Manager, log-in, vaults and the sandbox's own endpoints. The last one takes every path.

    `changed` is called after each write, in the event loop.
    """
    arm = Arm(world, changed)
    return [
        Host("{vault}.vault.azure.net", VaultData(world).router),
        *Control(world).routes,
        *Metering(world).routes,
        *Licensing(world).routes,
        *SpeechModels(world).routes,
        *arm.login.routes,
        Route("/{path:path}", arm.endpoint, methods=_METHODS),
    ]


def _response(request: Request, status: int, body: Any, headers: dict[str, str]) -> Response:  # noqa: ANN401 - any JSON value
    identifier = str(uuid.uuid4())
    headers |= {
        "x-ms-request-id": identifier,
        "x-ms-correlation-request-id": request.headers.get("x-ms-correlation-request-id", identifier),
        "x-ms-routing-request-id": f"SANDBOX:{identifier}",
        "Cache-Control": "no-cache",
    }
    if "x-ms-client-request-id" in request.headers:
        headers["x-ms-client-request-id"] = request.headers["x-ms-client-request-id"]
    kind = (
        "writes" if request.method in {"PUT", "PATCH", "POST"} else "deletes" if request.method == "DELETE" else "reads"
    )
    headers[f"x-ms-ratelimit-remaining-subscription-{kind}"] = "11999"
    if body is None:
        return Response(status_code=status, headers=headers)
    return JSONResponse(body, status_code=status, headers=headers)
