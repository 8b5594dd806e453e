"""The kinds an API server of Kubernetes 1.33 and later serves, as far as the sandbox stores them."""

from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]
"""A Kubernetes object as it travels: JSON, names in camel case."""


@dataclass(frozen=True)
class Kind:
    """A kind and where the API serves it."""

    group: str
    """Empty for the core group."""
    version: str
    name: str
    plural: str
    namespaced: bool = True
    custom: bool = False
    """Defined by a CustomResourceDefinition: stored as it is, whatever its fields."""

    @property
    def api_version(self) -> str:
        """`apps/v1`, or `v1` in the core group."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def resource(self) -> str:
        """`deployments.apps`, as messages name it."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    def path(self, namespace: str, name: str = "") -> str:
        """The REST path below the server: of the object, or of the collection where no name is given."""
        root = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        scope = f"/namespaces/{namespace}" if self.namespaced else ""
        return f"{root}{scope}/{self.plural}" + (f"/{name}" if name else "")


def _kinds(group: str, version: str, *names: str, namespaced: bool = True) -> list[Kind]:
    return [Kind(group, version, name, _plural(name), namespaced) for name in names]


def _plural(name: str) -> str:
    word = name.lower()
    if word.endswith("y"):
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith("s") else f"{word}s"


BUILT_IN = (
    *_kinds("", "v1", "Namespace", "Node", "PersistentVolume", namespaced=False),
    *_kinds("", "v1", "ConfigMap", "LimitRange", "PersistentVolumeClaim", "Pod", "ResourceQuota"),
    *_kinds("", "v1", "Secret", "Service", "ServiceAccount"),
    *_kinds("apps", "v1", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"),
    *_kinds("autoscaling", "v2", "HorizontalPodAutoscaler"),
    *_kinds("batch", "v1", "CronJob", "Job"),
    *_kinds("networking.k8s.io", "v1", "Ingress", "NetworkPolicy"),
    *_kinds("networking.k8s.io", "v1", "IngressClass", namespaced=False),
    *_kinds("policy", "v1", "PodDisruptionBudget"),
    *_kinds("rbac.authorization.k8s.io", "v1", "Role", "RoleBinding"),
    *_kinds("rbac.authorization.k8s.io", "v1", "ClusterRole", "ClusterRoleBinding", namespaced=False),
    *_kinds("scheduling.k8s.io", "v1", "PriorityClass", namespaced=False),
    *_kinds("storage.k8s.io", "v1", "StorageClass", namespaced=False),
    *_kinds("apiextensions.k8s.io", "v1", "CustomResourceDefinition", namespaced=False),
)

EVENT = Kind("", "v1", "Event", "events")
"""Shown and never stored, so it needs no model."""
SECRETS_STORE_GROUP = "secrets-store.csi.x-k8s.io"
SECRETS_STORE = (Kind(SECRETS_STORE_GROUP, "v1", "SecretProviderClass", "secretproviderclasses", custom=True),)
"""What the Key Vault add-on of AKS brings to a cluster."""
GATEWAY_GROUPS = {"gateway.networking.k8s.io": "v1", "gateway.envoyproxy.io": "v1alpha1"}
GATEWAY = tuple(
    Kind(group, GATEWAY_GROUPS[group], name, plural, namespaced=name != "GatewayClass", custom=True)
    for group, name, plural in (
        ("gateway.networking.k8s.io", "GatewayClass", "gatewayclasses"),
        ("gateway.networking.k8s.io", "Gateway", "gateways"),
        ("gateway.networking.k8s.io", "HTTPRoute", "httproutes"),
        ("gateway.envoyproxy.io", "EnvoyProxy", "envoyproxies"),
        ("gateway.envoyproxy.io", "ClientTrafficPolicy", "clienttrafficpolicies"),
        ("gateway.envoyproxy.io", "BackendTrafficPolicy", "backendtrafficpolicies"),
        ("gateway.envoyproxy.io", "SecurityPolicy", "securitypolicies"),
    )
)
"""What an Envoy Gateway that is installed brings. Clusters outside of Azure have it from the start."""

KEDA = (
    Kind("keda.sh", "v1alpha1", "ScaledObject", "scaledobjects", custom=True),
    Kind("keda.sh", "v1alpha1", "TriggerAuthentication", "triggerauthentications", custom=True),
)
"""What KEDA brings: on AKS by its add-on, on every cluster outside of Azure."""

NAMESPACE = BUILT_IN[0]


def named(name: str) -> Kind:
    """The built-in kind of that name. Raises StopIteration for any other."""
    return next(kind for kind in BUILT_IN if kind.name == name)


def find(api_version: str, name: str) -> Kind | None:
    """The built-in kind of an object's `apiVersion` and `kind`."""
    return next((kind for kind in BUILT_IN if (kind.api_version, kind.name) == (api_version, name)), None)


def defined_by(definition: Document) -> list[Kind]:
    """The kinds a CustomResourceDefinition adds: one for each version it serves."""
    spec = definition["spec"]
    return [
        Kind(
            spec["group"], version["name"], spec["names"]["kind"], spec["names"]["plural"],
            namespaced=spec["scope"] == "Namespaced", custom=True,
        )
        for version in spec["versions"]
        if version["served"]
    ]  # fmt: skip
