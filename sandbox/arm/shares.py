"""Azure Files as those who mount a share see it: by the account's name, the share's, and a key."""

import hmac

from sandbox.arm import reach
from sandbox.arm.store import Resource, Store

ACCOUNT_TYPE = "Microsoft.Storage/storageAccounts"
FILES_TYPE = f"{ACCOUNT_TYPE}/fileServices"
SHARE_TYPE = f"{FILES_TYPE}/shares"


def account_named(store: Store, name: str) -> Resource | None:
    """The account of that name: names are global."""
    return next((each for each in store.of_type(ACCOUNT_TYPE) if each.name.lower() == name.lower()), None)


def refusal(store: Store, account_name: str, share: str, key: str, source: Resource | None) -> str | None:
    """Why a share is not mounted with that key by the cluster or container group; None where it is."""
    account = account_named(store, account_name)
    if not account:
        return f"404: no such host {account_name}.file.core.windows.net"
    closed = reach.refusal(store, account, source)
    if closed:
        return f"403: {closed.code}: {closed.text}"
    if not account.properties["allowSharedKeyAccess"]:
        return "403: key based authentication is not permitted on this storage account (allowSharedKeyAccess is false)"
    keys = (str(account.hidden[name]["value"]) for name in ("key1", "key2"))
    if not any(hmac.compare_digest(each.encode(), key.encode()) for each in keys):
        return "403: the storage account key is wrong"
    if not store.resource(f"{account.id}/fileServices/default/shares/{share}"):
        return f"404: the share '{share}' does not exist"
    return None
