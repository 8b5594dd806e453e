"""The Speech account, and how containers are billed through it."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from speech.settings.base import Secret, Settings, WhenMissing
from speech.settings.containers import KindName
from speech.settings.forms import AccountId, Cidr, CustomDomain, Endpoint, VaultSecretId


class AccountSku(StrEnum):
    """Price tiers of a Speech account. DC0 belongs to disconnected containers."""

    F0 = "F0"
    S0 = "S0"
    DC0 = "DC0"


def _local_auth_stays(value: bool) -> bool:  # noqa: FBT001  # called by pydantic
    if value:
        raise PydanticCustomError(
            "local_auth", "must stay false: containers prove themselves by a key, and a key is local authentication"
        )
    return value


class Commitment(Settings):
    """Usage that is paid for ahead, month by month or (disconnected) year by year."""

    kind: Annotated[KindName, Field(examples=["speech-to-text"])]
    """What is used: a kind of container."""
    hosting: Literal["connected", "disconnected"] = "connected"
    """Where the containers run that use it up."""
    tier: Annotated[str, Field(min_length=1, max_length=64, examples=["T1"])]
    """Size of the plan, as Azure names it."""
    plan_type: Annotated[str | None, Field(min_length=1, max_length=64, examples=["STT"])] = None
    """Azure's word for what is used, where it is not the catalogue's."""
    count: Annotated[int, Field(ge=1, le=1000)] = 1
    """How many of this plan."""
    auto_renew: bool = False
    """Buy it again when it ends."""


class Account(Settings):
    """The Speech account that containers report their usage to."""

    mode: Literal["create", "existing"] = "create"
    """create: the stack owns the account. existing: it is named by resource_id, or by endpoint and key."""
    resource_id: AccountId | None = None
    """An existing account in the same subscription; its keys are read from it."""
    endpoint: Endpoint | None = None
    """Endpoint of an existing account that the stack may not look at; other regions are allowed."""
    key: Secret | None = None
    """The key of that account."""
    key_vault_secret_id: VaultSecretId | None = None
    """Where that key lies in a vault of yours, in the place of key: whoever runs Pulumi reads it there, each time."""
    sku: AccountSku = AccountSku.S0
    """F0 is free and stops serving when its grant is used up. S0 is paid by use. DC0 has the
    licences of disconnected containers."""
    custom_domain: CustomDomain | None = None
    """Unique in Azure and never to be changed: the account's host is <custom_domain>.cognitiveservices.azure.com."""
    public_access: bool = True
    """false: only private endpoints reach the account."""
    allowed_ip_ranges: tuple[Cidr, ...] = ()
    """Public addresses that may reach the account; with neither these nor service_endpoint, everybody with a key."""
    service_endpoint: bool = False
    """The nodes reach the account by their subnet's service endpoint; nobody else does, but allowed_ip_ranges."""
    private_endpoint: bool = False
    """The nodes reach the account by a private address in their own network."""
    on_soft_deleted: Literal["fail", "restore"] = "fail"
    """A deleted account holds its name for 48 hours: fail with the remedy, or bring the old one back."""
    protect: bool
    """Refuse to destroy the account."""
    disable_local_auth: Annotated[
        bool, AfterValidator(_local_auth_stays), Field(json_schema_extra={"const": False})
    ] = False
    """Always false: containers prove themselves by a key, and a key is local authentication."""
    commitments: tuple[Commitment, ...] = ()
    """Plans that are paid for ahead."""


class ModelAccount(Settings):
    """The S0 account from which disconnected containers download custom models."""

    resource_id: AccountId | None = None
    """An account in the same subscription."""
    endpoint: Endpoint | None = None
    """Endpoint of any other account."""
    key: Secret | None = None
    """The key of that account."""
    key_vault_secret_id: VaultSecretId | None = None
    """Where that key lies in a vault of yours, in the place of key."""


class Billing(Settings):
    """The licence, and how usage reaches Azure."""

    eula: Annotated[
        Literal["accept"],
        WhenMissing("Speech containers start only when the licence is accepted: write  eula: accept"),
    ]
    """Never defaulted: whoever writes it has read the licence terms of the containers."""
    mode: Annotated[Literal["connected", "disconnected"], Field(examples=["connected"])] = "connected"
    """connected: containers report their usage every 10 to 15 minutes. disconnected: they run by a licence, paid for
    a year ahead and downloaded before they start, and report to nobody."""
    active_key: Literal["key1", "key2"] = "key1"
    """The key that containers use; the other one may be renewed meanwhile."""
