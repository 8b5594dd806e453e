"""What is asked about, and as whom Azure is asked."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from azure.core.credentials import AccessToken

from operations.azure import Azure
from speech.capacity.plan import Plan
from speech.settings.stack import Stack

Client = TypeVar("Client")
_CONNECT_SECONDS = 4
_PATIENCE = {"retry_total": 1, "retry_backoff_factor": 0.2}


@dataclass(frozen=True, slots=True)
class Subject:
    """A stack before its first `up`."""

    stack: Stack
    plan: Plan
    file: Path
    """The stack file."""
    project: Path
    """The folder of Pulumi.yaml."""
    seconds: float
    """How long one call may take."""

    @property
    def name(self) -> str:
        """The stack's name, as commands take it."""
        return self.plan.stack

    def setting(self, path: str, value: str) -> str:
        """The command that writes a setting into the stack file."""
        return f"pulumi config set --path '{path}' {value} --stack {self.name}"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is logged in, as their token says."""

    name: str
    object_id: str


@dataclass(frozen=True, slots=True)
class Session:
    """A log-in that works."""

    azure: Azure
    caller: Caller
    seconds: float

    @property
    def subscription(self) -> str:
        """The subscription's id in Resource Manager."""
        return f"/subscriptions/{self.azure.subscription}"

    def client(self, kind: Callable[..., Client], *, subscription: bool = True) -> Client:
        """A management client of the stack's cloud that gives up soon."""
        options: dict[str, Any] = {
            "base_url": self.azure.resource_manager,
            "credential_scopes": [f"{self.azure.resource_manager}/.default"],
            "connection_timeout": _CONNECT_SECONDS,
            "read_timeout": self.seconds,
            "timeout": self.seconds,
            **_PATIENCE,
        }
        whose = (self.azure.subscription,) if subscription else ()
        return kind(self.azure.credential, *whose, **options)


class OneToken:
    """A token that was asked for once, for all clients: the Azure CLI takes a second for each."""

    def __init__(self, token: AccessToken) -> None:
        self._token = token

    def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:  # noqa: ANN401  # azure-core's protocol
        """The same for all: every client asks Resource Manager."""
        return self._token
