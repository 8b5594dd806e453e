"""Where containers report usage: one endpoint under the account's host. The real protocol is not public."""

import hmac

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.arm import reach
from sandbox.arm.ids import normal_location
from sandbox.arm.model import World
from sandbox.arm.providers.accounts import ACCOUNT_TYPE
from sandbox.arm.reach import Refusal
from sandbox.arm.store import Document, Resource
from sandbox.arm.vm_quota import CLUSTER_TYPE

KEY_HEADER = "Ocp-Apim-Subscription-Key"
CLUSTER_HEADER = "Sandbox-Cluster"
"""Ours: the uid of the cluster whose nodes the call comes from; without it, it comes from outside of Azure."""
_CUSTOM, _REGIONAL = ".cognitiveservices.azure.com", ".api.cognitive.microsoft.com"
FREE_GRANT = {"AudioSecondsTranscribed": 5 * 3600.0, "SynthesizedCharacters": 500_000.0}
"""What an F0 account may use: 5 hours of audio, 0.5 million characters (pricing notes 2026). Its month never ends."""


class Metering:
    """Checks the key of a report and adds up the account's usage."""

    def __init__(self, world: World) -> None:
        self._store = world.store

    @property
    def routes(self) -> list[Route]:
        """POST takes a report; GET answers {account id: {meter: quantity}}."""
        return [Route("/sandbox/metering", self.handle, methods=["GET", "POST"])]

    async def handle(self, request: Request) -> Response:
        """A report: 200 or 401 with `status`; 403 where network rules refuse it; 404 where no account has the host."""
        if request.method == "GET":
            return JSONResponse(dict(self._store.records("usage")))
        host = request.headers.get("host", "").split(":")[0].lower()
        accounts = self._accounts(host)
        if not accounts:
            return JSONResponse({"error": f"no account answers at {host}"}, 404)
        key = request.headers.get(KEY_HEADER, "")
        account = next((each for each in accounts if _opens(each, key)), None)
        unreached = self._unreached(account or accounts[0], request) if account or len(accounts) == 1 else None
        if unreached:
            return JSONResponse({"error": {"code": unreached.code, "message": unreached.text}}, 403)
        if not account:
            elsewhere = any(_opens(each, key) for each in self._store.of_type(ACCOUNT_TYPE))
            return JSONResponse({"status": "Mismatch" if elsewhere else "Invalid"}, 401)
        return JSONResponse({"status": self._add(account, await request.json())})

    def _unreached(self, account: Resource, request: Request) -> Refusal | None:
        uid = request.headers.get(CLUSTER_HEADER, "")
        cluster = next((each for each in self._store.of_type(CLUSTER_TYPE) if each.hidden["uid"] == uid), None)
        return reach.refusal(self._store, account, cluster)

    def _accounts(self, host: str) -> list[Resource]:
        """The account of a sub-domain, or all of a region."""
        accounts = self._store.of_type(ACCOUNT_TYPE)
        if host.endswith(_CUSTOM):
            name = host.removesuffix(_CUSTOM)
            return [each for each in accounts if each.properties.get("customSubDomainName") == name]
        if host.endswith(_REGIONAL):
            region = host.removesuffix(_REGIONAL)
            return [each for each in accounts if normal_location(each.document["location"]) == region]
        return []

    def _add(self, account: Resource, report: Document) -> str:
        meter, quantity = str(report["meter"]["name"]), float(report["meter"]["quantity"])
        used = self._store.record("usage", account.id) or {}
        if account.document["sku"]["name"] == "F0" and used.get(meter, 0.0) > FREE_GRANT.get(meter, float("inf")):
            return "OutOfQuota"
        self._store.keep("usage", account.id, {**used, meter: used.get(meter, 0.0) + quantity})
        return "Valid"


def _opens(account: Resource, key: str) -> bool:
    """Whether it is one of the account's keys, and the account takes keys."""
    if account.properties.get("disableLocalAuth"):
        return False
    return any(hmac.compare_digest(account.hidden[name].encode(), key.encode()) for name in ("key1", "key2"))
