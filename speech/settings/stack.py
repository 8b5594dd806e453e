"""A stack: everything that one stack file says about a region and environment."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from speech.settings.account import Account, Billing, ModelAccount
from speech.settings.base import Settings, WhenMissing
from speech.settings.containers import Container
from speech.settings.forms import ResourceGroupId
from speech.settings.network import Network
from speech.settings.operations import Budget, Monitoring, Registry, Vault
from speech.settings.target import Target

MOST_ACKNOWLEDGED = 50


class Environment(StrEnum):
    """Picks documented defaults; each can be written out instead."""

    DEV = "dev"
    TEST = "test"
    PROD = "prod"


class Stack(Settings):
    """One region and environment."""

    location: Annotated[
        str,
        Field(max_length=60, examples=["westeurope"]),
        WhenMissing("the Azure region of everything the stack makes: write  azure-native:location: westeurope"),
    ]
    """The Azure region of everything that the stack makes."""
    environment: Annotated[Environment, WhenMissing("it picks the defaults: write dev, test or prod")]
    """Picks the defaults, each of which can be written out instead."""
    resource_group_id: ResourceGroupId | None = None
    """A resource group that is there already, for everything that the stack makes; it stays when the stack goes."""
    account: Account
    """The Speech account that containers report their usage to."""
    model_account: ModelAccount | None = None
    """The account from which disconnected containers download custom models."""
    billing: Annotated[
        Billing, WhenMissing("containers start only when the licence is accepted: write  billing: {eula: accept}")
    ]
    """The licence, and how usage reaches Azure."""
    target: Annotated[Target, WhenMissing("say where containers run, as in  target: {kind: aks}")]
    """Where containers run."""
    network: Network
    """Who reaches the containers, and by which names."""
    containers: Annotated[
        tuple[Container, ...],
        WhenMissing("a stack without containers does nothing: list at least one"),
    ]
    """What runs."""
    vault: Vault | None = None
    """Where the keys lie, where not in a vault of the stack's own."""
    budget: Budget | None = None
    """What the stack may cost in a month."""
    monitoring: Monitoring = Monitoring()
    """Where the account's logs and metrics go."""
    registry: Registry = Registry()
    """A registry of your own from which every image is pulled."""
    tags: Annotated[dict[str, str], Field(examples=[{"cost-center": "speech"}])] = Field(default_factory=dict)
    """Azure tags on everything that can have them."""
    acknowledge: Annotated[tuple[str, ...], Field(max_length=MOST_ACKNOWLEDGED, examples=[["unknown-tag"]])] = ()
    """Ids of what works only at your own risk."""
    adopted: bool = False
    """The stack was made by another program, with an older SDK: its older type names are kept, at a slower preview."""
