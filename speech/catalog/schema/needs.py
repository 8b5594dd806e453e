"""What a stack needs of its subscription, and of whoever deploys it."""

from typing import Annotated, Literal

from pydantic import Field

from speech.catalog.schema.rows import Document, Row, Strict, Text

Guid = Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Namespace = Annotated[str, Field(pattern=r"^Microsoft\.[A-Za-z]+$")]
Action = Annotated[str, Field(pattern=r"^Microsoft\.[A-Za-z]+(/[A-Za-z]+)+$")]
Scope = Literal[
    "subscription",
    "existing-account",
    "vault-secret",
    "given-subnet",
    "registry",
    "certificate-vault",
    "given-vault",
    "given-zones",
    "given-cluster",
    "given-workspace",
    "state-in-blob",
    "secrets-in-vault",
]


class Feature(Strict):
    """What a stack may have, and by which words it has it."""

    name: Text
    when: Text


class ProviderRow(Row):
    """A resource provider that must be registered, and types of it that the region must have."""

    namespace: Namespace
    features: Annotated[list[Text], Field(min_length=1)]
    types: list[Text]


class RoleRow(Row):
    """A built-in role; `assigns` are the roles that its holder may give."""

    name: Text
    id: Guid
    assigns: list[Guid] = Field(default=[])


class RightRow(Row):
    """What a feature needs, and the role that is enough."""

    role: Text
    scope: Scope
    feature: Text
    actions: list[Action]
    data_actions: list[Action]
    why: Text


class PolicyRow(Row):
    """A built-in policy definition that turns the keys of accounts off."""

    id: Guid
    name: Text


class Needs(Document):
    """needs.json."""

    features: list[Feature]
    providers: list[ProviderRow]
    roles: list[RoleRow]
    rights: list[RightRow]
    policies: list[PolicyRow]
