"""What surrounds a running stack: logs, cost, and where images come from."""

from typing import Annotated

from pydantic import Field

from speech.settings.base import Secret, Settings


class Monitoring(Settings):
    """Where the account's logs and metrics go."""

    workspace_id: str | None = None
    """Resource id of a Log Analytics workspace that is there already."""
    create_workspace: bool = False
    """The stack makes a workspace of its own."""
    retention_days: Annotated[int, Field(ge=30, le=730)] = 30
    """How long the stack's own workspace keeps what it gets."""


class Registry(Settings):
    """A registry of your own from which every image is pulled."""

    server: str | None = None
    prefix: str | None = None
    """What stands between the server and the image's name."""
    username: str | None = None
    password: Secret | None = None


class Budget(Settings):
    """A monthly limit above which Azure writes to people. It stops nothing."""

    usd_a_month: Annotated[float, Field(gt=0)]
    contact_emails: tuple[str, ...] = ()
