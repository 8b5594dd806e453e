"""What ends a call. All texts are shown to the user as they stand, and hold no value of a property."""

from typing import Any


class PluginError(Exception):
    """A call cannot be answered."""


class NotServedError(PluginError):
    """A type or function that the SDK does not know, or that has no row in the table."""


class ConfigurationError(PluginError):
    """The provider's configuration does not say all that is needed."""


class StoppedError(PluginError):
    """The call's time is up, or the engine asked to stop."""


class ArmFailureError(PluginError):
    """A request was refused, or what it started failed. `accepted`: ARM had taken the request."""

    def __init__(self, text: str, status: int = 0, *, accepted: bool = False) -> None:
        super().__init__(text)
        self.status = status
        self.accepted = accepted


class PartlyMadeError(PluginError):
    """ARM accepted the resource, and then its making failed: it is there."""

    def __init__(self, reason: str, resource_id: str, outputs: dict[str, Any]) -> None:
        super().__init__(reason)
        self.resource_id = resource_id
        self.outputs = outputs
