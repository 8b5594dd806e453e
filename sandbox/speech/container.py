"""The state of one running container, shared by all its routes."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.speech.kinds import Image
from sandbox.speech.metering import Clock, Meter
from sandbox.speech.network import Network
from sandbox.speech.proxy import HTTP2_FAILED
from sandbox.speech.settings import Settings


class Decoders:
    """Recognitions that may run at once."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.idle = asyncio.Event()
        self.idle.set()
        self._taken = 0

    def take(self) -> bool:
        """One decoder for a recognition; false where none is free."""
        if self._taken == self.count:
            return False
        self._taken += 1
        self.idle.clear()
        return True

    def give_back(self) -> None:
        """The end of a recognition."""
        self._taken -= 1
        if not self._taken:
            self.idle.set()


@dataclass(frozen=True)
class Refusal:
    """Why a query is not answered now."""

    status: int
    """Of HTTP."""
    text: str


@dataclass(frozen=True)
class SpeechContainer:
    """What the routes answer from."""

    image: Image
    settings: Settings
    metering: Meter
    clock: Clock
    ready_at: datetime
    decoders: Decoders
    model: str = ""
    """What is served, where it is downloaded and not part of the image."""
    network: Network = field(default_factory=Network)

    @classmethod
    def started(
        cls,
        image: Image,
        settings: Settings,
        metering: Meter,
        clock: Clock,
        loading_seconds: float = 0,
        model: str = "",
        network: Network | None = None,
    ) -> "SpeechContainer":
        """A container that begins to load its model now."""
        ready_at = clock.now() + timedelta(seconds=loading_seconds)
        decoders = Decoders(settings.decoders)
        return cls(image, settings, metering, clock, ready_at, decoders, model, network or Network())

    @property
    def loaded(self) -> bool:
        """Whether the model is in memory."""
        return self.clock.now() >= self.ready_at

    def refusal(self) -> Refusal | None:
        """Why a query is not answered now; none where it is."""
        if not self.loaded:
            return Refusal(503, "The model is loading.")
        if not self.metering.serving:
            # The wording seen in Microsoft's documents of other Azure AI containers.
            return Refusal(
                503,
                "Container is not in a valid state. Subscription validation failed with status "
                f"'{self.metering.status}'. {self.metering.message}",
            )
        if self.settings.proxy and not self.settings.proxy.spares_localhost:
            return Refusal(500, HTTP2_FAILED)
        return None
