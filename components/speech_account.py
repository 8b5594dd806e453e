"""The Speech account and its keys."""

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import cognitiveservices

from speech.settings.account import Account


@dataclass(frozen=True, slots=True)
class BillingKeys:
    """The account's two keys, each a secret."""

    key1: pulumi.Output[str]
    key2: pulumi.Output[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class SpeechAccountArgs:
    """What the account is called and how it behaves."""

    resource_group: pulumi.Output[str]
    account_name: str
    settings: Account
    tags: dict[str, str]


class SpeechAccount(pulumi.ComponentResource):
    """The Speech account that containers report their usage to.

    Creates: a Cognitive Services account of kind SpeechServices. Its keys are read, never made outputs in clear.
    """

    account_id: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    keys: BillingKeys

    def __init__(self, name: str, args: SpeechAccountArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:account:SpeechAccount", name, None, opts)
        account = cognitiveservices.Account(
            f"{name}-account",
            resource_group_name=args.resource_group,
            account_name=args.account_name,
            kind="SpeechServices",
            sku=cognitiveservices.SkuArgs(name=args.settings.sku),
            properties=cognitiveservices.AccountPropertiesArgs(
                custom_sub_domain_name=args.settings.custom_domain,
                # Containers prove themselves by a key, and a key is local authentication.
                disable_local_auth=False,
                public_network_access=cognitiveservices.PublicNetworkAccess.ENABLED,
                network_acls=cognitiveservices.NetworkRuleSetArgs(
                    default_action=cognitiveservices.NetworkRuleAction.ALLOW, ip_rules=[], virtual_network_rules=[]
                ),
            ),
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.settings.protect),
        )
        # The function answers in plain text.
        keys: pulumi.Output[cognitiveservices.ListAccountKeysResult] = pulumi.Output.secret(
            cognitiveservices.list_account_keys_output(
                account_name=account.name, resource_group_name=args.resource_group
            )
        )
        self.account_id = account.id
        self.endpoint = account.properties.apply(lambda properties: properties.endpoint)
        self.keys = BillingKeys(
            key1=keys.apply(lambda both: both.key1 or ""), key2=keys.apply(lambda both: both.key2 or "")
        )
        self.register_outputs({"accountId": self.account_id, "endpoint": self.endpoint})
