"""The account of one region, and the vault that holds its keys."""

import json
import os
import urllib.error
import urllib.request
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import authorization, cognitiveservices, keyvault

from bench.by_hand.region import Region


@dataclass(frozen=True)
class Account:
    """What others need of account and vault."""

    endpoint: pulumi.Output[str]
    keys: pulumi.Output[cognitiveservices.ListAccountKeysResult]
    key_version: pulumi.Output[str]
    secret: pulumi.Output[str]
    """The name of the Secret that pods read."""
    vault: keyvault.Vault
    tenant_id: pulumi.Output[str]


def account(region: Region, group: pulumi.Output[str]) -> Account:
    """Account, vault, and the two keys in it."""
    tenant_id = authorization.get_client_config_output().apply(lambda found: found.tenant_id)
    made = cognitiveservices.Account(
        f"{region.prefix}-account",
        resource_group_name=group,
        account_name=region.custom_domain,
        location=region.location,
        kind="SpeechServices",
        sku=cognitiveservices.SkuArgs(name="S0"),
        properties=cognitiveservices.AccountPropertiesArgs(
            custom_sub_domain_name=region.custom_domain,
            disable_local_auth=False,
            public_network_access=cognitiveservices.PublicNetworkAccess.ENABLED,
            network_acls=cognitiveservices.NetworkRuleSetArgs(
                default_action=cognitiveservices.NetworkRuleAction.ALLOW, ip_rules=[], virtual_network_rules=[]
            ),
            restore=_restored(region),
        ),
        tags=region.tags,
        opts=pulumi.ResourceOptions(ignore_changes=["properties.restore"], delete_before_replace=False),
    )
    keys: pulumi.Output[cognitiveservices.ListAccountKeysResult] = pulumi.Output.secret(
        cognitiveservices.list_account_keys_output(account_name=made.name, resource_group_name=group)
    )
    vault = keyvault.Vault(
        f"{region.prefix}-kv",
        resource_group_name=group,
        properties=keyvault.VaultPropertiesArgs(
            sku=keyvault.SkuArgs(family=keyvault.SkuFamily.A, name=keyvault.SkuName.STANDARD),
            tenant_id=tenant_id,
            enable_rbac_authorization=True,
            enable_soft_delete=True,
            soft_delete_retention_in_days=90,
            public_network_access="Enabled",
            network_acls=keyvault.NetworkRuleSetArgs(
                default_action=keyvault.NetworkRuleAction.ALLOW, bypass=keyvault.NetworkRuleBypassOptions.AZURE_SERVICES
            ),
        ),
        tags=region.tags,
    )
    first, _ = [
        keyvault.Secret(
            f"{region.prefix}-{key}",
            resource_group_name=group,
            vault_name=vault.name,
            secret_name=f"speech-{key}",
            properties=keyvault.SecretPropertiesArgs(value=value, content_type="Azure AI Speech billing key"),
            opts=pulumi.ResourceOptions(deleted_with=vault),
        )
        for key, value in (("key1", keys.apply(lambda both: both.key1)), ("key2", keys.apply(lambda both: both.key2)))
    ]
    version = first.properties.apply(lambda stored: stored.secret_uri_with_version.rsplit("/", 1)[-1])
    return Account(
        endpoint=made.properties.apply(lambda properties: properties.endpoint),
        keys=keys,
        key_version=version,
        secret=version.apply(lambda found: f"speech-key1-{found[:8].lower()}"),
        vault=vault,
        tenant_id=tenant_id,
    )


def _restored(region: Region) -> pulumi.Output[bool | None]:
    """True where the account lies deleted under its name and is wanted back. Fails where it is not wanted."""
    token: pulumi.Output[authorization.GetClientTokenResult] = pulumi.Output.secret(
        authorization.get_client_token_output()
    )
    return pulumi.Output.unsecret(
        pulumi.Output.all(authorization.get_client_config_output(), token).apply(
            lambda found: _decide(region, is_deleted(region, found[0].subscription_id, found[1].token))
        )
    )


def _decide(region: Region, deleted: bool) -> bool | None:  # noqa: FBT001
    if deleted and not region.restore_deleted:
        raise pulumi.RunError(f"{region.custom_domain} was deleted less than 48 hours ago")
    return deleted or None


def is_deleted(region: Region, subscription: str, token: str) -> bool:
    """Whether Azure keeps a deleted account of the region's name."""
    host = os.environ.get("ARM_METADATA_HOSTNAME", "management.azure.com")
    with urllib.request.urlopen(f"https://{host}/metadata/endpoints?api-version=2022-09-01", timeout=30) as answer:
        arm = json.load(answer)["resourceManager"].rstrip("/")
    url = (
        f"{arm}/subscriptions/{subscription}/providers/Microsoft.CognitiveServices/locations/{region.location}"
        f"/resourceGroups/rg-speech-{region.place}/deletedAccounts/{region.custom_domain}?api-version=2025-06-01"
    )
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})  # noqa: S310  # https
    try:
        with urllib.request.urlopen(request, timeout=30):  # noqa: S310  # https
            return True
    except urllib.error.HTTPError as error:
        if error.code == 404:  # noqa: PLR2004  # there is none
            return False
        raise
