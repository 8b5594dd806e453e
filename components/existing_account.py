"""A Speech account that was there before the stack."""

from dataclasses import dataclass, field

import pulumi
from pulumi_azure_native import cognitiveservices

from components.secrets_of import secret_at
from components.speech_account import BillingKeys
from components.user_vault import secret_in_vault
from speech.settings.account import Account, ModelAccount


@dataclass(frozen=True, slots=True)
class ExistingAccount:
    """What containers need of an account. `account_id` is None where only endpoint and key are known."""

    account_id: pulumi.Output[str] | None
    endpoint: pulumi.Output[str]
    keys: BillingKeys
    plans: list[pulumi.Resource] = field(default_factory=list)
    """None: what is committed to is the owner's."""


def existing_account(settings: Account | ModelAccount, section: str) -> ExistingAccount:
    """The account that a section of the stack file names, by its id or by endpoint and key; it may stand anywhere."""
    if settings.resource_id is None:
        vaulted = settings.key_vault_secret_id
        key = secret_in_vault(vaulted) if vaulted else secret_at(f"{section}.key")
        return ExistingAccount(None, pulumi.Output.from_input(settings.endpoint or ""), BillingKeys(key1=key, key2=key))
    # /subscriptions/S/resourceGroups/G/providers/Microsoft.CognitiveServices/accounts/A
    parts = settings.resource_id.split("/")
    group, account = parts[4], parts[-1]
    found = cognitiveservices.get_account_output(account_name=account, resource_group_name=group)
    # The function answers in plain text.
    keys: pulumi.Output[cognitiveservices.ListAccountKeysResult] = pulumi.Output.secret(
        cognitiveservices.list_account_keys_output(account_name=account, resource_group_name=group)
    )
    return ExistingAccount(
        account_id=pulumi.Output.from_input(settings.resource_id),
        endpoint=found.apply(lambda account: account.properties.endpoint),
        keys=BillingKeys(key1=keys.apply(lambda both: both.key1 or ""), key2=keys.apply(lambda both: both.key2 or "")),
    )
