"""The Speech account that a stack makes for itself."""

import ipaddress
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import cognitiveservices

from components.commitments import Commitments, CommitmentsArgs
from speech.settings.account import Account


@dataclass(frozen=True, slots=True)
class BillingKeys:
    """The account's two keys, each a secret."""

    key1: pulumi.Output[str]
    key2: pulumi.Output[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class SpeechAccountArgs:
    """What the account is called, how it behaves, and from where containers report to it."""

    resource_group: pulumi.Output[str]
    account_name: str
    location: str
    settings: Account
    restore: pulumi.Output[bool | None]
    """Whether a deleted account of this name is to come back, where there is one."""
    outbound_ip: pulumi.Output[str] | None
    """The address from which containers call, where the stack knows it; let in wherever addresses are asked."""
    subnet_id: pulumi.Output[str] | None
    """The containers' subnet, let in where the settings ask for a service endpoint."""
    tags: dict[str, str]


class SpeechAccount(pulumi.ComponentResource):
    """The Speech account that containers report their usage to.

    Creates: a Cognitive Services account of kind SpeechServices, anew or out of its soft deletion; its commitment
    plans. Its keys are read, never made outputs in clear.
    """

    account_id: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    keys: BillingKeys
    account: cognitiveservices.Account
    plans: list[pulumi.Resource]
    """Its commitments: Azure refuses private endpoints meanwhile, and disconnected containers get licences by them."""

    def __init__(self, name: str, args: SpeechAccountArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:account:SpeechAccount", name, None, opts)
        settings = args.settings
        self.account = cognitiveservices.Account(
            f"{name}-account",
            resource_group_name=args.resource_group,
            account_name=args.account_name,
            location=args.location,
            kind="SpeechServices",
            sku=cognitiveservices.SkuArgs(name=settings.sku),
            properties=cognitiveservices.AccountPropertiesArgs(
                custom_sub_domain_name=settings.custom_domain,
                # Containers prove themselves by a key, and a key is local authentication.
                disable_local_auth=False,
                public_network_access=cognitiveservices.PublicNetworkAccess.ENABLED
                if settings.public_access
                else cognitiveservices.PublicNetworkAccess.DISABLED,
                network_acls=network_rules(settings, args.outbound_ip, args.subnet_id),
                restore=args.restore,
            ),
            tags=args.tags,
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=settings.protect,
                # Said once, when the account comes back; Azure never tells it.
                ignore_changes=["properties.restore"],
                # Another name is another account: pods move to it before the old one goes.
                delete_before_replace=False,
            ),
        )
        self.plans = self._commitments(name, args)
        # The function answers in plain text.
        keys: pulumi.Output[cognitiveservices.ListAccountKeysResult] = pulumi.Output.secret(
            cognitiveservices.list_account_keys_output(
                account_name=self.account.name, resource_group_name=args.resource_group
            )
        )
        self.account_id = self.account.id
        self.endpoint = self.account.properties.apply(lambda properties: properties.endpoint)
        self.keys = BillingKeys(
            key1=keys.apply(lambda both: both.key1 or ""), key2=keys.apply(lambda both: both.key2 or "")
        )
        self.register_outputs({"accountId": self.account_id, "endpoint": self.endpoint})

    def _commitments(self, name: str, args: SpeechAccountArgs) -> list[pulumi.Resource]:
        if not args.settings.commitments:
            return []
        commitments = CommitmentsArgs(
            resource_group=args.resource_group,
            location=args.location,
            account=self.account,
            plans=args.settings.commitments,
            protect=args.settings.protect,
        )
        return Commitments(name, commitments, pulumi.ResourceOptions(parent=self)).ready


def network_rules(
    settings: Account, outbound_ip: pulumi.Input[str] | None, subnet_id: pulumi.Input[str] | None
) -> cognitiveservices.NetworkRuleSetArgs | None:
    """Who reaches the account by its public address: everybody, or those who are listed and always the cluster.

    None where the account has no host of its own: Azure takes rules only with one (azurerm documents it, 2023-12-14).
    """
    if settings.custom_domain is None:
        return None
    listed = bool(settings.allowed_ip_ranges or settings.service_endpoint)
    if not listed:
        return cognitiveservices.NetworkRuleSetArgs(
            default_action=cognitiveservices.NetworkRuleAction.ALLOW, ip_rules=[], virtual_network_rules=[]
        )
    subnets = [] if subnet_id is None else [cognitiveservices.VirtualNetworkRuleArgs(id=subnet_id)]
    ours = [] if outbound_ip is None else [outbound_ip]
    return cognitiveservices.NetworkRuleSetArgs(
        default_action=cognitiveservices.NetworkRuleAction.DENY,
        ip_rules=[
            cognitiveservices.IpRuleArgs(value=address)
            for address in [*account_addresses(settings.allowed_ip_ranges), *ours]
        ],
        virtual_network_rules=subnets if settings.service_endpoint else [],
    )


def account_addresses(ranges: Sequence[str]) -> Iterator[str]:
    """Ranges as accounts take them: of a /31 or /32 its addresses (cognitive-services-virtual-networks, 2025-05)."""
    for each in map(ipaddress.ip_network, ranges):
        if each.num_addresses <= 2:  # noqa: PLR2004  # a /31 or a /32
            yield from map(str, each)
        else:
            yield str(each)
