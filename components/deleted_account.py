"""Whether a deleted account of this name can still be brought back.

Neither the provider nor its SDK knows deleted accounts, and Azure refuses `restore` where there is none. So it is
asked, by one read of Azure Resource Manager with the provider's own token.
"""

import asyncio
import json
import os
import urllib.error
import urllib.request
from typing import Literal

import pulumi
from pulumi_azure_native import authorization

from speech.catalog.regions import region

_API_VERSION = "2025-06-01"
_SECONDS = 30
_FORBIDDEN, _NOT_FOUND = 403, 404


def restored(
    resource_group: str, account: str, location: str, wish: Literal["fail", "restore"]
) -> pulumi.Output[bool | None]:
    """True where a deleted account of this name lies in its 48 hours and is to come back; None where there is none.

    Where the settings say `fail`, it fails with the remedy, in a preview already: what is asked is a read.
    """
    client = authorization.get_client_config_output()
    token: pulumi.Output[authorization.GetClientTokenResult] = pulumi.Output.secret(
        authorization.get_client_token_output()
    )

    async def ask(subscription: str, secret: str) -> bool | None:
        # In a thread of its own: other resources are registered meanwhile.
        deleted = await asyncio.to_thread(is_deleted, subscription, secret, resource_group, account, location)
        return _decide(deleted, account, wish)

    asked: pulumi.Output[bool | None] = pulumi.Output.all(client, token).apply(
        lambda found: ask(found[0].subscription_id, found[1].token)
    )
    # Whether it is there is no secret, though the token that asked is one.
    return pulumi.Output.unsecret(asked)


def _decide(deleted: bool, account: str, wish: Literal["fail", "restore"]) -> bool | None:  # noqa: FBT001
    if deleted and wish == "fail":
        raise pulumi.RunError(
            f"speech:account: {account} was deleted less than 48 hours ago, and Azure keeps its name until then. "
            f"Bring it back: on_soft_deleted: restore. Or forget it: speech account purge {pulumi.get_stack()}"
        )
    return deleted or None


def is_deleted(subscription: str, token: str, resource_group: str, account: str, location: str) -> bool:
    """Whether Azure keeps a deleted account of this name. Raises RunError where Azure does not answer the question."""
    place = (
        f"subscriptions/{subscription}/providers/Microsoft.CognitiveServices/locations/{location}"
        f"/resourceGroups/{resource_group}/deletedAccounts/{account}?api-version={_API_VERSION}"
    )
    try:
        url = f"{_resource_manager(location)}/{place}"
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})  # noqa: S310  # https
        with urllib.request.urlopen(request, timeout=_SECONDS):  # noqa: S310
            return True
    except urllib.error.HTTPError as error:
        if error.code == _NOT_FOUND:
            return False
        remedy = " The caller needs to read the subscription." if error.code == _FORBIDDEN else ""
        raise pulumi.RunError(f"Azure does not tell whether {account} is soft-deleted: {error}.{remedy}") from None
    except OSError as error:
        raise pulumi.RunError(f"Azure cannot be asked whether {account} is soft-deleted: {error}") from None


def _resource_manager(location: str) -> str:
    """The cloud's address, from its metadata where the provider was pointed at one, else from the catalogue."""
    host = os.environ.get("ARM_METADATA_HOSTNAME") or pulumi.Config("azure-native").get("metadataHost")
    if host:
        with urllib.request.urlopen(
            f"https://{host.removeprefix('https://')}/metadata/endpoints?api-version=2022-09-01", timeout=_SECONDS
        ) as answer:
            return str(json.load(answer)["resourceManager"]).rstrip("/")
    found = region(location)
    return f"https://{found.cloud.arm}" if found else "https://management.azure.com"
