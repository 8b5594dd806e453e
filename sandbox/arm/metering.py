"""Where containers report usage: one endpoint under the account's host. The real protocol is not public."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.arm.billing_host import TurnedAwayError, account_called
from sandbox.arm.model import World
from sandbox.arm.store import Document, Resource

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
        try:
            account = account_called(self._store, request)
        except TurnedAwayError as turned:
            return turned.answer
        return JSONResponse({"status": self._add(account, await request.json())})

    def _add(self, account: Resource, report: Document) -> str:
        meter, quantity = str(report["meter"]["name"]), float(report["meter"]["quantity"])
        used = self._store.record("usage", account.id) or {}
        if account.document["sku"]["name"] == "F0" and used.get(meter, 0.0) > FREE_GRANT.get(meter, float("inf")):
            return "OutOfQuota"
        self._store.keep("usage", account.id, {**used, meter: used.get(meter, 0.0) + quantity})
        return "Valid"
