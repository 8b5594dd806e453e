"""What the Kubernetes side asks of the Azure side, in the server process: clusters, and vault secrets of its pods."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field

from sandbox.arm import vault_access, vault_secrets
from sandbox.arm.errors import ArmError
from sandbox.arm.login import Login
from sandbox.arm.model import World, dig
from sandbox.arm.principals import IDENTITY_TYPE
from sandbox.arm.providers.identity import FEDERATED_TYPE, TOKEN_EXCHANGE_AUDIENCE
from sandbox.arm.store import Resource, Store
from sandbox.arm.vm_quota import CLUSTER_TYPE

SECRETS_ADD_ON = "azureKeyvaultSecretsProvider"


class Refused(Exception):  # noqa: N818 - the name the Kubernetes side was promised
    """Azure would not hand out the secret; the text says why."""


@dataclass(frozen=True)
class ApiRefusal:
    """An API server's refusal: 401, or 403 with its reason."""

    status: int
    text: str


@dataclass(frozen=True)
class ClusterAccess:
    """How a cluster is reached and what it may do. `oidc_issuer` is empty where the issuer is off."""

    uid: str
    arm_id: str
    oidc_issuer: str
    secrets_store: bool
    keda: bool
    local_token: str = field(repr=False)
    """That of the local accounts; empty where they are off."""
    admin_groups: tuple[str, ...] | None
    """The Entra groups whose members administer the cluster; None where it does not know Entra."""
    login: Login = field(repr=False)

    def refusal(self, token: str) -> ApiRefusal | None:
        """Why the cluster's API is closed to this bearer token; None where it is open."""
        if self.local_token and hmac.compare_digest(self.local_token.encode(), token.encode()):
            return None
        if self.admin_groups is None:
            return ApiRefusal(401, "Unauthorized")
        try:
            claims = self.login.cluster_caller(token)
        except ArmError:
            return ApiRefusal(401, "Unauthorized")
        if _lower(claims["groups"]) & _lower(self.admin_groups):
            return None
        return ApiRefusal(
            403,
            f'User "{claims["oid"]}" may do nothing in this cluster: of its groups [{", ".join(claims["groups"])}] '
            f"none is an administrators' group of the cluster [{', '.join(self.admin_groups)}].",
        )


def cluster_by_uid(world: World, uid: str) -> ClusterAccess | None:
    """The cluster whose API server is addressed by `uid`; None where there is none."""
    for cluster in world.store.of_type(CLUSTER_TYPE):
        if cluster.hidden["uid"] == uid:
            properties = cluster.properties
            groups = dig(properties, "aadProfile.adminGroupObjectIDs") or ()
            return ClusterAccess(
                uid=uid,
                arm_id=cluster.id,
                oidc_issuer=properties["oidcIssuerProfile"].get("issuerURL", ""),
                secrets_store=bool(dig(properties, f"addonProfiles.{SECRETS_ADD_ON}.enabled")),
                keda=bool(dig(properties, "workloadAutoScalerProfile.keda.enabled")),
                local_token="" if properties.get("disableLocalAccounts") else cluster.hidden["token"],
                admin_groups=tuple(groups) if properties.get("aadProfile") else None,
                login=Login(world),
            )
    return None


def _lower(texts: Iterable[str]) -> set[str]:
    return {text.lower() for text in texts}


def vault_secret(store: Store, *, vault: str, secret: str, client_id: str, subject: str, issuer: str) -> str:
    """The value of a secret, read by a pod whose service account token has that subject and issuer.

    The chain of workload identity: identity, federated credential, role, secret. Raises Refused at a missing link.
    """
    principal = _federated_principal(store, client_id, subject, issuer)
    found = vault_secrets.vault_named(store, vault)
    if not found:
        raise Refused(f"the vault '{vault}' does not exist: no such host {vault}.vault.azure.net")
    caller = vault_access.Caller(principal, _cluster_of(store, issuer))
    refusal = vault_access.refusal(store, found, caller, "read", secret)
    if refusal:
        raise Refused(f"{refusal.code}: {refusal.text}")
    kept = store.resource(f"{found.id}/secrets/{secret}")
    if not kept:
        raise Refused(f"SecretNotFound: a secret with (name/id) {secret} was not found in the vault '{vault}'")
    unreadable = vault_secrets.why_unreadable(store, kept)
    if unreadable:
        raise Refused(f"Forbidden: {unreadable}")
    return str(kept.hidden["value"])


def _federated_principal(store: Store, client_id: str, subject: str, issuer: str) -> str:
    """The principal of the identity that trusts the token. Raises Refused in the token endpoint's words."""
    identity = next((each for each in store.of_type(IDENTITY_TYPE) if _client(each) == client_id.lower()), None)
    if not identity:
        raise Refused(f"AADSTS700016: Application with identifier '{client_id}' was not found in the directory.")
    trusted = store.of_type(FEDERATED_TYPE, identity.id)
    matching = [each for each in trusted if each.properties["issuer"].rstrip("/") == issuer.rstrip("/") and issuer]
    if not matching:
        raise Refused(f"AADSTS700211: No matching federated identity record found for presented issuer '{issuer}'.")
    matching = [each for each in matching if each.properties["subject"] == subject]
    if not matching:
        raise Refused(f"AADSTS700213: No matching federated identity record found for presented subject '{subject}'.")
    if not any(TOKEN_EXCHANGE_AUDIENCE in each.properties["audiences"] for each in matching):
        audience = TOKEN_EXCHANGE_AUDIENCE
        raise Refused(f"AADSTS700212: No matching federated identity record found for presented audience '{audience}'.")
    return str(identity.properties["principalId"])


def _cluster_of(store: Store, issuer: str) -> Resource | None:
    """The cluster whose service account tokens have that issuer."""
    clusters = store.of_type(CLUSTER_TYPE)
    return next((each for each in clusters if dig(each.properties, "oidcIssuerProfile.issuerURL") == issuer), None)


def _client(identity: Resource) -> str:
    return str(identity.properties["clientId"]).lower()
