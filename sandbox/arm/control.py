"""The sandbox's own endpoints under `/sandbox/`. They are no part of Azure: tests steer the double with them."""

import os
import re
import uuid
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.arm.model import World
from sandbox.arm.store import Document
from sandbox.arm.vm_quota import CLUSTER_TYPE, POOL_TYPE

SETTINGS = frozenset(
    {
        "big_container_groups",
        "caller_address",
        "caller_roles",
        "container_limits",
        "control_plane",
        "directory",
        "disconnected_approved",
        "groups",
        "models",
        "not_offered",
        "operation_seconds",
        "page_length",
        "provider_states",
        "refused_vm_sizes",
        "refused_zones",
        "replication_seconds",
        "retry_after_ms",
        "subscription_state",
        "taken_names",
        "vcpu_limits",
    }
)
"""What `PUT /sandbox/settings` takes; docs/sandbox-azure.md explains each."""


class Control:
    """Clock, faults, settings and journal of one world. Whoever reaches the loopback port may use them."""

    def __init__(self, world: World) -> None:
        self._store = world.store

    @property
    def routes(self) -> list[Route]:
        """The control endpoints."""
        return [
            Route("/sandbox/health", self.health),
            Route("/sandbox/clock", self.clock, methods=["GET", "POST"]),
            Route("/sandbox/settings", self.settings, methods=["GET", "PUT"]),
            Route("/sandbox/faults", self.faults, methods=["GET", "POST", "DELETE"]),
            Route("/sandbox/journal", self.journal),
            Route("/sandbox/purchases", self.purchases),
            Route("/sandbox/pools", self.pools, methods=["GET", "POST"]),
        ]

    async def health(self, request: Request) -> Response:
        """The server's process id."""
        del request
        return JSONResponse({"pid": os.getpid()})

    async def clock(self, request: Request) -> Response:
        """GET: {now}. POST {advance_seconds}: moves the clock ahead, for soft deletion, operations and replication."""
        if request.method == "POST":
            ahead = float((await request.json())["advance_seconds"])
            self._store.keep(
                "setting", "clock_offset_seconds", self._store.setting("clock_offset_seconds", 0.0) + ahead
            )
        return JSONResponse({"now": self._store.now()})

    async def settings(self, request: Request) -> Response:
        """GET: the settings made. PUT {name: value}: makes some; null takes one back."""
        if request.method == "PUT":
            wanted = await request.json()
            unknown = sorted(set(wanted) - SETTINGS)
            if unknown:
                return JSONResponse(
                    {"error": f"unknown settings {unknown}; known are {sorted(SETTINGS)}"}, status_code=400
                )
            for name, value in wanted.items():
                if value is None:
                    self._store.forget("setting", name)
                else:
                    self._store.keep("setting", name, value)
        return JSONResponse(dict(self._store.records("setting")))

    async def faults(self, request: Request) -> Response:
        """POST: plants a fault for the next `times` matching requests. GET: those still waiting. DELETE: drops them."""
        if request.method == "POST":
            fault = await request.json()
            problem = _problem(fault)
            if problem:
                return JSONResponse({"error": problem}, status_code=400)
            self._store.keep("fault", f"{self._store.now():020.6f}-{uuid.uuid4()}", {"times": 1, **fault})
        if request.method == "DELETE":
            for key, _ in self._store.records("fault"):
                self._store.forget("fault", key)
        return JSONResponse([fault for _, fault in self._store.records("fault")])

    async def journal(self, request: Request) -> Response:
        """The requests that reached the double, oldest first, secrets masked; `?after=<number>` for the newer ones."""
        return JSONResponse(self._store.journal(int(request.query_params.get("after", "0"))))

    async def purchases(self, request: Request) -> Response:
        """What was committed to, oldest first: {plan, hosting_model, plan_type, tier, units, start, end}."""
        del request
        return JSONResponse([purchase for _, purchase in self._store.records("purchase")])

    async def pools(self, request: Request) -> Response:
        """GET: all pools, {cluster, region, name, properties}. POST {cluster, name, count}: resizes one of them.

        So the cluster's autoscaler does it, without an operation of Resource Manager. 404 where there is none.
        """
        clusters = self._store.of_type(CLUSTER_TYPE)
        pools = [(cluster, pool) for cluster in clusters for pool in self._store.of_type(POOL_TYPE, cluster.id)]
        if request.method == "POST":
            asked = await request.json()
            pools = [each for each in pools if (each[0].name, each[1].name) == (asked["cluster"], asked["name"])]
            for _, pool in pools:
                pool.properties["count"] = int(asked["count"])
                self._store.save(pool)
        shown = [
            {
                "cluster": cluster.name,
                "region": cluster.document["location"],
                "name": pool.name,
                "properties": pool.properties,
            }
            for cluster, pool in pools
        ]
        return JSONResponse(shown, status_code=200 if shown or request.method == "GET" else 404)

    def take_fault(self, method: str, path: str) -> Document:
        """The oldest fault that waits for such a request, used up once; an empty document where there is none."""
        for key, fault in self._store.records("fault"):
            if fault.get("method", method) == method and re.search(fault.get("path", ""), path, re.IGNORECASE):
                if fault["times"] > 1:
                    self._store.keep("fault", key, {**fault, "times": fault["times"] - 1})
                else:
                    self._store.forget("fault", key)
                return fault
        return {}


_NEEDED = {
    "status": {"status", "code", "message"},
    "operation": set[str](),
    "slow": {"seconds"},
}


def _problem(fault: dict[str, Any]) -> str | None:
    """What is wrong with a fault document, if anything."""
    if fault.get("kind") not in _NEEDED:
        return f"kind must be one of {sorted(_NEEDED)}"
    missing = sorted(_NEEDED[fault["kind"]] - set(fault))
    return f"missing: {missing}" if missing else None
