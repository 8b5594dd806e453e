"""The report of usage to the billing account, on the documented intervals, and what happens when it fails.

The intervals and the fields of the body are documented (Azure AI containers FAQ, 2025-08-15); the address and the
encoding are the sandbox's own, since the real protocol is not public.
"""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from sandbox.speech.kinds import Image

INTERVAL_SECONDS = 600.0
"""Documented as every 10 to 15 minutes: the double takes the shorter."""

MORE_TRIES = 10
"""Tries after a failed report, at the same spacing; then the container answers nothing more."""

VALID = "Valid"
STATUSES = {
    VALID: "Api Key is valid, no action needed.",
    "Invalid": "Api Key is invalid.",
    "Mismatch": "Api Key is not intended for the given container type or region.",
    "CouldNotConnect": "The billing endpoint cannot be reached.",
    "OutOfQuota": "API key is out of quota.",
    "BillingEndpointBusy": "The billing endpoint is busy, try again.",
    "ContainerUseUnauthorized": "The subscription is not approved for this container.",
    "Unknown": "The billing endpoint has not been asked yet, or its answer is not understood.",
}
"""The documented states (the same FAQ) with messages: the first, second and fifth as seen, the others in our words."""

_client = logging.getLogger("Microsoft.CloudAI.Containers.Http.CloudClient")
_meter = logging.getLogger("Microsoft.CloudAI.Containers.Metering.CloudMeterClient")


class Clock(Protocol):
    """Time that a test can hold."""

    def now(self) -> datetime:
        """The time in UTC."""

    async def sleep(self, seconds: float) -> None:
        """Return that much later."""


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        """The time in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Return that much later."""
        await asyncio.sleep(seconds)


class Meter(Protocol):
    """What counts usage: reports to an account, or records of a licence."""

    status: str
    """What `/status` says."""

    @property
    def message(self) -> str:
        """The status in a sentence."""

    @property
    def serving(self) -> bool:
        """Whether queries are answered."""

    def count(self, quantity: float) -> None:
        """Add usage: seconds of audio, or characters."""

    async def run(self) -> None:
        """What it does as long as the container runs."""

    async def check(self) -> str:
        """The status now."""


Submit = Callable[[dict[str, object]], Awaitable[str]]
"""Sends one report and returns a state of STATUSES; raises nothing."""


@dataclass(frozen=True)
class Identity:
    """Who reports."""

    container_id: str
    image: Image


class Metering:
    """Counts usage and reports it. `status` is the last answer; `serving` is false once the tries are used up."""

    def __init__(self, identity: Identity, submit: Submit, clock: Clock, interval: float = INTERVAL_SECONDS) -> None:
        self.status = "Unknown"
        self.failed = 0
        self._identity = identity
        self._submit = submit
        self._clock = clock
        self._interval = interval
        self._unreported = 0.0
        self._reporting = asyncio.Lock()

    @property
    def message(self) -> str:
        """The status in a sentence."""
        return STATUSES[self.status]

    @property
    def serving(self) -> bool:
        """Whether queries are answered: one failed report and ten more tries are borne."""
        return self.failed <= MORE_TRIES

    def count(self, quantity: float) -> None:
        """Add usage: seconds of audio, or characters."""
        self._unreported += quantity

    async def run(self) -> None:
        """Check the key, then report for ever."""
        await self.report(at_start=True)
        while True:
            await self._clock.sleep(self._interval)
            await self.report()

    async def report(self, *, at_start: bool = False) -> None:
        """Send what has not been reported. What a failed report held goes with the next one."""
        async with self._reporting:
            quantity = self._unreported
            self.status = await self._submit(self._body(quantity))
            if self.status == VALID:
                self._unreported -= quantity
                self.failed = 0
            else:
                self.failed += 1
                if at_start:
                    _client.error("Endpoint connection failed with status '%s'.", self.status)
                else:
                    _meter.error("Metering attempt failed with status '%s'.", self.status)

    async def check(self) -> str:
        """The key's state now. It counts as no try; found good, it ends a refusal with a report at once."""
        self.status = await self._submit(self._body(0))
        if self.status != VALID:
            _client.error("Endpoint connection failed with status '%s'.", self.status)
        elif not self.serving:
            await self.report()
        return self.status

    def _body(self, quantity: float) -> dict[str, object]:
        image = self._identity.image
        return {
            "id": str(uuid.uuid4()),
            "containerType": image.name,
            "containerVersion": image.version,
            "containerId": self._identity.container_id,
            "meter": {"name": image.kind.meter, "quantity": quantity},
            "requestTime": self._clock.now().isoformat(),
            "apiType": image.kind.api_type,
        }
