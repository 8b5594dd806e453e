"""Which of a stack's kinds a cluster serves, and at which paths."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from operations.verify.check import Check, failed, passed
from operations.verify.kube import Cluster

Document = Mapping[str, Any]
LEAST = (1, 30)
"""docs/kubernetes.md says why: preStop's sleep, native sidecars, the autoscaler's look at one container."""

_REMEDIES = {
    "gateway.networking.k8s.io": "install the Gateway API and a controller: docs/gateway.md has the commands",
    "gateway.envoyproxy.io": "install Envoy Gateway: docs/gateway.md has the commands",
    "secrets-store.csi.x-k8s.io": "az aks enable-addons -a azure-keyvault-secrets-provider -g GROUP -n CLUSTER",
    "keda.sh": "install KEDA; on AKS  az aks update --enable-keda -g GROUP -n CLUSTER",
}


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind as the cluster serves it."""

    group_path: str
    """`/api/v1`, `/apis/apps/v1`."""
    plural: str
    namespaced: bool

    def path(self, namespace: str, name: str = "") -> str:
        """Of an object, or of all in the namespace."""
        within = f"/namespaces/{namespace}" if self.namespaced else ""
        return f"{self.group_path}{within}/{self.plural}" + (f"/{name}" if name else "")


Resources = Mapping[tuple[str, str], Resource]
"""By API version and kind."""


def version(cluster: Cluster) -> Check:
    """Whether it is new enough."""
    found = cluster.get("/version")
    text = str(found["gitVersion"])
    numbers = tuple(int("".join(filter(str.isdigit, found[part]))) for part in ("major", "minor"))
    if numbers < LEAST:
        least = ".".join(map(str, LEAST))
        return failed("version", f"Kubernetes {text}: the stack needs {least}", f"upgrade the cluster to {least}")
    return passed("version", f"Kubernetes {text}")


def kinds(cluster: Cluster, documents: Iterable[Document]) -> tuple[Check, Resources]:
    """Whether every kind of the documents is served, in its version."""
    wanted = sorted({(str(one["apiVersion"]), str(one["kind"])) for one in documents})
    found: dict[tuple[str, str], Resource] = {}
    for api_version in sorted({each for each, _ in wanted}):
        path = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
        for row in (cluster.get(path) or {"resources": []})["resources"]:
            if "/" not in row["name"]:
                found[api_version, row["kind"]] = Resource(path, row["name"], row["namespaced"])
    missing = [f"{kind} of {api_version}" for api_version, kind in wanted if (api_version, kind) not in found]
    if not missing:
        return passed("kinds", f"all {len(wanted)} kinds of the stack are served, in their versions"), found
    groups = {api_version.partition("/")[0] for api_version, kind in wanted if (api_version, kind) not in found}
    remedies = [remedy for group, remedy in _REMEDIES.items() if group in groups]
    return failed("kinds", f"not served: {', '.join(missing)}", "; ".join(remedies) or None), found
