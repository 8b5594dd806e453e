"""Paths of Azure Resource Manager, read into scope, namespace, types and names."""

from dataclasses import dataclass
from itertools import zip_longest

GROUP_TYPE = "Microsoft.Resources/resourceGroups"


@dataclass(frozen=True)
class ArmPath:
    """A resource's path, or that of a collection or an action below it: then `types` is one longer than `names`."""

    scope: str
    namespace: str
    types: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def type_name(self) -> str:
        """`Namespace/type[/subtype]` of the path, an action's word included."""
        return "/".join((self.namespace, *self.types))

    @property
    def is_resource(self) -> bool:
        """True for a resource, False for a collection or an action."""
        return len(self.types) == len(self.names)

    @property
    def owner(self) -> "ArmPath":
        """The resource whose collection or action this is, or the parent of a nested resource."""
        count = len(self.names) - 1 if self.is_resource else len(self.names)
        return ArmPath(self.scope, self.namespace, self.types[:count], self.names[:count])

    @property
    def subscription(self) -> str | None:
        """The subscription the path stands in."""
        return _after(self.scope, "subscriptions")

    @property
    def group(self) -> str | None:
        """The resource group the path stands in, or names."""
        if self.type_name.lower() == GROUP_TYPE.lower() and self.is_resource:
            return self.names[0]
        return _after(self.scope, "resourcegroups")

    @property
    def id(self) -> str:
        """The path again, in its canonical order."""
        pairs = zip_longest(self.types, self.names)
        below = "/".join(part for pair in pairs for part in pair if part is not None)
        if self.types and "/".join((self.namespace, self.types[0])).lower() == GROUP_TYPE.lower():
            return f"{self.scope}/{below}"
        return f"{self.scope}/providers/{self.namespace}/{below}" if self.types else self.scope


def parse(path: str) -> ArmPath | None:
    """Reads a path; None for one that names neither a resource nor a collection, such as `/subscriptions/x`."""
    segments = [segment for segment in path.split("/") if segment]
    lowered = [segment.lower() for segment in segments]
    if "providers" in lowered:
        at = len(lowered) - 1 - lowered[::-1].index("providers")
        if len(segments) < at + 3:
            return None
        scope = "".join(f"/{segment}" for segment in segments[:at])
        return ArmPath(scope, segments[at + 1], tuple(segments[at + 2 :: 2]), tuple(segments[at + 3 :: 2]))
    if len(segments) > 2 and lowered[0] == "subscriptions" and lowered[2] == "resourcegroups":  # noqa: PLR2004 - /subscriptions/{s}/
        scope = f"/{segments[0]}/{segments[1]}"
        return ArmPath(scope, "Microsoft.Resources", tuple(segments[2::2]), tuple(segments[3::2]))
    return None


def parent_id(resource_id: str) -> str:
    """The id with its last type and name cut off."""
    return resource_id.rsplit("/", 2)[0]


def group_id(resource_id: str) -> str:
    """The id of the resource group that the resource stands in."""
    return "/".join(resource_id.split("/")[:5])


def normal_location(text: str) -> str:
    """A region by the name that is compared: "West Europe" is "westeurope"."""
    return text.replace(" ", "").lower()


def _after(scope: str, word: str) -> str | None:
    segments = scope.strip("/").split("/")
    for name, value in zip(segments[::2], segments[1::2], strict=False):
        if name.lower() == word:
            return value
    return None
