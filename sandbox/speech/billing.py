"""The way to the sandbox's billing endpoint: HTTPS to one address, under the host name of the Billing URI."""

import logging
import ssl

import httpx

from sandbox.speech.metering import STATUSES, Submit
from sandbox.speech.settings import Settings

_log = logging.getLogger("Microsoft.CloudAI.Containers.Http.CloudClient")
_FORBIDDEN, _NOT_FOUND = 403, 404
_BUSY = (429, 503)
_TIMEOUT_SECONDS = 10.0


def billing_client(settings: Settings, address: str, ca: str, cluster: str = "") -> Submit:
    """A function that reports to `https://<address>/sandbox/metering`, trusting the authority in the file `ca`.

    `cluster` is the uid of the cluster whose network it calls from.
    """
    client = httpx.AsyncClient(verify=ssl.create_default_context(cafile=ca), timeout=_TIMEOUT_SECONDS, trust_env=False)

    async def submit(body: dict[str, object]) -> str:
        headers = {"Host": settings.billing_host, "Ocp-Apim-Subscription-Key": settings.key, "Sandbox-Cluster": cluster}
        try:
            answer = await client.post(f"https://{address}/sandbox/metering", json=body, headers=headers)
        except httpx.HTTPError:
            return "CouldNotConnect"
        return _status(answer)

    return submit


async def unreachable(_: dict[str, object]) -> str:
    """The answer where the container was given no way to a billing endpoint."""
    return "CouldNotConnect"


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
