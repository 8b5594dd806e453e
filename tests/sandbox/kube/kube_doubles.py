"""A cluster, the Azure side and a Deployment, as several tests need them."""

from dataclasses import dataclass, field
from typing import Any

CLUSTER = "7f3c"
TOKEN = "a-bearer-token"


@dataclass
class Refusal:
    """An API server's refusal."""

    status: int
    text: str


@dataclass
class Cluster:
    """A cluster as the Azure side would describe it."""

    uid: str = CLUSTER
    arm_id: str = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/speech"
    token: str = TOKEN
    oidc_issuer: str = "https://westeurope.oic.prod-aks.azure.com/t/7f3c/"
    secrets_store: bool = True
    keda: bool = True
    forbidden: str = ""
    """Why the one who holds the token may do nothing."""

    def refusal(self, token: str) -> Refusal | None:
        if token != self.token:
            return Refusal(401, "Unauthorized")
        return Refusal(403, self.forbidden) if self.forbidden else None


@dataclass
class Azure:
    """The Azure side: which clusters exist."""

    clusters: dict[str, Cluster] = field(default_factory=lambda: {CLUSTER: Cluster()})

    def access(self, uid: str) -> Cluster | None:
        return self.clusters.get(uid)


def deployment(name: str = "transcribe", **spec: Any) -> dict[str, Any]:
    """A Deployment of one Speech container, small but complete."""
    labels = {"app": name}
    container = {
        "name": "speech",
        "image": "mcr.microsoft.com/azure-cognitive-services/speechservices/speech-to-text:5.1.0-amd64-en-us",
        "args": ["Eula=accept", "Billing=https://speech.cognitiveservices.azure.com/", "ApiKey=$(KEY)"],
        "env": [{"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "ApiKey"}}}],
        "ports": [{"containerPort": 5000}],
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
            **spec,
        },
    }
