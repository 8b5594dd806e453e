"""Long-running operations: started by a write, ended by the sandbox's clock, watched by polling clients."""

import uuid
from datetime import UTC, datetime
from typing import Any

from sandbox.arm.errors import ArmError
from sandbox.arm.ids import normal_location
from sandbox.arm.model import Answer, Call, Wire, World
from sandbox.arm.store import Document, Resource, Store

OPERATION_SECONDS = 0.05
"""How long an operation takes unless the setting `operation_seconds` says otherwise."""


def begin(call: Call, resource: Resource, verb: str, wire: Wire) -> dict[str, str]:
    """Starts an operation on the resource and returns the headers by which it is polled."""
    store, started = call.store, call.store.now()
    fault = call.fault
    seconds = float(fault.get("seconds") or store.setting("operation_seconds", OPERATION_SECONDS))
    operation: Document = {
        "name": str(uuid.uuid4()),
        "resource": resource.id,
        "type": resource.type,
        "verb": verb,
        "started": started,
        "ready_at": started + seconds,
        "status": "InProgress",
        "error": {"code": fault["code"], "message": fault["message"]} if "code" in fault else None,
    }
    store.keep("running", operation["name"], operation)
    return _headers(call, resource, operation["name"], wire)


def running_on(store: Store, root: str) -> Document | None:
    """The unfinished operation on that resource or on something below it."""
    key = root.lower()
    for _, operation in store.records("running"):
        touched = operation["resource"].lower()
        if touched == key or touched.startswith(f"{key}/"):
            return operation
    return None


def due(store: Store) -> list[Document]:
    """Operations whose time has come, oldest first, now marked as ended."""
    now = store.now()
    ended = [operation for _, operation in store.records("running") if operation["ready_at"] <= now]
    for operation in ended:
        operation |= {"status": "Failed" if operation["error"] else "Succeeded", "ended": operation["ready_at"]}
        store.forget("running", operation["name"])
        store.keep("operation", operation["name"], operation)
    return sorted(ended, key=lambda operation: float(operation["started"]))


def status(world: World, name: str) -> Answer:
    """What `Azure-AsyncOperation` answers."""
    operation = _find(world.store, name)
    namespace = operation["type"].partition("/")[0]
    body: dict[str, Any] = {
        "id": f"/subscriptions/{world.who.subscription_id}/providers/{namespace}/operations/{name}",
        "name": name,
        "status": operation["status"],
        "startTime": timestamp(operation["started"]),
    }
    if operation["status"] == "InProgress":
        return Answer(200, body, pause(world.store))
    body["endTime"] = timestamp(operation["ended"])
    if operation["error"]:
        body["error"] = operation["error"]
    return Answer(200, body)


def result(world: World, name: str, url: str) -> Answer:
    """What `Location` answers: 202 while the operation runs, then its outcome."""
    operation = _find(world.store, name)
    if operation["status"] == "InProgress":
        return Answer(202, None, {"Location": url, **pause(world.store)})
    if operation["error"]:
        raise ArmError(409, operation["error"]["code"], operation["error"]["message"])
    resource = world.store.resource(operation["resource"])
    return Answer(200, resource.document) if resource and operation["verb"] != "delete" else Answer(204)


def pause(store: Store) -> dict[str, str]:
    """How long a client shall wait between polls. Below a second only the header in milliseconds can say it."""
    milliseconds = int(store.setting("retry_after_ms", 50))
    if milliseconds >= 1000:  # noqa: PLR2004 - a second
        return {"Retry-After": str(milliseconds // 1000)}
    return {"x-ms-retry-after-ms": str(milliseconds)}


def timestamp(seconds: float) -> str:
    """Seconds since the epoch in ARM's form."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _find(store: Store, name: str) -> Document:
    operation = store.record("running", name) or store.record("operation", name)
    if not operation:
        raise ArmError(404, "NotFound", f"The operation '{name}' could not be found.")
    return operation


def _headers(call: Call, resource: Resource, name: str, wire: Wire) -> dict[str, str]:
    if wire.polling == "state":
        return pause(call.store)
    namespace = resource.type.partition("/")[0]
    location = normal_location(resource.document.get("location") or "global")
    base = f"{call.world.url}/subscriptions/{call.world.who.subscription_id}/providers/{namespace}/locations/{location}"
    headers = pause(call.store)
    if wire.polling in {"async", "both"}:
        headers["Azure-AsyncOperation"] = f"{base}/operations/{name}?api-version={call.version}"
    if wire.polling in {"location", "both"}:
        headers["Location"] = f"{base}/operationresults/{name}?api-version={call.version}"
    return headers
