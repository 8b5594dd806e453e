"""How pods come by the billing key: from the vault, as the identity of their service account."""

from dataclasses import dataclass
from typing import Any, Literal

from speech.manifests.document import MANAGED, Document

SERVICE_ACCOUNT = "speech"
KEY_CLASS = "speech-keys"
SECRET_KEY = "api-key"  # noqa: S105  # the name of an entry, no password
_SHORT = 8


def vault_secret_name(key: Literal["key1", "key2"]) -> str:
    """The vault's name for one of the account's two keys."""
    return f"speech-{key}"


def secret_name(key: Literal["key1", "key2"], version: str) -> str:
    """The Secret that holds one version of one key.

    Another version has another name: under the same one, a pod that rolls for a new key could still read the old, until
    the driver next looks (secrets-store-csi-driver, known limitations).
    """
    return f"speech-{key}-{version[:_SHORT].lower()}"


@dataclass(frozen=True, slots=True)
class VaultAccess:
    """Where the key lies and who may read it. Values may be outputs of resources."""

    vault: Any
    client_id: Any
    tenant_id: Any
    active_key: Literal["key1", "key2"]
    secret: Any
    """The Secret's name, as `secret_name` gives it."""


def namespace(name: str) -> Document:
    """The namespace of all Speech containers, held to the baseline pod security standard."""
    standard = {
        "pod-security.kubernetes.io/enforce": "baseline",
        "pod-security.kubernetes.io/enforce-version": "latest",
    }
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": {**MANAGED, **standard}}}


def service_account(namespace: str, access: VaultAccess) -> Document:
    """The account of the pods, tied to the identity that reads the key."""
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {
            "name": SERVICE_ACCOUNT,
            "namespace": namespace,
            "labels": MANAGED,
            "annotations": {
                "azure.workload.identity/client-id": access.client_id,
                "azure.workload.identity/tenant-id": access.tenant_id,
            },
        },
        "automountServiceAccountToken": False,
    }


def secret_provider_class(namespace: str, access: VaultAccess) -> Document:
    """Mounts the active key from the vault and keeps a Secret in step with it while a pod mounts it."""
    name = vault_secret_name(access.active_key)
    return {
        "apiVersion": "secrets-store.csi.x-k8s.io/v1",
        "kind": "SecretProviderClass",
        "metadata": {"name": KEY_CLASS, "namespace": namespace, "labels": MANAGED},
        "spec": {
            "provider": "azure",
            "parameters": {
                "usePodIdentity": "false",
                "clientID": access.client_id,
                "keyvaultName": access.vault,
                "tenantId": access.tenant_id,
                "objects": f"array:\n  - |\n    objectName: {name}\n    objectType: secret\n",
            },
            "secretObjects": [
                {"secretName": access.secret, "type": "Opaque", "data": [{"key": SECRET_KEY, "objectName": name}]}
            ],
        },
    }
