"""Whom the plugin speaks to and as whom: configuration, the cloud's metadata document, authenticated clients."""

import functools
import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from azure.core.configuration import Configuration
from azure.core.exceptions import AzureError
from azure.core.pipeline import PipelineResponse
from azure.core.pipeline.policies import RetryPolicy, UserAgentPolicy
from azure.core.pipeline.transport import RequestsTransport
from azure.core.rest import HttpRequest
from azure.mgmt.core import ARMPipelineClient
from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy
from requests.adapters import HTTPAdapter

from sandbox.plugins.azure_native import waiting
from sandbox.plugins.azure_native.errors import ArmFailureError, ConfigurationError
from sandbox.plugins.azure_native.importing import imported
from sandbox.plugins.serving import THREADS

_METADATA_VERSION = "2022-09-01"
_RETRIED_CONFLICTS = {
    "AnotherOperationInProgress",
    "ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity",
}
_CONFLICT = 409
_CONNECTIONS = THREADS


@dataclass(frozen=True)
class Settings:
    """The provider's configuration: `azure-native:<name>` of the stack, else the environment."""

    variables: Mapping[str, str] = field(repr=False)

    def get(self, name: str, environment: str = "") -> str:
        """The value, or an empty string."""
        return self.variables.get(f"azure-native:config:{name}") or os.environ.get(environment, "")

    def need(self, name: str, environment: str) -> str:
        """The value. Raises ConfigurationError, which names what to set."""
        value = self.get(name, environment)
        if not value:
            raise ConfigurationError(f"azure-native:{name} is not set, nor is {environment}")
        return value

    @property
    def subscription(self) -> str:
        """The subscription of every path."""
        return self.need("subscriptionId", "ARM_SUBSCRIPTION_ID")


@dataclass(frozen=True)
class Cloud:
    """What the metadata document says."""

    resource_manager: str
    audience: str
    login: str
    vault_suffix: str


class _Transport(RequestsTransport):  # type: ignore[misc]  # azure-core loads it by name
    """The one place where azure-core waits, between retries and between polls: made to hear Cancel and the timeout."""

    def sleep(self, duration: float) -> None:
        waiting.pause(duration)


class _Retries(RetryPolicy[Any, Any]):
    """azure-core's retries, and the conflicts that the real plugin retries too."""

    def is_retry(self, settings: dict[str, Any], response: PipelineResponse[Any, Any]) -> bool:
        if super().is_retry(settings, response):
            return True
        if response.http_response.status_code != _CONFLICT or settings["total"] <= 0:
            return False
        try:
            error = json.loads(response.http_response.text())
            return error.get("error", error).get("code") in _RETRIED_CONFLICTS
        except (ValueError, AttributeError):
            return False


class Access:
    """Authenticated clients for one configuration, made when first needed."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lock = threading.RLock()
        session = requests.Session()
        session.mount("https://", HTTPAdapter(pool_maxsize=_CONNECTIONS))
        self._transport = _Transport(session=session)

    @functools.cached_property
    def cloud(self) -> Cloud:
        """The cloud that the metadata host describes.

        A stand-in on PATH must never reach the real Azure by accident, so it has no cloud of its own.
        """
        host = self.settings.get("metadataHost", "ARM_METADATA_HOSTNAME")
        if not host:
            raise ConfigurationError(
                "this is the sandbox's stand-in for azure-native: it serves only the Azure that "
                "azure-native:metadataHost or ARM_METADATA_HOSTNAME names. For Azure itself take the sandbox off PATH"
            )
        url = host if "://" in host else f"https://{host}"
        client: ARMPipelineClient[Any, Any] = ARMPipelineClient(
            url, policies=[_Retries(retry_total=3)], transport=self._transport
        )
        path = f"{url}/metadata/endpoints?api-version={_METADATA_VERSION}"
        try:
            document = client.send_request(HttpRequest("GET", path), read_timeout=waiting.answer_seconds()).json()
        except (AzureError, ValueError) as error:
            raise ArmFailureError(f"no metadata document at {path}: {error}") from error
        return Cloud(
            resource_manager=document["resourceManager"].rstrip("/"),
            audience=document["authentication"]["audiences"][0].rstrip("/"),
            login=document["authentication"]["loginEndpoint"].rstrip("/"),
            vault_suffix=document["suffixes"]["keyVaultDns"].lstrip("."),
        )

    @functools.cached_property
    def _credential(self) -> Any:  # noqa: ANN401 - azure-identity is imported when needed: it costs 0.2 s
        return imported("azure.identity").ClientSecretCredential(
            self.settings.need("tenantId", "ARM_TENANT_ID"),
            self.settings.need("clientId", "ARM_CLIENT_ID"),
            self.settings.need("clientSecret", "ARM_CLIENT_SECRET"),
            authority=self.cloud.login,
            disable_instance_discovery=self._has_private_login,
            transport=self._transport,
        )

    @property
    def _has_private_login(self) -> bool:
        stated = self.settings.get("disableInstanceDiscovery", "ARM_DISABLE_INSTANCE_DISCOVERY")
        return stated.lower() == "true" or is_loopback(self.cloud.login)

    def token(self, audience: str) -> str:
        """A bearer token. Raises ArmFailureError where the log-in is refused."""
        try:
            return str(self._credential.get_token(f"{audience.rstrip('/')}/.default").token)
        except AzureError as error:
            raise ArmFailureError(f"no token for {audience}: {error}") from error

    @functools.cached_property
    def arm(self) -> "ARMPipelineClient[Any, Any]":
        """The client of Azure Resource Manager."""
        return self._client(self.cloud.resource_manager, self.cloud.audience)

    @functools.cached_property
    def vaults(self) -> "ARMPipelineClient[Any, Any]":
        """The client of the Key Vault data plane."""
        return self._client(self.cloud.resource_manager, f"https://{self.cloud.vault_suffix}")

    def _client(self, base: str, audience: str) -> "ARMPipelineClient[Any, Any]":
        with self._lock:
            policies = Configuration[Any, Any]()
            policies.user_agent_policy = UserAgentPolicy("speech-containers-sandbox")
            policies.retry_policy = _Retries(retry_total=3)
            policies.authentication_policy = ARMChallengeAuthenticationPolicy(self._credential, f"{audience}/.default")
            return ARMPipelineClient(base, config=policies, transport=self._transport)


def is_loopback(url: str) -> bool:
    """Whether the address is of this machine itself."""
    return urlsplit(url).hostname in {"127.0.0.1", "localhost", "::1"}
