"""What a stack needs of its subscription, and of whoever deploys it, feature by feature."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from speech.catalog.documents import document


@dataclass(frozen=True, slots=True)
class Provider:
    """A resource provider that must be registered."""

    namespace: str
    features: frozenset[str]
    types: tuple[str, ...]
    """Types of it that the region must have."""
    source: str
    as_of: str


@dataclass(frozen=True, slots=True)
class Role:
    """A built-in role."""

    name: str
    id: str
    assigns: tuple[str, ...]
    """Ids of the only roles that its holder needs to give; none for a role that gives none."""
    source: str
    as_of: str

    @property
    def condition(self) -> str | None:
        """The condition of an assignment that lets its holder give those roles alone."""
        if not self.assigns:
            return None
        ids = ", ".join(self.assigns)
        return " AND ".join(
            f"((!(ActionMatches{{'Microsoft.Authorization/roleAssignments/{verb}'}})) OR "
            f"(@{of}[Microsoft.Authorization/roleAssignments:RoleDefinitionId] "
            f"ForAnyOfAnyValues:GuidEquals {{{ids}}}))"
            for verb, of in (("write", "Request"), ("delete", "Resource"))
        )


@dataclass(frozen=True, slots=True)
class Right:
    """What a feature needs to do, and the role that is enough."""

    role: Role
    scope: str
    """subscription, or the feature whose setting names the resource."""
    feature: str
    actions: tuple[str, ...]
    """Of Resource Manager."""
    data_actions: tuple[str, ...]
    """Of a service's own data."""
    why: str
    source: str
    as_of: str


def features() -> Mapping[str, str]:
    """Every feature, with the words of a stack file that it goes with."""
    return MappingProxyType({row["name"]: row["when"] for row in document("needs")["features"]})


@cache
def providers() -> tuple[Provider, ...]:
    """Every resource provider."""
    content = document("needs")
    return tuple(
        Provider(
            row["namespace"],
            frozenset(row["features"]),
            tuple(row["types"]),
            content["sources"][row["source"]],
            row["as_of"],
        )
        for row in content["providers"]
    )


@cache
def roles() -> Mapping[str, Role]:
    """Every role by its name."""
    content = document("needs")
    return MappingProxyType(
        {
            row["name"]: Role(
                row["name"],
                row["id"],
                tuple(row.get("assigns", ())),
                content["sources"][row["source"]],
                row["as_of"],
            )
            for row in content["roles"]
        }
    )


@cache
def rights() -> tuple[Right, ...]:
    """Every right, in the order of the features."""
    content = document("needs")
    return tuple(
        Right(
            roles()[row["role"]],
            row["scope"],
            row["feature"],
            tuple(row["actions"]),
            tuple(row["data_actions"]),
            row["why"],
            content["sources"][row["source"]],
            row["as_of"],
        )
        for row in content["rights"]
    )


@cache
def policies_against_keys() -> Mapping[str, str]:
    """Names of the built-in policy definitions that turn the keys of accounts off, by their ids."""
    return MappingProxyType({row["id"]: row["name"] for row in document("needs")["policies"]})
