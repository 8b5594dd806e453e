"""Azure Resource Manager for commands: the cloud, the subscription and the log-in of whoever runs them."""

import os
from dataclasses import dataclass

from azure.core.credentials import TokenCredential
from azure.identity import DefaultAzureCredential

from speech.files.stack_file import FailedError
from speech.resource_manager import resource_manager


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
    try:
        manager = resource_manager(location, host)
    except OSError as error:
        raise NoAzureError(f"{host} does not tell of its cloud: {error}") from None
    credential = DefaultAzureCredential(authority=manager.authority, disable_instance_discovery=bool(host))
    return Azure(manager.url, subscription, credential)
