"""What the journal keeps of a request: everything but secrets."""

import json
from typing import Any

from starlette.requests import Request

from sandbox.arm.model import World
from sandbox.arm.store import Document

MASK = "***"
_SECRET_NAMES = frozenset(
    {
        "key1", "key2", "password", "adminpassword", "secret", "clientsecret", "securevalue", "storageaccountkey",
        "workspacekey", "primarysharedkey", "secondarysharedkey", "connectionstring", "token",
    }
)  # fmt: skip


def entry(world: World, request: Request, raw: bytes, status: int) -> Document:
    """One journal entry: {at, host, method, path, api_version, status, body}. Secrets in the body are masked."""
    path = request.scope["path"]
    try:
        body = json.loads(raw) if raw else None
    except ValueError:
        body = MASK
    return {
        "at": world.store.now(),
        "host": request.headers.get("host", ""),
        "method": request.method,
        "path": path,
        "api_version": request.query_params.get("api-version"),
        "status": status,
        "body": _masked(body, in_vault_secret="/secrets/" in path.lower()),
    }


def _masked(value: Any, *, in_vault_secret: bool) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, list):
        return [_masked(each, in_vault_secret=in_vault_secret) for each in value]
    if not isinstance(value, dict):
        return value
    secret = _SECRET_NAMES | {"value"} if in_vault_secret else _SECRET_NAMES
    return {name: _masked_member(name, each, secret, in_vault_secret) for name, each in value.items()}


def _masked_member(name: str, value: Any, secret: frozenset[str], in_vault_secret: bool) -> Any:  # noqa: ANN401, FBT001 - any JSON value
    if name.lower() not in secret or not isinstance(value, str | dict):
        return _masked(value, in_vault_secret=in_vault_secret)
    return MASK if isinstance(value, str) else dict.fromkeys(value, MASK)  # the files of a secret volume
