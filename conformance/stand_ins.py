"""Small stand-ins for what Azure does for a cluster: addresses of load balancers, volumes, secrets of a vault."""

import base64
from collections.abc import Iterable

from conformance.aks_nodes import GPU, gpus
from conformance.client import Client, Document, RefusedError

_PROVISIONER = "volume.kubernetes.io/storage-provisioner"
_SELECTED_NODE = "volume.kubernetes.io/selected-node"
_SECRETS_DRIVER = "secrets-store.csi.k8s.io"
_ZONED = "disk.csi.azure.com"
_DEVICE_PLUGINS = "/var/lib/kubelet/device-plugins"
_CONFLICT = 409


class Balancers:
    """Gives each Service of type LoadBalancer an address: out of TEST-NET-3, or out of 10.224.0.0/16 if internal."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._given = 0

    def step(self) -> None:
        """Serves those that have none."""
        for service in self._client.items("/api/v1/services"):
            waits = service["spec"]["type"] == "LoadBalancer" and not service["status"].get("loadBalancer")
            if waits and "deletionTimestamp" not in service["metadata"]:
                self._client.merge(
                    f"{_path(service, 'services')}/status",
                    {"status": {"loadBalancer": {"ingress": [{"ip": self._address(service), "ipMode": "VIP"}]}}},
                )

    def _address(self, service: Document) -> str:
        self._given += 1
        annotations = service["metadata"].get("annotations", {})
        internal = annotations.get("service.beta.kubernetes.io/azure-load-balancer-internal") == "true"
        wanted = annotations.get("service.beta.kubernetes.io/azure-load-balancer-ipv4")
        return wanted or (f"10.224.255.{self._given % 250 + 4}" if internal else f"203.0.113.{self._given % 250 + 4}")


class Volumes:
    """Makes the volume that a claim of a CSI class waits for; the real controller binds it."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def step(self) -> None:
        """Serves the claims that wait for a provisioner."""
        claims = self._client.items("/api/v1/persistentvolumeclaims")
        waiting = [claim for claim in claims if claim["status"]["phase"] == "Pending" and self._asks(claim)]
        classes = {one["metadata"]["name"]: one for one in self._classes()} if waiting else {}
        for claim in waiting:
            storage_class = classes[claim["spec"]["storageClassName"]]
            node = claim["metadata"]["annotations"].get(_SELECTED_NODE)
            if node or storage_class["volumeBindingMode"] == "Immediate":
                self._provide(claim, storage_class, node)

    def _classes(self) -> list[Document]:
        return self._client.items("/apis/storage.k8s.io/v1/storageclasses")

    @staticmethod
    def _asks(claim: Document) -> bool:
        return _PROVISIONER in claim["metadata"].get("annotations", {})

    def _provide(self, claim: Document, storage_class: Document, node: str | None) -> None:
        meta, driver = claim["metadata"], storage_class["provisioner"]
        name = f"pvc-{meta['uid']}"
        spec: Document = {
            "accessModes": claim["spec"]["accessModes"],
            "capacity": claim["spec"]["resources"]["requests"],
            "persistentVolumeReclaimPolicy": storage_class["reclaimPolicy"],
            "storageClassName": storage_class["metadata"]["name"],
            "volumeMode": claim["spec"]["volumeMode"],
            "csi": {"driver": driver, "volumeHandle": name},
            "claimRef": {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "namespace": meta["namespace"],
                "name": meta["name"],
                "uid": meta["uid"],
            },
        }
        if driver == _ZONED and node:
            zone = self._client.get(f"/api/v1/nodes/{node}")["metadata"]["labels"]["topology.kubernetes.io/zone"]
            match = {"key": "topology.kubernetes.io/zone", "operator": "In", "values": [zone]}
            spec["nodeAffinity"] = {"required": {"nodeSelectorTerms": [{"matchExpressions": [match]}]}}
        annotations = {"pv.kubernetes.io/provisioned-by": driver}
        volume = {"metadata": {"name": name, "annotations": annotations}, "spec": spec}
        _create(self._client, "/api/v1/persistentvolumes", {"apiVersion": "v1", "kind": "PersistentVolume", **volume})


class Released:
    """Deletes what a CSI driver would: volumes whose claim is gone and that are not to be kept."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def step(self) -> None:
        """Deletes them."""
        for volume in self._client.items("/api/v1/persistentvolumes"):
            kept = volume["spec"]["persistentVolumeReclaimPolicy"] != "Delete"
            if volume["status"].get("phase") == "Released" and not kept:
                self._client.delete(f"/api/v1/persistentvolumes/{volume['metadata']['name']}")


class Devices:
    """A kubelet that has been told of GPUs: the node of a running device plugin offers those of its size."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def step(self) -> None:
        """Serves the nodes that offer none yet."""
        for pod in self._client.items("/api/v1/pods?fieldSelector=status.phase=Running"):
            if any(one.get("hostPath", {}).get("path") == _DEVICE_PLUGINS for one in pod["spec"].get("volumes", ())):
                node = self._client.get(f"/api/v1/nodes/{pod['spec']['nodeName']}")
                count = gpus(node["metadata"]["labels"].get("node.kubernetes.io/instance-type", ""))
                if count and GPU not in node["status"]["capacity"]:
                    room = {GPU: str(count)}
                    status = {"status": {"capacity": room, "allocatable": room}}
                    self._client.merge(f"/api/v1/nodes/{node['metadata']['name']}/status", status)


class VaultSecrets:
    """Makes the Secrets that a mounted SecretProviderClass asks for. Their values are made up: no vault is asked."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def step(self) -> None:
        """Serves every pod that has found its node."""
        for pod in self._client.items("/api/v1/pods?fieldSelector=status.phase!=Succeeded"):
            if pod["spec"].get("nodeName"):
                for name in _provider_classes(pod):
                    self._sync(pod["metadata"]["namespace"], name)

    def _sync(self, namespace: str, name: str) -> None:
        group = "/apis/secrets-store.csi.x-k8s.io/v1"
        provider = self._client.get(f"{group}/namespaces/{namespace}/secretproviderclasses/{name}")
        for wanted in provider["spec"].get("secretObjects", ()):
            path = f"/api/v1/namespaces/{namespace}/secrets"
            if not self._client.exists(f"{path}/{wanted['secretName']}"):
                data = {
                    one["key"]: base64.b64encode(f"value of {one['objectName']}".encode()).decode()
                    for one in wanted["data"]
                }
                owner = {
                    "apiVersion": provider["apiVersion"],
                    "kind": provider["kind"],
                    "name": name,
                    "uid": provider["metadata"]["uid"],
                }
                meta = {
                    "name": wanted["secretName"],
                    "labels": {"secrets-store.csi.k8s.io/managed": "true"},
                    "ownerReferences": [owner],
                }
                secret = {"apiVersion": "v1", "kind": "Secret", "metadata": meta, "type": wanted["type"], "data": data}
                _create(self._client, path, secret)


def _provider_classes(pod: Document) -> Iterable[str]:
    for volume in pod["spec"].get("volumes", ()):
        source = volume.get("csi", {})
        if source.get("driver") == _SECRETS_DRIVER:
            yield source["volumeAttributes"]["secretProviderClass"]


def _path(document: Document, plural: str) -> str:
    meta = document["metadata"]
    return f"/api/v1/namespaces/{meta['namespace']}/{plural}/{meta['name']}"


def _create(client: Client, path: str, document: Document) -> None:
    """Creates what may be there already."""
    try:
        client.create(path, document)
    except RefusedError as refusal:
        if refusal.status != _CONFLICT:
            raise
