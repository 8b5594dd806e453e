"""Where the volumes of container groups lie."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import storage

# Of the 24 characters of a storage account's name eight are random.
_LONGEST = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class FileSharesArgs:
    """The shares by name, each with its size."""

    resource_group: pulumi.Output[str]
    subnet_id: pulumi.Output[str] | None
    """The only place from which shares are mounted; None: wherever there is a key."""
    shares: Mapping[str, int]
    """GiB that each may grow to."""
    tags: dict[str, str]


class FileShares(pulumi.ComponentResource):
    """Azure Files shares that groups mount by the account's key: they know no other way.

    Creates: a storage account, named at random since the whole world shares its names; a share for each volume.
    """

    account_name: pulumi.Output[str]
    key: pulumi.Output[str]
    """A secret."""
    shares: list[pulumi.Resource]

    def __init__(self, name: str, args: FileSharesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:storage:FileShares", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        account = storage.StorageAccount(
            f"{name.replace('-', '')}files"[:_LONGEST],
            resource_group_name=args.resource_group,
            kind=storage.Kind.STORAGE_V2,
            sku=storage.SkuArgs(name=storage.SkuName.STANDARD_LRS),
            allow_shared_key_access=True,
            allow_blob_public_access=False,
            enable_https_traffic_only=True,
            minimum_tls_version=storage.MinimumTlsVersion.TLS1_2,
            network_rule_set=storage.NetworkRuleSetArgs(
                default_action=storage.DefaultAction.ALLOW if args.subnet_id is None else storage.DefaultAction.DENY,
                bypass=storage.Bypass.AZURE_SERVICES,
                ip_rules=[],
                virtual_network_rules=[]
                if args.subnet_id is None
                else [storage.VirtualNetworkRuleArgs(virtual_network_resource_id=args.subnet_id)],
            ),
            tags=args.tags,
            opts=child,
        )
        self.shares = [
            storage.FileShare(
                f"{name}-{share}",
                resource_group_name=args.resource_group,
                account_name=account.name,
                share_name=share,
                share_quota=gib,
                enabled_protocols=storage.EnabledProtocols.SMB,
                opts=child,
            )
            for share, gib in args.shares.items()
        ]
        # The function answers in plain text.
        keys: pulumi.Output[storage.ListStorageAccountKeysResult] = pulumi.Output.secret(
            storage.list_storage_account_keys_output(account_name=account.name, resource_group_name=args.resource_group)
        )
        self.account_name = account.name
        self.key = keys.apply(lambda found: found.keys[0].value)
        self.register_outputs({"accountName": self.account_name})
