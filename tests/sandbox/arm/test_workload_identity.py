"""The chain from a pod to a vault's secret, and what breaks it."""

from collections.abc import Callable

import pytest

from sandbox.arm.inside import Refused, cluster_by_uid, vault_secret
from tests.sandbox.arm.arm_double import Double

IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"
SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"
SUBJECT = "system:serviceaccount:speech:pods"
ISSUER = "https://issuer.test/x/"
FEDERATED = {"issuer": ISSUER, "subject": SUBJECT, "audiences": ["api://AzureADTokenExchange"]}


class Chain:
    """A vault with a secret, and an identity that may read it for one service account."""

    def __init__(self, double: Double) -> None:
        self.double = double
        self.vault = double.place("Microsoft.KeyVault/vaults", "kv-speech")
        sku = {"family": "A", "name": "standard"}
        self.properties = {"tenantId": double.who.tenant_id, "sku": sku, "enableRbacAuthorization": True}
        double.ok("PUT", self.vault, {"location": "westeurope", "properties": self.properties})
        double.ok("PUT", f"{self.vault}/secrets/key", {"properties": {"value": "v1"}})
        self.identity = double.place(IDENTITY, "pods")
        made = double.ok("PUT", self.identity, {"location": "westeurope"})["properties"]
        self.client_id = made["clientId"]
        self.federated = f"{self.identity}/federatedIdentityCredentials/pods"
        double.ok("PUT", self.federated, {"properties": FEDERATED})
        self.role = (
            f"{self.vault}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-4000-8000-000000000001"
        )
        definition = f"{double.subscription}/providers/Microsoft.Authorization/roleDefinitions/{SECRETS_USER}"
        double.ok(
            "PUT",
            self.role,
            {
                "properties": {
                    "roleDefinitionId": definition,
                    "principalId": made["principalId"],
                    "principalType": "ServicePrincipal",
                }
            },
        )

    def read(self, subject: str = SUBJECT, secret: str = "key", vault: str = "kv-speech") -> str:
        return vault_secret(
            self.double.world.store,
            vault=vault,
            secret=secret,
            client_id=self.client_id,
            subject=subject,
            issuer=ISSUER,
        )

    def federate(self, **changes: object) -> None:
        self.double.ok("PUT", self.federated, {"properties": {**FEDERATED, **changes}})

    def set_vault(self, **changes: object) -> None:
        wanted = {"location": "westeurope", "properties": {**self.properties, **changes}}
        self.double.ok("PUT", self.vault, wanted)


@pytest.fixture
def chain(double: Double) -> Chain:
    return Chain(double)


def test_the_whole_chain_leads_to_the_value(chain: Chain) -> None:
    assert chain.read() == "v1"


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (lambda chain: chain.double.ok("DELETE", chain.identity), "AADSTS700016"),
        (lambda chain: chain.double.ok("DELETE", chain.federated), "AADSTS700211"),
        (lambda chain: chain.federate(issuer="https://other.test/"), "AADSTS700211"),
        (lambda chain: chain.federate(subject="system:serviceaccount:speech:other"), "AADSTS700213"),
        (lambda chain: chain.federate(audiences=["api://other"]), "AADSTS700212"),
        (lambda chain: chain.double.ok("DELETE", chain.role), "ForbiddenByRbac"),
        (lambda chain: chain.set_vault(enableRbacAuthorization=False), "AccessDenied"),
        (lambda chain: chain.set_vault(publicNetworkAccess="Disabled"), "ForbiddenByConnection"),
        (lambda chain: chain.double.ok("DELETE", chain.vault), "no such host"),
    ],
)
def test_a_broken_link_is_named(chain: Chain, broken: Callable[[Chain], object], reason: str) -> None:
    broken(chain)
    with pytest.raises(Refused, match=reason):
        chain.read()


def test_a_secret_that_is_not_there_or_switched_off_is_named(chain: Chain) -> None:
    with pytest.raises(Refused, match="SecretNotFound"):
        chain.read(secret="other")
    switched_off = {"properties": {"value": "v1", "attributes": {"enabled": False}}}
    chain.double.ok("PUT", f"{chain.vault}/secrets/key", switched_off)
    with pytest.raises(Refused, match="disabled secret"):
        chain.read()


def test_a_cluster_is_found_by_its_uid_with_what_it_may_do(double: Double) -> None:
    place = double.place("Microsoft.ContainerService/managedClusters", "aks")
    system = {"name": "system", "mode": "System", "vmSize": "Standard_D2s_v3", "count": 1}
    properties = {
        "dnsPrefix": "aks",
        "agentPoolProfiles": [system],
        "oidcIssuerProfile": {"enabled": True},
        "addonProfiles": {"azureKeyvaultSecretsProvider": {"enabled": True}},
    }
    wanted = {"location": "westeurope", "identity": {"type": "SystemAssigned"}, "properties": properties}
    made = double.ok("PUT", place, wanted)
    found = cluster_by_uid(double.world, made["properties"]["resourceUID"])
    assert found
    assert (found.arm_id, found.secrets_store) == (made["id"], True)
    assert found.oidc_issuer == made["properties"]["oidcIssuerProfile"]["issuerURL"]
    assert cluster_by_uid(double.world, "none") is None
