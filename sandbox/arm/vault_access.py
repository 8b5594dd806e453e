"""Who may touch a vault's secrets: by role where the vault uses Azure RBAC, else by its access policies."""

from dataclasses import dataclass
from typing import Literal

from sandbox.arm import roles
from sandbox.arm.store import Resource, Store

Need = Literal["read", "write"]
_ROLES = {"read": roles.SECRET_READERS, "write": roles.SECRET_WRITERS}
_POLICY_WORDS = {"read": {"get", "list", "all"}, "write": {"set", "delete", "recover", "purge", "all"}}


@dataclass(frozen=True)
class Refusal:
    """Why not: the inner code and the text."""

    code: str
    text: str


def refusal(store: Store, vault: Resource, principal: str, need: Need, secret: str | None) -> Refusal | None:
    """The vault's refusal of the principal; None where it may. `secret` None asks for the vault as a whole."""
    if str(vault.properties["publicNetworkAccess"]).lower() == "disabled":
        text = (
            "Public network access is disabled and request is not from a trusted service "
            "nor via an approved private link."
        )
        return Refusal("ForbiddenByConnection", text)
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
