"""What a cluster has before anybody puts something into it."""

from collections.abc import Mapping

from sandbox.kube import kinds
from sandbox.kube.kinds import Document, Kind

NODE_NAME = "sandbox"
Objects = list[tuple[Kind, Document]]

_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
_PRIORITIES = {"system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}
_DEFAULT_CLASS = {"storageclass.kubernetes.io/is-default-class": "true"}
_AKS_DISK = {
    "default": "StandardSSD_LRS",
    "managed": "StandardSSD_LRS",
    "managed-csi": "StandardSSD_LRS",
    "managed-csi-premium": "Premium_LRS",
    "managed-premium": "Premium_LRS",
}
_AKS_FILE = {
    "azurefile": "Standard_LRS",
    "azurefile-csi": "Standard_LRS",
    "azurefile-csi-premium": "Premium_LRS",
    "azurefile-premium": "Premium_LRS",
}


def of_aks() -> Objects:
    """Of an AKS cluster: the storage classes are those `kubectl get storageclass` lists on one without zones (2025)."""
    return [
        *_common(),
        *(_aks_disk(name, sku) for name, sku in _AKS_DISK.items()),
        *(_storage_class(name, "file.csi.azure.com", "Immediate", {"skuName": sku}) for name, sku in _AKS_FILE.items()),
    ]


def stand_alone(labels: Mapping[str, str]) -> Objects:
    """Of a cluster outside of Azure: one node of these labels, and one storage class, as an NFS server would give."""
    own = {"kubernetes.io/arch": "amd64", "kubernetes.io/hostname": NODE_NAME, "kubernetes.io/os": "linux"}
    return [
        *_common(),
        (kinds.named("Node"), {"metadata": {"name": NODE_NAME, "labels": {**own, **labels}}, "spec": {}}),
        _storage_class("standard", "nfs.csi.k8s.io", "Immediate", {}, default=True),
    ]


def _common() -> Objects:
    return [
        *((kinds.NAMESPACE, {"metadata": {"name": name}}) for name in _NAMESPACES),
        *((kinds.named("PriorityClass"), _priority(name, value)) for name, value in _PRIORITIES.items()),
    ]


def _priority(name: str, value: int) -> Document:
    return {"metadata": {"name": name}, "value": value, "globalDefault": False}


def _aks_disk(name: str, sku: str) -> tuple[Kind, Document]:
    return _storage_class(
        name, "disk.csi.azure.com", "WaitForFirstConsumer", {"skuname": sku}, default=name == "default"
    )


def _storage_class(
    name: str, provisioner: str, binding: str, parameters: Mapping[str, str], *, default: bool = False
) -> tuple[Kind, Document]:
    document = {
        "metadata": {"name": name, **({"annotations": _DEFAULT_CLASS} if default else {})},
        "provisioner": provisioner,
        "parameters": dict(parameters),
        "volumeBindingMode": binding,
        "reclaimPolicy": "Delete",
        "allowVolumeExpansion": True,
    }
    return kinds.named("StorageClass"), document
