"""The identity as which pods read the billing key."""

import uuid
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import authorization, managedidentity

KEY_VAULT_SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyReaderArgs:
    """Who becomes the identity, and what it may read."""

    resource_group: pulumi.Output[str]
    identity_name: str
    subscription_id: pulumi.Output[str]
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
            opts=pulumi.ResourceOptions(parent=self),
        )
        role = pulumi.Output.concat(
            "/subscriptions/",
            args.subscription_id,
            "/providers/Microsoft.Authorization/roleDefinitions/",
            KEY_VAULT_SECRETS_USER,
        )
        assignment = authorization.RoleAssignment(
            f"{name}-role",
            scope=args.vault_id,
            role_definition_id=role,
            principal_id=identity.principal_id,
            # Without it Azure may not yet know the identity that was made a second ago.
            principal_type=authorization.PrincipalType.SERVICE_PRINCIPAL,
            role_assignment_name=pulumi.Output.all(args.subscription_id, args.resource_group).apply(
                lambda place: str(
                    uuid.uuid5(uuid.NAMESPACE_URL, "/".join([*place, args.identity_name, KEY_VAULT_SECRETS_USER]))
                )
            ),
            # The plugin would update it in place, which Azure refuses.
            opts=pulumi.ResourceOptions(parent=self, replace_on_changes=["roleDefinitionId"]),
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
        self.ready = [assignment, credential]
        self.register_outputs({"clientId": self.client_id})
