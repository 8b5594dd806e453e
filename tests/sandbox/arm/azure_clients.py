"""The real Azure clients, pointed at a running server the documented way."""

import ssl
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx
from azure.identity import ClientSecretCredential
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient
from azure.mgmt.containerservice import ContainerServiceClient
from azure.mgmt.keyvault import KeyVaultManagementClient
from azure.mgmt.msi import ManagedServiceIdentityClient
from azure.mgmt.network import NetworkManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient

from sandbox.home import prepare
from sandbox.running import Server


@dataclass(frozen=True)
class Azure:
    """Clients of one server; nothing but addresses, the authority and the credential is set."""

    server: Server

    @cached_property
    def credential(self) -> ClientSecretCredential:
        who = prepare(self.server.home)
        return ClientSecretCredential(
            who.tenant_id,
            who.client_id,
            who.client_secret,
            authority=self.server.url,
            disable_instance_discovery=True,
            connection_verify=str(self.server.home.ca_pem),
        )

    def client(self, kind: type) -> Any:
        url = self.server.url
        return kind(
            self.credential,
            prepare(self.server.home).subscription_id,
            base_url=url,
            credential_scopes=[f"{url}/.default"],
            connection_verify=str(self.server.home.ca_pem),
        )

    @cached_property
    def groups(self) -> Any:
        return self.client(ResourceManagementClient).resource_groups

    @cached_property
    def speech(self) -> Any:
        return self.client(CognitiveServicesManagementClient)

    @cached_property
    def vaults(self) -> Any:
        return self.client(KeyVaultManagementClient)

    @cached_property
    def kubernetes(self) -> Any:
        return self.client(ContainerServiceClient)

    @cached_property
    def identities(self) -> Any:
        return self.client(ManagedServiceIdentityClient)

    @cached_property
    def roles(self) -> Any:
        return self.client(AuthorizationManagementClient)

    @cached_property
    def network(self) -> Any:
        return self.client(NetworkManagementClient)

    @cached_property
    def control(self) -> httpx.Client:
        """The sandbox's own endpoints."""
        trust = ssl.create_default_context(cafile=self.server.home.ca_pem)
        return httpx.Client(base_url=self.server.url, verify=trust, trust_env=False)
