"""Usage of a container without a network: records in its output volume, summed for who asks.

Addresses and answers are documented (disconnected-containers, 2025-10-02); the files are the sandbox's own.
"""

import json
import re
from datetime import datetime
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.speech.metering import Clock, Identity

_FOLDER = "records"


class UsageRecords:
    """Counts into one file a month and container, `records/2026-11/<container id>.json` under the output folder."""

    status = "NonMetered"
    """Ours: Microsoft's batch client takes a status that contains this word as healthy."""

    def __init__(self, identity: Identity, output: Path, expires: datetime, clock: Clock) -> None:
        self._identity, self._clock, self._expires = identity, clock, expires
        self._folder = output / _FOLDER

    @property
    def message(self) -> str:
        """The status in a sentence."""
        if self.serving:
            return f"Running from a licence until {self._expires:%Y-%m-%d}."
        return f"The licence has expired on {self._expires:%Y-%m-%d}."

    @property
    def serving(self) -> bool:
        """Queries are answered until the licence ends."""
        return self._clock.now() < self._expires

    def count(self, quantity: float) -> None:
        """Add usage to this month's file."""
        month = self._folder / f"{self._clock.now():%Y-%m}"
        month.mkdir(parents=True, exist_ok=True)
        file = month / f"{self._identity.container_id}.json"
        before = _quantity(file) if file.exists() else 0.0
        whole = file.with_suffix(".part")
        whole.write_text(json.dumps(self._report(before + quantity)))
        whole.replace(file)

    async def run(self) -> None:
        """Nothing is reported to anybody."""

    async def check(self) -> str:
        """No key is checked."""
        return self.status

    def report(self, month: str = "*") -> dict[str, object]:
        """The usage of all containers that share the volume, of a month `2026-11` or of all."""
        return self._report(sum(_quantity(file) for file in self._folder.glob(f"{month}/*.json")))

    def _report(self, quantity: float) -> dict[str, object]:
        kind = self._identity.image.kind
        return {
            "apiType": kind.api_type,
            "serviceName": kind.service,
            "meters": [{"name": kind.meter, "quantity": quantity}],
        }


def record_routes(records: UsageRecords) -> list[Route]:
    """The two addresses of the usage logs."""

    async def every(_: Request) -> Response:
        return JSONResponse(records.report())

    async def monthly(request: Request) -> Response:
        month, year = request.path_params["month"], request.path_params["year"]
        if not re.fullmatch(r"(0?[1-9]|1[0-2])/\d{4}", f"{month}/{year}"):
            return JSONResponse({"error": "the address is /records/usage-logs/{MONTH}/{YEAR}, both numbers"}, 400)
        return JSONResponse(records.report(f"{year}-{int(month):02}"))

    root = "/records/usage-logs"
    return [Route(root, every), Route(f"{root}/", every), Route(f"{root}/{{month}}/{{year}}", monthly)]


def _quantity(file: Path) -> float:
    return float(json.loads(file.read_text())["meters"][0]["quantity"])
