"""What a simulated resource type is made of: one row of data and a few hooks."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.arm.errors import ArmError
from sandbox.arm.ids import ArmPath
from sandbox.arm.store import Document, Resource, Store
from sandbox.home import Credentials

Polling = Literal["none", "state", "async", "location", "both"]


@dataclass(frozen=True)
class World:
    """What every hook may ask: the store and who we are.

    `url` is the server's, without a trailing slash; `authority` the certificate it is trusted by, PEM.
    """

    store: Store
    who: Credentials
    url: str
    authority: str = ""


@dataclass(frozen=True)
class Call:
    """One request to a resource type, action or route."""

    world: World
    method: str
    path: ArmPath
    version: str
    query: Mapping[str, str]
    body: Document
    caller: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)
    match: Mapping[str, str] = field(default_factory=dict)
    """The parts of a route's template."""
    fault: Mapping[str, Any] = field(default_factory=dict)
    """An injected fault of the long-running part: `code` and `message`, or `seconds`."""

    @property
    def store(self) -> Store:
        """The world's store."""
        return self.world.store


@dataclass(frozen=True)
class Answer:
    """A response; a body of None sends none."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Wire:
    """How an accepted write is answered, and what the client polls until it is done.

    `none`: nothing, it is done. `state`: the resource's provisioningState. `async`, `location`, `both`: headers.
    """

    status: int
    polling: Polling = "none"


Check = Callable[[Call, Resource, Resource | None], None]
"""(call, wanted, existing): raises ArmError where the service would, and completes the wanted resource."""
Removal = Callable[[Call, Resource], None]
Event = Callable[[World, Resource], None]
View = Callable[[World, Resource], Document]
Action = Callable[[Call, Resource], Answer]
Lister = Callable[[Call], list[Resource]]
Handler = Callable[[Call], Answer]
Busy = Callable[[Resource, Document], ArmError | None]
"""(resource that holds the lock, the operation that runs on it or below it): the refusal of a second write, if any."""


@dataclass(frozen=True)
class ResourceType:
    """A type of resource.

    Dotted paths (`properties.dnsPrefix`) point into the document.
    """

    name: str
    versions: frozenset[str]
    name_rule: re.Pattern[str] = re.compile(r".{1,90}")
    located: bool = True
    """Whether a `location` is required."""
    extension: bool = False
    """Whether it may stand on any scope."""
    create: Wire = Wire(201)
    update: Wire = Wire(200)
    delete: Wire = Wire(200)
    states: tuple[str, str] = ("Creating", "Updating")
    has_state: bool = True
    """Whether `properties.provisioningState` is shown."""
    patchable: tuple[str, ...] = ("tags",)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    write_only: tuple[str, ...] = ()
    immutable: tuple[str, ...] = ()
    etag: str = ""
    """Where the document shows its etag."""
    has_system_data: bool = False
    lower_groups: bool = False
    """AKS spells `resourcegroups` in its ids."""
    shown_as: str = ""
    """The `type` in answers, where its casing differs from `name`."""
    complete: Check | None = None
    saved: Event | None = None
    """Runs in the transaction of the write."""
    removable: Removal | None = None
    """Raises ArmError where the resource cannot be deleted now."""
    removing: Event | None = None
    """Runs before the resource and what stands below it leave the store."""
    view: View | None = None
    lister: Lister | None = None
    busy: Busy | None = None
    shares_lock: bool = False
    """Whether it and its siblings take the lock of their parent."""
    actions: Mapping[str, Action] = field(default_factory=dict)
    """POST actions by lower-cased word."""

    @property
    def namespace(self) -> str:
        """The resource provider."""
        return self.name.partition("/")[0]


@dataclass(frozen=True)
class Route:
    """A path that is no plain resource, such as `/subscriptions/{subscription}/providers/Microsoft.X/deletedThings`."""

    method: str
    template: str
    handler: Handler
    versions: frozenset[str]


@dataclass(frozen=True)
class Provider:
    """A resource provider: its types and its other paths."""

    namespace: str
    types: tuple[ResourceType, ...]
    routes: tuple[Route, ...] = ()


def dig(document: Mapping[str, Any], path: str) -> Any:  # noqa: ANN401 - any JSON value
    """The value at a dotted path; None where it, or anything on the way, is missing."""
    value: Any = document
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def bury(document: Document, path: str, value: Any) -> None:  # noqa: ANN401 - any JSON value
    """Sets the value at a dotted path, making the objects on the way."""
    *way, last = path.split(".")
    for part in way:
        document = document.setdefault(part, {})
    document[last] = value


def cut(document: Document, path: str) -> None:
    """Removes the value at a dotted path, if it is there."""
    above, _, last = path.rpartition(".")
    holder = dig(document, above) if above else document
    if isinstance(holder, dict):
        holder.pop(last, None)


def merged(defaults: Mapping[str, Any], given: Mapping[str, Any]) -> Document:
    """The given document with the defaults where it is silent, objects within objects too. A null counts as silent."""
    result: Document = {}
    for name in dict.fromkeys((*given, *defaults)):
        mine, theirs = given.get(name), defaults.get(name)
        if isinstance(mine, dict) and isinstance(theirs, dict):
            result[name] = merged(theirs, mine)
        elif mine is not None:
            result[name] = mine
        elif theirs is not None:
            result[name] = merged(theirs, {}) if isinstance(theirs, dict) else theirs
    return result
