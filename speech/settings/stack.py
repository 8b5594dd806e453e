"""A stack: everything that one stack file says about a region and environment."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from speech.settings.account import Account, Billing, ModelAccount
from speech.settings.base import Settings, WhenMissing
from speech.settings.containers import Container
from speech.settings.network import Network
from speech.settings.operations import Budget, Monitoring, Registry
from speech.settings.target import Target


class Environment(StrEnum):
    """Picks documented defaults; each can be written out instead."""

    DEV = "dev"
    TEST = "test"
    PROD = "prod"


class Stack(Settings):
    """One region and environment."""

    location: Annotated[
        str, WhenMissing("the Azure region of everything the stack makes: write  azure-native:location: westeurope")
    ]
    environment: Annotated[Environment, WhenMissing("it picks the defaults: write dev, test or prod")]
    account: Account
    model_account: ModelAccount | None = None
    billing: Annotated[
        Billing, WhenMissing("containers start only when the licence is accepted: write  billing: {eula: accept}")
    ]
    target: Annotated[Target, WhenMissing("say where containers run, as in  target: {kind: aks}")]
    network: Network
    containers: Annotated[
        tuple[Container, ...],
        WhenMissing("a stack without containers does nothing: list at least one"),
    ]
    budget: Budget | None = None
    monitoring: Monitoring = Monitoring()
    registry: Registry = Registry()
    tags: dict[str, str] = Field(default_factory=dict)
    acknowledge: tuple[str, ...] = ()
