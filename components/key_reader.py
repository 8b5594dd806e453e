"""The identity as which pods read the billing key."""

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
    vault_id: pulumi.Output[str]
    oidc_issuer: pulumi.Output[str]
    subject: str
    """The service account of the pods: `system:serviceaccount:<namespace>:<name>`."""
    tags: dict[str, str]
    certificates: str | None = None
    """Id of a vault of the user's that has the gateway's certificate."""


class KeyReader(pulumi.ComponentResource):
    """Lets one service account of one cluster read the vault's secrets, and nothing else.

    Creates: a managed identity; its role on the vault (Key Vault Secrets User), and on one that has the gateway's
    certificate; a federated credential for the service account.
    """

    client_id: pulumi.Output[str]
    ready: list[pulumi.Resource]
    """What must be there before a pod can read a key."""

    def __init__(self, name: str, args: KeyReaderArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:account:KeyReader", name, None, opts)
        reader = IdentityArgs(
            resource_group=args.resource_group,
            identity_name=args.identity_name,
            role=KEY_VAULT_SECRETS_USER,
            scope=args.vault_id,
            purpose="keys",
            tags=args.tags,
        )
        made = identity_with_role(f"{name}-identity", f"{name}-role", reader, pulumi.ResourceOptions(parent=self))
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
        self.ready = [made.role, credential]
        if args.certificates:
            certificates = Role(
                f"{name}-certificates",
                role=KEY_VAULT_SECRETS_USER,
                principal_id=made.identity.principal_id,
                scope=pulumi.Output.from_input(args.certificates),
                key=pulumi.Output.concat(made.identity.id, "/certificates"),
                opts=pulumi.ResourceOptions(parent=self),
            )
            self.ready.append(certificates)
        self.register_outputs({"clientId": self.client_id})
