"""Azure Resource Manager for commands: the cloud, the subscription and the log-in of whoever runs them."""

import json
import os
import ssl
import urllib.request
from dataclasses import dataclass

from azure.core.credentials import TokenCredential
from azure.identity import DefaultAzureCredential

from speech.catalog.regions import region
from speech.cli.stack_file import FailedError

_SECONDS = 30


class NoAzureError(FailedError):
    """Azure cannot be asked. The text says what is missing and the remedy."""


@dataclass(frozen=True, slots=True)
class Azure:
    """Where Resource Manager answers, and as whom it is asked."""

    resource_manager: str
    subscription: str
    credential: TokenCredential


def azure(location: str) -> Azure:
    """The cloud that has `location`, or the one that ARM_METADATA_HOSTNAME names, as the provider would use it.

    Logs in as the environment, a managed identity or the Azure CLI says. Raises NoAzureError.
    """
    subscription = os.environ.get("ARM_SUBSCRIPTION_ID") or os.environ.get("AZURE_SUBSCRIPTION_ID")
    if not subscription:
        raise NoAzureError("no subscription is chosen: set ARM_SUBSCRIPTION_ID, as in  az account show --query id")
    for name in ("CLIENT_ID", "TENANT_ID", "CLIENT_SECRET"):
        if value := os.environ.get(f"ARM_{name}"):
            os.environ.setdefault(f"AZURE_{name}", value)
    host = os.environ.get("ARM_METADATA_HOSTNAME")
    if host:
        cloud = _metadata(host)
        return Azure(
            str(cloud["resourceManager"]).rstrip("/"),
            subscription,
            DefaultAzureCredential(
                authority=str(cloud["authentication"]["loginEndpoint"]), disable_instance_discovery=True
            ),
        )
    found = region(location)
    manager, login = (
        (found.cloud.arm, found.cloud.login) if found else ("management.azure.com", "login.microsoftonline.com")
    )
    return Azure(f"https://{manager}", subscription, DefaultAzureCredential(authority=login))


def _metadata(host: str) -> dict[str, dict[str, str]]:
    url = f"https://{host.removeprefix('https://')}/metadata/endpoints?api-version=2022-09-01"
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS, context=ssl.create_default_context()) as answer:  # https
            found: dict[str, dict[str, str]] = json.load(answer)
            return found
    except OSError as error:
        raise NoAzureError(f"{url} does not answer: {error}") from None
