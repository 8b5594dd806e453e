"""What the Kubernetes side asks of the Azure side, which has the clusters, the vaults and the identities."""

from collections.abc import Callable
from typing import Protocol


class Refusal(Protocol):
    """An API server's refusal."""

    @property
    def status(self) -> int:
        """401: nobody is known by the token; 403: somebody who may not."""

    @property
    def text(self) -> str:
        """Why."""


class ClusterAccess(Protocol):
    """A cluster that exists in Azure."""

    @property
    def uid(self) -> str:
        """The cluster's part of its server's URL."""

    @property
    def arm_id(self) -> str:
        """The Azure id of the managed cluster; of one outside of Azure, its plain name."""

    @property
    def oidc_issuer(self) -> str:
        """The issuer of the cluster's service account tokens, an URL; empty where there is none."""

    @property
    def secrets_store(self) -> bool:
        """Whether the Key Vault add-on (Secrets Store CSI driver) is on."""

    @property
    def keda(self) -> bool:
        """Whether KEDA is there."""

    def refusal(self, token: str) -> "Refusal | None":
        """Why the API is closed to this bearer token; None: it may do everything."""


Access = Callable[[str], ClusterAccess | None]
"""The cluster of a uid; None once it is deleted."""


class VaultSecret(Protocol):
    """Reads a secret of a key vault by the workload identity of a service account."""

    def __call__(self, *, vault: str, secret: str, client_id: str, subject: str, issuer: str) -> str:
        """The secret's value. Raises an exception whose text is the reason Azure would give."""


def in_azure(cluster: ClusterAccess) -> bool:
    """Whether it is a managed cluster of Azure, in Azure's network."""
    return cluster.arm_id.startswith("/")
