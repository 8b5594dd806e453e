"""A gateway's certificate from a key vault: the secrets driver keeps a Secret in step with it while a pod mounts it."""

from speech.capacity.exposure import Entrance
from speech.manifests import envoy_gateway, idle
from speech.manifests.document import MANAGED, Document
from speech.manifests.keys import SERVICE_ACCOUNT, VaultAccess
from speech.manifests.wiring import Wiring

SECRET = "speech-gateway-tls"  # noqa: S105  # the name of a Secret
_NAME = "gateway-certificate"
_LABELS = {"speech-containers/holds": _NAME}
_REPLICAS = 2
"""The Secret goes with the last pod that mounts it, and the gateway would stop listening."""


def documents(wiring: Wiring, access: VaultAccess | None) -> dict[str, Document]:
    """By role; nothing where no vault has the certificate."""
    entrance = wiring.exposure.entrance
    certificate = entrance.gateway.tls.vault_certificate if entrance and entrance.gateway.tls else None
    if entrance is None or certificate is None or access is None:
        return {}
    return {
        "certificate-class": _class(certificate, entrance, wiring, access),
        "certificate-budget": _budget(wiring),
        "certificate": _holders(entrance, wiring),
    }


def _class(certificate: str, entrance: Entrance, wiring: Wiring, access: VaultAccess) -> Document:
    """The certificate with its key is a secret of the vault, whatever the vault calls it."""
    own = entrance.gateway.tls.vault_id if entrance.gateway.tls else None
    entries = [{"key": key, "objectName": certificate} for key in ("tls.crt", "tls.key")]
    return {
        "apiVersion": "secrets-store.csi.x-k8s.io/v1",
        "kind": "SecretProviderClass",
        "metadata": {"name": _NAME, "namespace": wiring.namespace, "labels": MANAGED},
        "spec": {
            "provider": "azure",
            "parameters": {
                "usePodIdentity": "false",
                "clientID": access.client_id,
                "keyvaultName": own.rpartition("/")[2] if own else access.vault,
                "tenantId": access.tenant_id,
                "objects": f"array:\n  - |\n    objectName: {certificate}\n    objectType: secret\n",
            },
            "secretObjects": [{"secretName": SECRET, "type": "kubernetes.io/tls", "data": entries}],
        },
    }


def _holders(entrance: Entrance, wiring: Wiring) -> Document:
    """Pods that mount it. Into a vault of the stack it can only be put once that is there: nobody waits for them."""
    own = entrance.gateway.tls and entrance.gateway.tls.vault_id
    volume = {
        "name": "certificate",
        "csi": {
            "driver": "secrets-store.csi.k8s.io",
            "readOnly": True,
            "volumeAttributes": {"secretProviderClass": _NAME},
        },
    }
    pod = {
        **idle.spec(wiring.pause_image, wiring.pull_secret),
        **envoy_gateway.system_nodes(wiring),
        "serviceAccountName": SERVICE_ACCOUNT,
        "volumes": [volume],
    }
    pod["containers"][0]["volumeMounts"] = [{"name": "certificate", "mountPath": "/mnt/certificate", "readOnly": True}]
    meta: Document = {"name": _NAME, "namespace": wiring.namespace, "labels": MANAGED}
    if not own:
        meta["annotations"] = {"pulumi.com/skipAwait": "true"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": meta,
        "spec": {
            "replicas": _REPLICAS,
            "revisionHistoryLimit": 3,
            "selector": {"matchLabels": _LABELS},
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
            "template": {"metadata": {"labels": {**_LABELS, **MANAGED}}, "spec": pod},
        },
    }


def _budget(wiring: Wiring) -> Document:
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": _NAME, "namespace": wiring.namespace, "labels": MANAGED},
        "spec": {
            "maxUnavailable": _REPLICAS - 1,
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
            "selector": {"matchLabels": _LABELS},
        },
    }
