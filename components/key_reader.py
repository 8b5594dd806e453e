"""The identity as which pods read the billing key."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import managedidentity

from components.identity import IdentityArgs, identity_with_role
from components.role import KEY_VAULT_SECRETS_USER, Role


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyReaderArgs:
    """Who becomes the identity, and what it may read."""

    resource_group: pulumi.Output[str]
    identity_name: str
    scopes: Mapping[str, pulumi.Output[str]]
    """By a word that tells its role from others, what may be read: a whole vault, or single secrets of one."""
    oidc_issuer: pulumi.Output[str]
    subject: str
    """The service account of the pods: `system:serviceaccount:<namespace>:<name>`."""
    tags: dict[str, str]


class KeyReader(pulumi.ComponentResource):
    """Lets one service account of one cluster read the vault's secrets, and nothing else.

    Creates: a managed identity; its role (Key Vault Secrets User) on each of the scopes; a federated credential for the
    service account.
    """

    client_id: pulumi.Output[str]
    ready: list[pulumi.Resource]
    """What must be there before a pod can read a key."""

    def __init__(self, name: str, args: KeyReaderArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:account:KeyReader", name, None, opts)
        (purpose, scope), *others = args.scopes.items()
        reader = IdentityArgs(
            resource_group=args.resource_group,
            identity_name=args.identity_name,
            role=KEY_VAULT_SECRETS_USER,
            scope=scope,
            purpose=purpose,
            tags=args.tags,
        )
        child = pulumi.ResourceOptions(parent=self)
        made = identity_with_role(f"{name}-identity", f"{name}-role", reader, child)
        roles = [made.role, *(self._role(name, made.identity, each, child) for each in others)]
        credential = managedidentity.FederatedIdentityCredential(
            f"{name}-credential",
            resource_group_name=args.resource_group,
            resource_name_=made.identity.name,
            federated_identity_credential_resource_name="speech-pods",
            issuer=args.oidc_issuer,
            subject=args.subject,
            audiences=["api://AzureADTokenExchange"],
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.client_id = made.identity.client_id
        self.ready = [*roles, credential]
        self.register_outputs({"clientId": self.client_id})

    @staticmethod
    def _role(
        name: str,
        identity: managedidentity.UserAssignedIdentity,
        scope: tuple[str, pulumi.Output[str]],
        child: pulumi.ResourceOptions,
    ) -> Role:
        purpose, what = scope
        return Role(
            f"{name}-{purpose}",
            role=KEY_VAULT_SECRETS_USER,
            principal_id=identity.principal_id,
            scope=what,
            key=pulumi.Output.concat(identity.id, "/", purpose),
            opts=child,
        )
