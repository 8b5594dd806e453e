"""How pods come by keys and passwords: from the vault, as the identity of their service account, or from Secrets."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from speech.manifests.document import MANAGED, Document

SERVICE_ACCOUNT = "speech"
KEY_CLASS = "speech-keys"
SECRET_KEY = "api-key"  # noqa: S105  # the name of an entry, no password
PULL_SECRET = "speech-registry"  # noqa: S105  # the name of a Secret
DOCKER_CONFIG = ".dockerconfigjson"
VAULT_MODEL_KEY = "speech-model-key"
VAULT_REGISTRY_PASSWORD = "speech-registry-password"  # noqa: S105  # the name of a secret
_SHORT = 8


def vault_secret_name(key: Literal["key1", "key2"]) -> str:
    """The vault's name for one of the account's two keys."""
    return f"speech-{key}"


def vault_option_name(container: str, entry: str) -> str:
    """The vault's name for what an option of a container refers to."""
    return f"speech-{container}-{entry}"


def secret_name(key: Literal["key1", "key2"], version: str) -> str:
    """The Secret that holds one version of one key.

    Another version has another name: under the same one, a pod that rolls for a new key could still read the old, until
    the driver next looks (secrets-store-csi-driver, known limitations).
    """
    return f"speech-{key}-{version[:_SHORT].lower()}"


def model_secret_name(version: str) -> str:
    """The Secret that holds one version of the model account's key."""
    return f"speech-model-{version[:_SHORT].lower()}"


def options_secret_name(container: str, versions: Sequence[str]) -> str:
    """The Secret that holds what a container's options refer to, in these versions: another version, another name."""
    return f"{container}-options-{hashlib.sha256('/'.join(versions).encode()).hexdigest()[:_SHORT]}"


@dataclass(frozen=True, slots=True)
class VaultAccess:
    """Where the key lies and who may read it. Values may be outputs of resources."""

    vault: Any
    client_id: Any
    tenant_id: Any
    active_key: Literal["key1", "key2"]
    secret: Any
    """The Secret's name, as `secret_name` gives it."""
    prefix: str = ""
    """Before the key's name in a vault that others use, too."""


def namespace(name: str) -> Document:
    """The namespace of all Speech containers, held to the baseline pod security standard."""
    standard = {
        "pod-security.kubernetes.io/enforce": "baseline",
        "pod-security.kubernetes.io/enforce-version": "latest",
    }
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": {**MANAGED, **standard}}}


def service_account(namespace: str, access: VaultAccess | None) -> Document:
    """The account of the pods, tied to the identity that reads the key where there is one."""
    metadata: Document = {"name": SERVICE_ACCOUNT, "namespace": namespace, "labels": MANAGED}
    if access is not None:
        metadata["annotations"] = {
            "azure.workload.identity/client-id": access.client_id,
            "azure.workload.identity/tenant-id": access.tenant_id,
        }
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": metadata,
        "automountServiceAccountToken": False,
    }


def secret(namespace: str, name: Any, entries: Mapping[str, Any]) -> Document:  # noqa: ANN401  # may be an output
    """Values that never change under this name; each in base64, as the API keeps them."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": namespace, "labels": MANAGED},
        "type": "Opaque",
        "immutable": True,
        "data": dict(entries),
    }


def pull_secret(namespace: str, config: Any) -> Document:  # noqa: ANN401  # may be an output
    """By which nodes log in to a registry. Its name stays: pods that run need no new image."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": PULL_SECRET, "namespace": namespace, "labels": MANAGED},
        "type": "kubernetes.io/dockerconfigjson",
        "data": {DOCKER_CONFIG: config},
    }


def encoded(value: str) -> str:
    """As a Secret's `data` has it."""
    return base64.b64encode(value.encode()).decode()


def docker_config(server: str, username: str, password: str) -> str:
    """The log-in at one registry, as Docker's own configuration has it."""
    login = {"username": username, "password": password, "auth": encoded(f"{username}:{password}")}
    return json.dumps({"auths": {server: login}})


def secret_provider_class(namespace: str, access: VaultAccess) -> Document:
    """Mounts the active key from the vault and keeps a Secret in step with it while a pod mounts it."""
    name = f"{access.prefix}{vault_secret_name(access.active_key)}"
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
