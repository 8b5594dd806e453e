"""The Speech account, and how containers are billed through it."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from speech.settings.base import Cidr, Secret, Settings, WhenMissing


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

    kind: Annotated[str, Field(min_length=1)]
    hosting: Literal["connected", "disconnected"] = "connected"
    tier: Annotated[str, Field(min_length=1)]
    count: Annotated[int, Field(ge=1)] = 1
    auto_renew: bool = False


class Account(Settings):
    """The Speech account that containers report their usage to."""

    mode: Literal["create", "existing"] = "create"
    """create: the stack owns the account. existing: it is named by resource_id, or by endpoint and key."""
    resource_id: str | None = None
    endpoint: str | None = None
    key: Secret | None = None
    sku: AccountSku = AccountSku.S0
    custom_domain: Annotated[str | None, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}[a-z0-9]$")] = None
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
    disable_local_auth: Annotated[bool, AfterValidator(_local_auth_stays)] = False
    """Always false: containers prove themselves by a key, and a key is local authentication."""
    commitments: tuple[Commitment, ...] = ()


class ModelAccount(Settings):
    """The S0 account from which disconnected containers download custom models."""

    resource_id: str | None = None
    endpoint: str | None = None
    key: Secret | None = None


class Billing(Settings):
    """The licence, and how usage reaches Azure."""

    eula: Annotated[
        Literal["accept"],
        WhenMissing("Speech containers start only when the licence is accepted: write  eula: accept"),
    ]
    """Never defaulted: whoever writes it has read the licence terms of the containers."""
    mode: Literal["connected", "disconnected"] = "connected"
    active_key: Literal["key1", "key2"] = "key1"
    """The key that containers use; the other one may be renewed meanwhile."""
