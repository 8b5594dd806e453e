"""Docker hosts, which Pulumi does not manage."""

import pulumi

from components.existing_account import ExistingAccount
from components.hosts.host import Deployed
from components.key_vault import KeyVault
from components.speech_account import SpeechAccount


class DockerHost:
    """Makes nothing: `speech render` writes what runs there, from the stack's outputs."""

    outbound_ip: pulumi.Output[str] | None = None
    subnet_id: pulumi.Output[str] | None = None

    def deploy(self, account: SpeechAccount | ExistingAccount, vault: KeyVault) -> Deployed:  # noqa: ARG002  # a Host
        """Only where the keys lie."""
        return Deployed(outputs={"key_vault": vault.vault_name})
