"""What an identity may do, and where."""

import uuid

import pulumi
from pulumi_azure_native import authorization

# Built-in roles (Azure RBAC documentation, 2026-05).
ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
KEY_VAULT_SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"
NETWORK_CONTRIBUTOR = "4d97b98b-1d4f-4787-a291-c67834d212e7"


class Role(authorization.RoleAssignment):
    """A role of a managed identity on one resource, under a name that stays the same from run to run."""

    def __init__(
        self,
        name: str,
        *,
        role: str,
        principal_id: pulumi.Output[str],
        scope: pulumi.Output[str],
        key: pulumi.Output[str],
        opts: pulumi.ResourceOptions,
    ) -> None:
        """`role` is the GUID of a built-in role; `key` tells this assignment from all others of the tenant."""
        subscription = scope.apply(lambda found: found.split("/")[2])
        super().__init__(
            name,
            scope=scope,
            role_definition_id=pulumi.Output.concat(
                "/subscriptions/", subscription, "/providers/Microsoft.Authorization/roleDefinitions/", role
            ),
            principal_id=principal_id,
            # Without it Azure may not yet know the identity that was made a second ago.
            principal_type=authorization.PrincipalType.SERVICE_PRINCIPAL,
            role_assignment_name=pulumi.Output.concat(key, "/", role).apply(
                lambda found: str(uuid.uuid5(uuid.NAMESPACE_URL, found))
            ),
            # The plugin would update it in place, which Azure refuses.
            opts=pulumi.ResourceOptions.merge(
                opts, pulumi.ResourceOptions(replace_on_changes=["roleDefinitionId"], delete_before_replace=True)
            ),
        )
