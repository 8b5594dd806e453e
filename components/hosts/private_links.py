"""The private ways of a host's network to the account and the vault."""

import pulumi

from components.existing_account import ExistingAccount
from components.hosts.host import Surroundings
from components.key_vault import KeyVault
from components.private_link import PrivateLink, PrivateLinkArgs
from components.speech_account import SpeechAccount
from speech.catalog.regions import clouds, region


def private_links(
    around: Surroundings,
    account: SpeechAccount | ExistingAccount,
    vault: KeyVault,
    network_id: pulumi.Output[str],
    subnet_id: pulumi.Output[str] | None,
) -> list[pulumi.Resource]:
    """What must be there before containers can use them; nothing without a subnet for private endpoints."""
    if subnet_id is None or not isinstance(account, SpeechAccount) or not around.stack.account.private_endpoint:
        return []
    # A vault of the user's has the private way that its owner gave it.
    targets = {"account": account.account_id, **({} if around.stack.vault else {"vault": vault.vault_id})}
    theirs = around.stack.network.private_zones
    found = region(around.stack.location)
    zones = (found.cloud if found else clouds()["public"]).private_dns
    ready = [*account.plans]
    for group, target in targets.items():
        args = PrivateLinkArgs(
            resource_group=around.resource_group,
            endpoint_name=around.plan.names[f"{group}_endpoint"],
            target_id=target,
            group_id=group,
            zone=zones[group],
            their_zone_id=getattr(theirs, group) if theirs else None,
            network_id=network_id,
            subnet_id=subnet_id,
            needs=ready,
            tags=around.tags,
        )
        ready = [*ready, *PrivateLink(f"{around.name}-{group}", args, around.child).ready]
    return ready
