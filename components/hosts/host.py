"""What every host of a stack has around it, and what it gives back."""

from dataclasses import dataclass, field
from typing import Any, Protocol

import pulumi
from pulumi_azure_native import authorization

from components.existing_account import ExistingAccount
from components.key_vault import KeyVault
from components.speech_account import SpeechAccount
from speech.capacity.plan import Plan
from speech.settings.stack import Stack


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """One for everything that a stack makes."""

    name: str
    """Of the platform: what the names of all its resources begin with."""
    stack: Stack
    plan: Plan
    resource_group: pulumi.Output[str]
    model_account: ExistingAccount | None
    """From which disconnected containers get their custom models."""
    client: pulumi.Output[authorization.GetClientConfigResult]
    """Who runs the program, in which tenant and subscription."""
    tags: dict[str, str]
    child: pulumi.ResourceOptions
    """Of every resource that the host makes: its parent is the platform."""

    @property
    def vault_prefix(self) -> str:
        """Before the names of secrets in a vault that others use, too."""
        return f"{self.plan.names['stack']}-" if self.stack.vault else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Deployed:
    """What runs when a host has done its work."""

    addresses: dict[str, pulumi.Output[Any]] = field(default_factory=dict)
    """By container, its address outside of the host, as `speech.manifests.outputs.containers` takes it."""
    outputs: dict[str, Any] = field(default_factory=dict)
    """Outputs of the stack that only this kind of host has."""
    node_groups: tuple[pulumi.Output[str | None], ...] = ()
    """Resource groups that Azure made for the host's nodes, beside the stack's own."""


class Host(Protocol):
    """A place to run. Making it makes what must be there before the account: its network."""

    outbound_ip: pulumi.Output[str] | None
    """From which containers call; None where the stack does not decide that."""
    subnet_id: pulumi.Output[str] | None
    """In which containers run, where that is a subnet of Azure."""

    def deploy(self, account: SpeechAccount | ExistingAccount, vault: KeyVault) -> Deployed:
        """Everything else: the place itself, and the containers in it."""
