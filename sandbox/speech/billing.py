"""The way to the sandbox's billing endpoint: HTTPS to one address, under the host name of the Billing URI.

Besides usage reports it carries what a container fetches from its account: models and licences.
"""

import logging
import ssl
from collections.abc import Mapping
from typing import Any

import httpx

from sandbox.speech.metering import STATUSES
from sandbox.speech.network import Network
from sandbox.speech.settings import Settings

_log = logging.getLogger("Microsoft.CloudAI.Containers.Http.CloudClient")
_OK, _FORBIDDEN, _NOT_FOUND = 200, 403, 404
_BUSY = (429, 503)
_TIMEOUT_SECONDS = 10.0


class FetchError(Exception):
    """The account did not give what was asked of it. `status` is one of STATUSES."""

    def __init__(self, status: str, text: str = "") -> None:
        super().__init__(text or f"{status}: {STATUSES[status]}")
        self.status = status


class Billing:
    """Calls to one account. `blocked` where the image is too old to pass its proxy: then nothing connects."""

    def __init__(self, settings: Settings, network: Network, *, blocked: bool = False) -> None:
        self._base = f"https://{network.billing}/sandbox"
        self._reachable = bool(network.billing) and not blocked
        self._headers = {
            "Host": settings.billing_host,
            "Ocp-Apim-Subscription-Key": settings.key,
            "Sandbox-Cluster": network.cluster,
        }
        self._names, self._proxy = network.names, settings.proxy
        if self._reachable:
            self._trust = ssl.create_default_context(cafile=network.ca)

    async def submit(self, report: Mapping[str, object]) -> str:
        """Send a usage report; one of STATUSES."""
        try:
            answer = await self._call("POST", "/metering", report)
        except httpx.HTTPError:
            return "CouldNotConnect"
        return _status(answer)

    async def fetch(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401  what JSON holds
        """A document of the account. Raises FetchError."""
        try:
            answer = await self._call(method, path, body)
        except httpx.TimeoutException as error:
            raise FetchError("CouldNotConnect", "[ERROR] Failed to download: context deadline exceeded") from error
        except httpx.HTTPError as error:
            raise FetchError("CouldNotConnect") from error
        if answer.status_code == _OK:
            return answer.json()
        raise _refusal(answer)

    async def _call(self, method: str, path: str, body: Mapping[str, object] | None) -> httpx.Response:
        if not self._reachable:
            raise httpx.ConnectError("no way to the billing endpoint")
        proxy = self._proxy.route(self._names) if self._proxy else None
        async with httpx.AsyncClient(
            verify=self._trust, timeout=_TIMEOUT_SECONDS, trust_env=False, proxy=proxy
        ) as client:
            return await client.request(method, self._base + path, json=body, headers=self._headers)


def _refusal(answer: httpx.Response) -> FetchError:
    try:
        body = answer.json()
        error = body["error"]
        text = f"{error['code']}: {error['message']}"
    except (ValueError, LookupError, TypeError):  # of the endpoint, not for a reason of the account's own
        return FetchError(_status(answer))
    status = body.get("status")
    return FetchError(status if status in STATUSES else "Unknown", text)


def _status(answer: httpx.Response) -> str:
    if answer.status_code == _NOT_FOUND:  # no account of that host: the real name would not resolve
        return "CouldNotConnect"
    if answer.status_code == _FORBIDDEN:  # the account's network rules
        _log.error("The billing endpoint refuses this network: %s", answer.text)
        return "CouldNotConnect"
    if answer.status_code in _BUSY:
        return "BillingEndpointBusy"
    try:
        status = answer.json()["status"]
    except (ValueError, LookupError, TypeError):
        return "Unknown"
    return status if status in STATUSES else "Unknown"
