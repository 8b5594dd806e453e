"""The vault in which the account's keys lie."""

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
    purge_protection: bool
    """Nobody can purge the vault before its retention ends. Never to be switched off again."""
    private: bool
    """Reached by private endpoint only."""
    tags: dict[str, str]


class KeyVault(pulumi.ComponentResource):
    """Holds the billing keys for those who may read them by role.

    Creates: a Key Vault with role-based access, named at random (a deleted vault holds its name for months); a secret
    for each of the two keys.
    """

    vault_id: pulumi.Output[str]
    vault_name: pulumi.Output[str]
    key_versions: dict[str, pulumi.Output[str]]
    """The version of each secret, by key1 and key2: changes with the value, and says nothing about it."""

    def __init__(self, name: str, args: KeyVaultArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:account:KeyVault", name, None, opts)
        vault = keyvault.Vault(
            # Eight characters are appended, 24 are allowed.
            f"{name}-kv",
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
        self.key_versions = {}
        both: dict[Literal["key1", "key2"], pulumi.Output[str]] = {"key1": args.keys.key1, "key2": args.keys.key2}
        for key, value in both.items():
            secret = keyvault.Secret(
                f"{name}-{key}",
                resource_group_name=args.resource_group,
                vault_name=vault.name,
                secret_name=vault_secret_name(key),
                properties=keyvault.SecretPropertiesArgs(value=value, content_type="Azure AI Speech billing key"),
                # Deleting a secret alone asks the vault's own host, which a private vault does not answer here.
                opts=pulumi.ResourceOptions(parent=self, deleted_with=vault),
            )
            self.key_versions[key] = secret.properties.apply(
                lambda stored: stored.secret_uri_with_version.rsplit("/", 1)[-1]
            )
        self.vault_id = vault.id
        self.vault_name = vault.name
        self.register_outputs({"vaultId": self.vault_id, "vaultName": self.vault_name})
