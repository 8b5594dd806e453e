"""Whether a deleted account of this name can still be brought back: Azure refuses `restore` where there is none."""

import urllib.error
from typing import Literal

import pulumi

from components.azure_reads import Caller, asked
from speech.resource_manager import get

_API_VERSION = "2025-06-01"
_FORBIDDEN, _NOT_FOUND = 403, 404


def restored(
    resource_group: str, account: str, location: str, wish: Literal["fail", "restore"]
) -> pulumi.Output[bool | None]:
    """True where a deleted account of this name lies in its 48 hours and is to come back; None where there is none.

    Where the settings say `fail`, it fails with the remedy, in a preview already: what is asked is a read.
    """
    return asked(location, lambda caller: _decide(is_deleted(caller, resource_group, account), account, wish))


def _decide(deleted: bool, account: str, wish: Literal["fail", "restore"]) -> bool | None:  # noqa: FBT001
    if deleted and wish == "fail":
        raise pulumi.RunError(
            f"speech:account: {account} was deleted less than 48 hours ago, and Azure keeps its name until then. "
            f"Bring it back: on_soft_deleted: restore. Or forget it: speech account purge {pulumi.get_stack()}"
        )
    return deleted or None


def is_deleted(caller: Caller, resource_group: str, account: str) -> bool:
    """Whether Azure keeps a deleted account of this name. Raises RunError where Azure does not answer the question."""
    place = (
        f"subscriptions/{caller.subscription}/providers/Microsoft.CognitiveServices/locations/{caller.location}"
        f"/resourceGroups/{resource_group}/deletedAccounts/{account}?api-version={_API_VERSION}"
    )
    try:
        get(caller.manager(), place, caller.token)
    except urllib.error.HTTPError as error:
        if error.code == _NOT_FOUND:
            return False
        remedy = " The caller needs to read the subscription." if error.code == _FORBIDDEN else ""
        raise pulumi.RunError(f"Azure does not tell whether {account} is soft-deleted: {error}.{remedy}") from None
    except OSError as error:
        raise pulumi.RunError(f"Azure cannot be asked whether {account} is soft-deleted: {error}") from None
    return True
