"""An identity that may do one thing in one place."""

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import managedidentity

from components.role import Role


@dataclass(frozen=True, kw_only=True, slots=True)
class IdentityArgs:
    """Who it is, and what it may do."""

    resource_group: pulumi.Output[str]
    identity_name: str
    role: str
    """GUID of a built-in role."""
    scope: pulumi.Output[str]
    """Id of the one resource that it may use."""
    purpose: str
    """A word that tells this role from others of the identity; never to be changed: the role's name follows from it."""
    tags: dict[str, str]


@dataclass(frozen=True, slots=True)
class Identity:
    """A managed identity with its role."""

    identity: managedidentity.UserAssignedIdentity
    role: Role


def identity_with_role(name: str, role_name: str, args: IdentityArgs, opts: pulumi.ResourceOptions) -> Identity:
    """Makes both, under these two names, as children of the component in `opts`."""
    identity = managedidentity.UserAssignedIdentity(
        name,
        resource_group_name=args.resource_group,
        resource_name_=args.identity_name,
        tags=args.tags,
        # A preview in which an identity changes does not know its principal, and shows its roles as replaced.
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(ignore_changes=["tags"])),
    )
    role = Role(
        role_name,
        role=args.role,
        principal_id=identity.principal_id,
        scope=args.scope,
        key=pulumi.Output.concat(identity.id, "/", args.purpose),
        opts=opts,
    )
    return Identity(identity, role)
