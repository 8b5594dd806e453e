"""Docker hosts, which Pulumi does not manage."""

from typing import Any

import pulumi

from components.existing_account import ExistingAccount
from components.hosts.host import Deployed, Surroundings
from components.key_vault import KeyVault
from components.speech_account import SpeechAccount


class DockerHost:
    """Makes nothing: `speech render` writes what runs there, from the stack's outputs."""

    outbound_ip: pulumi.Output[str] | None = None
    subnet_id: pulumi.Output[str] | None = None

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    def deploy(self, account: SpeechAccount | ExistingAccount, vault: KeyVault) -> Deployed:  # noqa: ARG002  # a Host
        """Only where the keys lie, and what leads to the account of custom models."""
        outputs: dict[str, Any] = {"key_vault": vault.vault_name}
        if models := self._around.model_account:
            outputs["model_account"] = pulumi.Output.secret({"endpoint": models.endpoint, "key": models.keys.key1})
        return Deployed(outputs=outputs)
