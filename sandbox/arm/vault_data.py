"""The data plane of the vaults, reached by the Host header `<vault>.vault.azure.net`."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router

from sandbox.arm import deleted, vault_access, vault_secrets
from sandbox.arm.errors import ArmError
from sandbox.arm.journal import entry
from sandbox.arm.login import Login
from sandbox.arm.model import World
from sandbox.arm.store import Document, Resource
from sandbox.arm.vault_secrets import SECRET_TYPE


class VaultData:
    """Secrets of the vaults by value: get, set, list, delete, recover, purge."""

    def __init__(self, world: World) -> None:
        self._world, self._login = world, Login(world)

    @property
    def router(self) -> Router:
        """The endpoints of one vault."""
        return Router(
            [
                Route("/secrets", self._handle, methods=["GET"]),
                Route("/secrets/{name}", self._handle, methods=["GET", "PUT", "DELETE"]),
                Route("/secrets/{name}/{version}", self._handle, methods=["GET"]),
                Route("/deletedsecrets/{name}", self._handle, methods=["GET", "DELETE"]),
                Route("/deletedsecrets/{name}/{action}", self._handle, methods=["POST"]),
            ]
        )

    async def _handle(self, request: Request) -> Response:
        raw = await request.body()
        try:
            with self._world.store.transaction():
                status, body, headers = *self._answer(request, raw), {}
        except ArmError as refusal:
            status, body, headers = refusal.status, refusal.body, refusal.headers
        self._world.store.note(entry(self._world, request, raw, status))
        return JSONResponse(body, status, headers) if body is not None else Response(status_code=status)

    def _answer(self, request: Request, raw: bytes) -> tuple[int, Any]:
        caller = self._login.vault_caller(request)
        vault = vault_secrets.vault_named(self._world.store, request.path_params["vault"])
        if not vault:
            raise ArmError(
                404, "VaultNotFound", f"No vault '{request.path_params['vault']}': its host would not resolve."
            )
        need: vault_access.Need = "read" if request.method == "GET" else "write"
        who = vault_access.Caller(caller["oid"])
        refusal = vault_access.refusal(self._world.store, vault, who, need, request.path_params.get("name"))
        if refusal:
            raise ArmError(403, "Forbidden", refusal.text, inner={"code": refusal.code})
        if "name" not in request.path_params:
            found = self._world.store.of_type(SECRET_TYPE, vault.id)
            return 200, {"value": [_bundle(each) for each in found], "nextLink": None}
        if request.scope["path"].startswith("/deletedsecrets/"):
            return self._answer_deleted(request, vault)
        return self._answer_live(request, vault, raw)

    def _answer_live(self, request: Request, vault: Resource, raw: bytes) -> tuple[int, Any]:
        name, store = request.path_params["name"], self._world.store
        secret = store.resource(f"{vault.id}/secrets/{name}")
        if request.method == "PUT":
            return 200, self._set(vault, secret, name, json.loads(raw))
        if not secret:
            raise ArmError(
                404,
                "SecretNotFound",
                f"A secret with (name/id) {name} was not found in this key vault. If you recently deleted this secret "
                "you may be able to recover it using the correct recovery command.",
            )
        if request.method == "DELETE":
            deleted.set_aside(self._world, secret, vault.properties["softDeleteRetentionInDays"])
            store.remove(secret.id)
            return 200, self._deleted_bundle(vault, name)
        refusal = vault_secrets.why_unreadable(self._world.store, secret)
        if refusal:
            raise ArmError(403, "Forbidden", refusal, inner={"code": "SecretDisabled"})
        version = request.path_params.get("version") or secret.hidden["version"]
        if version not in secret.hidden["versions"]:
            raise ArmError(
                404, "SecretNotFound", f"A secret with (name/id) {name}/{version} was not found in this key vault."
            )
        return 200, {"value": secret.hidden["versions"][version], **_bundle(secret, version)}

    def _set(self, vault: Resource, secret: Resource | None, name: str, asked: Document) -> Document:
        if not secret and vault_secrets.deleted_named(self._world, vault, name):
            raise vault_secrets.name_is_held(name)
        resource_id = f"{vault.id}/secrets/{name}"
        document = {"id": resource_id, "name": name, "type": SECRET_TYPE, "location": vault.document["location"]}
        secret = secret or Resource(resource_id, SECRET_TYPE, document)
        if "contentType" in asked:
            secret.properties["contentType"] = asked["contentType"]
        vault_secrets.store_value(self._world, secret, asked["value"], asked.get("attributes") or {})
        self._world.store.save(secret)
        return {"value": asked["value"], **_bundle(secret, secret.hidden["version"])}

    def _answer_deleted(self, request: Request, vault: Resource) -> tuple[int, Any]:
        name = request.path_params["name"]
        bundle = self._deleted_bundle(vault, name)
        gone = vault_secrets.deleted_named(self._world, vault, name)
        if not gone or request.method == "GET":
            return 200, bundle
        if request.method == "POST" and request.path_params["action"] == "recover":
            secret = deleted.take_back(self._world, gone)
            self._world.store.save(secret)
            return 200, _bundle(secret, secret.hidden["version"])
        if vault.properties.get("enablePurgeProtection"):
            text = 'Operation "purge" is not allowed because purge protection is enabled for this vault.'
            raise ArmError(403, "Forbidden", text, inner={"code": "ForbiddenByPolicy"})
        deleted.purge(self._world, gone)
        return 204, None

    def _deleted_bundle(self, vault: Resource, name: str) -> Document:
        gone = vault_secrets.deleted_named(self._world, vault, name)
        if not gone:
            raise ArmError(404, "SecretNotFound", f"Deleted Secret not found: {name}")
        return {
            "recoveryId": f"{vault.properties['vaultUri']}deletedsecrets/{name}",
            "deletedDate": int(gone.deleted_at),
            "scheduledPurgeDate": int(gone.purge_at),
            **_bundle(gone.resource, gone.resource.hidden["version"]),
        }


def _bundle(secret: Resource, version: str = "") -> Document:
    attributes = {"recoveryLevel": "Recoverable+Purgeable", **secret.properties["attributes"]}
    uri = secret.properties["secretUri"]
    return {
        "id": f"{uri}/{version}" if version else uri,
        "attributes": attributes,
        "contentType": secret.properties.get("contentType"),
    }
