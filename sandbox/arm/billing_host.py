"""The door of an account's host, through which containers report usage and fetch licences and models."""

import hmac

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.arm import reach
from sandbox.arm.ids import normal_location
from sandbox.arm.instance_quota import GROUP_TYPE
from sandbox.arm.providers.accounts import ACCOUNT_TYPE
from sandbox.arm.reach import Refusal
from sandbox.arm.store import Document, Resource, Store
from sandbox.arm.vm_quota import CLUSTER_TYPE

KEY_HEADER = "Ocp-Apim-Subscription-Key"
CLUSTER_HEADER = "Sandbox-Cluster"
"""Ours: the uid of the cluster or container group that the call comes from; without it, it comes from outside."""
_CUSTOM, _REGIONAL = ".cognitiveservices.azure.com", ".api.cognitive.microsoft.com"


class TurnedAwayError(Exception):
    """The call is not let in."""

    def __init__(self, status: int, body: Document) -> None:
        super().__init__(str(body))
        self.answer: Response = JSONResponse(body, status)


def refused(code: str, message: str) -> TurnedAwayError:
    """A 403 in the words of the service."""
    return TurnedAwayError(403, {"error": {"code": code, "message": message}})


def account_called(store: Store, request: Request) -> Resource:
    """The account whose host and key the request has.

    Raises TurnedAwayError: 404 where no account has the host, 403 where network rules refuse the caller, 401 with
    `status` Invalid or Mismatch for a key that opens it not.
    """
    host = request.headers.get("host", "").split(":")[0].lower()
    accounts = _at(store, host)
    if not accounts:
        raise TurnedAwayError(404, {"error": f"no account answers at {host}"})
    key = request.headers.get(KEY_HEADER, "")
    account = next((each for each in accounts if _opens(each, key)), None)
    unreached = _unreached(store, account or accounts[0], request) if account or len(accounts) == 1 else None
    if unreached:
        raise refused(unreached.code, unreached.text)
    if not account:
        elsewhere = any(_opens(each, key) for each in store.of_type(ACCOUNT_TYPE))
        raise TurnedAwayError(401, {"status": "Mismatch" if elsewhere else "Invalid"})
    return account


def _unreached(store: Store, account: Resource, request: Request) -> Refusal | None:
    uid = request.headers.get(CLUSTER_HEADER, "")
    sources = (*store.of_type(CLUSTER_TYPE), *store.of_type(GROUP_TYPE))
    return reach.refusal(store, account, next((each for each in sources if each.hidden["uid"] == uid), None))


def _at(store: Store, host: str) -> list[Resource]:
    """The account of a sub-domain, or all of a region."""
    accounts = store.of_type(ACCOUNT_TYPE)
    if host.endswith(_CUSTOM):
        name = host.removesuffix(_CUSTOM)
        return [each for each in accounts if each.properties.get("customSubDomainName") == name]
    if host.endswith(_REGIONAL):
        region = host.removesuffix(_REGIONAL)
        return [each for each in accounts if normal_location(each.document["location"]) == region]
    return []


def _opens(account: Resource, key: str) -> bool:
    """Whether it is one of the account's keys, and the account takes keys."""
    if account.properties.get("disableLocalAuth"):
        return False
    return any(hmac.compare_digest(account.hidden[name].encode(), key.encode()) for name in ("key1", "key2"))
