"""The vault in which the stack's keys and passwords lie."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pulumi
from pulumi_azure_native import keyvault

from components.speech_account import BillingKeys
from speech.manifests.keys import vault_secret_name


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyVaultArgs:
    """Where the vault stands and what lies in it."""

    resource_group: pulumi.Output[str]
    tenant_id: pulumi.Output[str]
    keys: BillingKeys
    more: Mapping[str, pulumi.Output[str]]
    """By their names in the vault, the other values that containers need, each a secret."""
    purge_protection: bool
    """Nobody can purge the vault before its retention ends. Never to be switched off again."""
    private: bool
    """Reached by private endpoint only."""
    theirs: str | None
    """The id of a vault that is there already: the secrets go there, and nothing is made or changed around them."""
    prefix: str
    """Before every secret's name, where others keep theirs in the vault, too."""
    tags: dict[str, str]


@dataclass(frozen=True, slots=True)
class Kept:
    """A value in the vault."""

    value: pulumi.Output[str]
    """A secret."""
    version: pulumi.Output[str]
    """Changes with the value, and says nothing about it."""
    secret_id: pulumi.Output[str]
    """Its id in Azure, by which it alone may be given to somebody to read."""


class KeyVault(pulumi.ComponentResource):
    """Holds billing keys, and what else must not be read, for those who may read them by role.

    Creates: a Key Vault with role-based access, named at random (a deleted vault holds its name for months), where none
    is given; a secret for each of the two keys, and for each value beside them.
    """

    vault_id: pulumi.Output[str]
    vault_name: pulumi.Output[str]
    keys: dict[Literal["key1", "key2"], Kept]
    more: dict[str, Kept]
    """By their names in the vault."""

    def __init__(self, name: str, args: KeyVaultArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:account:KeyVault", name, None, opts)
        self._name, self._prefix = name, args.prefix
        self._made: keyvault.Vault | None = None
        if args.theirs:
            # /subscriptions/S/resourceGroups/G/providers/Microsoft.KeyVault/vaults/V
            parts = args.theirs.split("/")
            self.vault_id, self.vault_name = pulumi.Output.from_input(args.theirs), pulumi.Output.from_input(parts[-1])
            self._group = pulumi.Output.from_input(parts[4])
        else:
            self._made = self._vault(args)
            self.vault_id, self.vault_name, self._group = self._made.id, self._made.name, args.resource_group
        both: dict[Literal["key1", "key2"], pulumi.Output[str]] = {"key1": args.keys.key1, "key2": args.keys.key2}
        self.keys = {
            key: self._kept(key, vault_secret_name(key), value, "Azure AI Speech billing key")
            for key, value in both.items()
        }
        self.more = {
            secret: self._kept(secret.removeprefix("speech-"), secret, value, "text/plain")
            for secret, value in args.more.items()
        }
        self.register_outputs({"vaultId": self.vault_id, "vaultName": self.vault_name})

    def _vault(self, args: KeyVaultArgs) -> keyvault.Vault:
        return keyvault.Vault(
            # Eight characters are appended, 24 are allowed.
            f"{self._name}-kv",
            resource_group_name=args.resource_group,
            properties=keyvault.VaultPropertiesArgs(
                sku=keyvault.SkuArgs(family=keyvault.SkuFamily.A, name=keyvault.SkuName.STANDARD),
                tenant_id=args.tenant_id,
                enable_rbac_authorization=True,
                enable_soft_delete=True,
                enable_purge_protection=True if args.purge_protection else None,
                soft_delete_retention_in_days=90,
                public_network_access="Disabled" if args.private else "Enabled",
                network_acls=keyvault.NetworkRuleSetArgs(
                    default_action=keyvault.NetworkRuleAction.DENY
                    if args.private
                    else keyvault.NetworkRuleAction.ALLOW,
                    bypass=keyvault.NetworkRuleBypassOptions.AZURE_SERVICES,
                ),
            ),
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _kept(self, name: str, secret: str, value: pulumi.Output[str], content_type: str) -> Kept:
        made = keyvault.Secret(
            f"{self._name}-{name}",
            resource_group_name=self._group,
            vault_name=self.vault_name,
            secret_name=f"{self._prefix}{secret}",
            properties=keyvault.SecretPropertiesArgs(value=value, content_type=content_type),
            # Deleting a secret alone asks the vault's own host, which a private vault does not answer here.
            opts=pulumi.ResourceOptions(parent=self, deleted_with=self._made),
        )
        version = made.properties.apply(lambda stored: stored.secret_uri_with_version.rsplit("/", 1)[-1])
        return Kept(value, version, made.id)
