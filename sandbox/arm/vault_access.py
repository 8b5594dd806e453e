"""Who may touch a vault's secrets: who reaches it, and then by role where it uses Azure RBAC, else by its policies."""

from dataclasses import dataclass
from typing import Literal

from sandbox.arm import reach, roles
from sandbox.arm.reach import Refusal
from sandbox.arm.store import Resource, Store

Need = Literal["read", "write"]
_ROLES = {"read": roles.SECRET_READERS, "write": roles.SECRET_WRITERS}
_POLICY_WORDS = {"read": {"get", "list", "all"}, "write": {"set", "delete", "recover", "purge", "all"}}


@dataclass(frozen=True)
class Caller:
    """Who asks, and from where: the nodes of a cluster, or from outside of Azure."""

    principal: str
    cluster: Resource | None = None


def refusal(store: Store, vault: Resource, caller: Caller, need: Need, secret: str | None) -> Refusal | None:
    """The vault's refusal of the caller; None where it may. `secret` None asks for the vault as a whole."""
    principal, unreached = caller.principal, reach.refusal(store, vault, caller.cluster)
    if unreached:
        return unreached
    if vault.properties["enableRbacAuthorization"]:
        place = f"{vault.id}/secrets/{secret}" if secret else vault.id
        if roles.holds_role(store, principal, _ROLES[need], place):
            return None
        code, missing = "ForbiddenByRbac", f"none of the roles {', '.join(sorted(_ROLES[need]))}"
    else:
        policies = [each for each in vault.properties["accessPolicies"] if each["objectId"].lower() == principal]
        given = {word.lower() for each in policies for word in each.get("permissions", {}).get("secrets", [])}
        if given & _POLICY_WORDS[need]:
            return None
        code, missing = "AccessDenied", f"no access policy to {need} secrets"
    return Refusal(
        code,
        "Caller is not authorized to perform action on resource. If role assignments, deny assignments or role "
        "definitions were changed recently, please observe propagation time. "
        f"Caller: oid={principal}; Vault: {vault.name}; it has {missing}.",
    )
