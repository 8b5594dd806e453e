"""Licences of disconnected containers, from the account that has the commitment for them. The protocol is ours."""

import secrets

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.arm import commitments
from sandbox.arm.billing_host import TurnedAwayError, account_called
from sandbox.arm.model import World
from sandbox.arm.store import Resource

_PLANS = {
    "speech-to-text": "STT",
    "fast-transcription": "STT",
    "custom-speech-to-text": "CUSTOMSTT",
    "neural-text-to-speech": "NTTS",
}
"""Image repositories and the plan whose licence they need. Of fast transcription no page says which: assumed."""


class Licensing:
    """Hands out licences."""

    def __init__(self, world: World) -> None:
        self._store = world.store

    @property
    def routes(self) -> list[Route]:
        """POST /sandbox/license."""
        return [Route("/sandbox/license", self.license, methods=["POST"])]

    async def license(self, request: Request) -> Response:
        """{image, version} -> 200 {image, version, expires, ...}; the door's refusals; else 403.

        It expires with the period of the plan.
        """
        try:
            account = account_called(self._store, request)
        except TurnedAwayError as turned:
            return turned.answer
        wanted = await request.json()
        image = str(wanted.get("image", "")).rpartition("/")[2].partition(":")[0].removeprefix("cognitive-services-")
        plan = self._plan(account, image)
        if not plan:
            text = f"The account {account.name} has no DisconnectedContainer plan in force for {image}."
            return JSONResponse(
                {"status": "ContainerUseUnauthorized", "error": {"code": "ContainerUseUnauthorized", "message": text}},
                403,
            )
        licence = {
            "image": image,
            "version": str(wanted.get("version", "")),
            "expires": f"{plan.properties['current']['endDate']}T00:00:00+00:00",
            "plan": plan.name,
            "seal": secrets.token_urlsafe(24),
        }
        return JSONResponse(licence)

    def _plan(self, account: Resource, image: str) -> Resource | None:
        if account.document["sku"]["name"] != "DC0" or not commitments.is_approved(self._store):
            return None
        return next(
            (
                each
                for each in commitments.in_force(self._store, account)
                if each.properties["hostingModel"] == commitments.DISCONNECTED
                and each.properties["planType"] == _PLANS.get(image)
            ),
            None,
        )
