"""What the documents of container groups need to know of their surroundings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Pull:
    """How a group proves to a registry that it may pull. Values may be outputs of resources."""

    server: str
    identity: Any = None
    """The id of a user-assigned identity that may pull; else a user and a password."""
    username: str | None = None
    password: Any = None


@dataclass(frozen=True, slots=True)
class Storage:
    """The account in which the shares of the stack's volumes lie. Values may be outputs of resources."""

    account: Any
    key: Any


@dataclass(frozen=True, slots=True)
class GroupWiring:
    """One for all groups of a stack. Values that are typed Any may be outputs of resources."""

    location: str
    billing: Any
    """The account's endpoint, a URL."""
    guard_image: str
    no_proxy: str = ""
    disconnected: bool = False
    subnet_id: Any = None
    """Of groups with private addresses."""
    dns_servers: tuple[str, ...] = ()
    pull: Pull | None = None
    storage: Storage | None = None
    """None where no container has a volume."""
    tags: Mapping[str, str] = field(default_factory=dict)
