"""What the Kubernetes side asks of the Azure side, in the server process: clusters, and vault secrets of its pods."""

from dataclasses import dataclass

from sandbox.arm import vault_access, vault_secrets
from sandbox.arm.model import dig
from sandbox.arm.principals import IDENTITY_TYPE
from sandbox.arm.providers.identity import FEDERATED_TYPE, TOKEN_EXCHANGE_AUDIENCE
from sandbox.arm.store import Resource, Store

CLUSTER_TYPE = "Microsoft.ContainerService/managedClusters"
SECRETS_ADD_ON = "azureKeyvaultSecretsProvider"


class Refused(Exception):  # noqa: N818 - the name the Kubernetes side was promised
    """Azure would not hand out the secret; the text says why."""


@dataclass(frozen=True)
class ClusterAccess:
    """How a cluster is reached and what it may do. `oidc_issuer` is empty where the issuer is off."""

    uid: str
    arm_id: str
    token: str
    oidc_issuer: str
    secrets_store: bool


def cluster_by_uid(store: Store, uid: str) -> ClusterAccess | None:
    """The cluster whose API server is addressed by `uid`; None where there is none."""
    for cluster in store.of_type(CLUSTER_TYPE):
        if cluster.hidden["uid"] == uid:
            issuer = cluster.properties["oidcIssuerProfile"].get("issuerURL", "")
            secrets_store = bool(dig(cluster.properties, f"addonProfiles.{SECRETS_ADD_ON}.enabled"))
            return ClusterAccess(uid, cluster.id, cluster.hidden["token"], issuer, secrets_store)
    return None


def vault_secret(store: Store, *, vault: str, secret: str, client_id: str, subject: str, issuer: str) -> str:
    """The value of a secret, read by a pod whose service account token has that subject and issuer.

    The chain of workload identity: identity, federated credential, role, secret. Raises Refused at a missing link.
    """
    principal = _federated_principal(store, client_id, subject, issuer)
    found = vault_secrets.vault_named(store, vault)
    if not found:
        raise Refused(f"the vault '{vault}' does not exist: no such host {vault}.vault.azure.net")
    refusal = vault_access.refusal(store, found, principal, "read", secret)
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


def _client(identity: Resource) -> str:
    return str(identity.properties["clientId"]).lower()
