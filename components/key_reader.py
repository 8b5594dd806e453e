"""The identity as which pods read the billing key."""

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import managedidentity

from components.role import KEY_VAULT_SECRETS_USER, Role, untagged_later


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyReaderArgs:
    """Who becomes the identity, and what it may read."""

    resource_group: pulumi.Output[str]
    identity_name: str
    vault_id: pulumi.Output[str]
    oidc_issuer: pulumi.Output[str]
    subject: str
    """The service account of the pods: `system:serviceaccount:<namespace>:<name>`."""
    tags: dict[str, str]


class KeyReader(pulumi.ComponentResource):
    """Lets one service account of one cluster read the vault's secrets, and nothing else.

    Creates: a managed identity; its role on the vault (Key Vault Secrets User); a federated credential for the service
    account.
    """

    client_id: pulumi.Output[str]
    ready: list[pulumi.Resource]
    """What must be there before a pod can read a key."""

    def __init__(self, name: str, args: KeyReaderArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:account:KeyReader", name, None, opts)
        identity = managedidentity.UserAssignedIdentity(
            f"{name}-identity",
            resource_group_name=args.resource_group,
            resource_name_=args.identity_name,
            tags=args.tags,
            opts=untagged_later(self),
        )
        role = Role(
            f"{name}-role",
            role=KEY_VAULT_SECRETS_USER,
            principal_id=identity.principal_id,
            scope=args.vault_id,
            key=pulumi.Output.concat(identity.id, "/keys"),
            opts=pulumi.ResourceOptions(parent=self),
        )
        credential = managedidentity.FederatedIdentityCredential(
            f"{name}-credential",
            resource_group_name=args.resource_group,
            resource_name_=identity.name,
            federated_identity_credential_resource_name="speech-pods",
            issuer=args.oidc_issuer,
            subject=args.subject,
            audiences=["api://AzureADTokenExchange"],
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.client_id = identity.client_id
        self.ready = [role, credential]
        self.register_outputs({"clientId": self.client_id})
