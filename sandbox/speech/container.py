"""The state of one running container, shared by all its routes."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.speech.kinds import Image
from sandbox.speech.metering import STATUSES, Clock, Metering
from sandbox.speech.settings import Settings


class Decoders:
    """Recognitions that may run at once."""

    def __init__(self, count: int) -> None:
        self.idle = asyncio.Event()
        self.idle.set()
        self._count = count
        self._taken = 0

    def take(self) -> bool:
        """One decoder for a recognition; false where none is free."""
        if self._taken == self._count:
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
class SpeechContainer:
    """What the routes answer from."""

    image: Image
    settings: Settings
    metering: Metering
    decoders: Decoders
    clock: Clock
    ready_at: datetime

    @classmethod
    def started(
        cls, image: Image, settings: Settings, metering: Metering, clock: Clock, loading_seconds: float = 0
    ) -> "SpeechContainer":
        """A container that begins to load its model now."""
        ready_at = clock.now() + timedelta(seconds=loading_seconds)
        return cls(image, settings, metering, Decoders(settings.decoders), clock, ready_at)

    @property
    def loaded(self) -> bool:
        """Whether the model is in memory."""
        return self.clock.now() >= self.ready_at

    def refusal(self) -> str | None:
        """Why a query is not answered now; none where it is."""
        if not self.loaded:
            return "The model is loading."
        if not self.metering.serving:
            # The wording seen in Microsoft's documents of other Azure AI containers.
            status = self.metering.status
            return (
                "Container is not in a valid state. "
                f"Subscription validation failed with status '{status}'. {STATUSES[status]}"
            )
        return None
