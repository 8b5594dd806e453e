"""What a cluster of AKS has before anybody puts something into it, as far as our objects meet it."""

from collections.abc import Iterable
from pathlib import Path

from ruamel.yaml import YAML

from conformance.aks_nodes import OWN_PODS, POOL_LABEL
from conformance.client import Client, Document
from sandbox.kube.first_objects import of_aks
from sandbox.kube.kinds import named

_OWN = "aks-own-pods"


def install(client: Client, definitions: Iterable[Path]) -> None:
    """Applies storage classes, the pods of AKS and the definitions."""
    for kind, document in of_aks():
        if kind == named("StorageClass"):
            whole = {"apiVersion": kind.api_version, "kind": kind.name, **document}
            client.apply(kind.path("", document["metadata"]["name"]), whole)
    client.apply(f"/apis/apps/v1/namespaces/kube-system/daemonsets/{_OWN}", _own_pods())
    define(client, definitions)


def define(client: Client, definitions: Iterable[Path]) -> None:
    """Applies definitions. The API serves their kinds a moment later."""
    for file in definitions:
        document = YAML(typ="safe").load(file)
        path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
        client.apply(f"{path}/{document['metadata']['name']}", document)


def _own_pods() -> Document:
    """One pod a node that asks for what AKS's own pods ask for together."""
    requests = {"cpu": f"{OWN_PODS['cpu_millicores']}m", "memory": f"{OWN_PODS['memory_mib']}Mi"}
    container = {
        "name": "own",
        "image": "mcr.microsoft.com/oss/kubernetes/pause:3.6",
        "resources": {"requests": requests},
    }
    labels = {"app": _OWN}
    on_pools = {"key": POOL_LABEL, "operator": "Exists"}
    pod = {
        "containers": [container],
        "priorityClassName": "system-node-critical",
        "tolerations": [{"operator": "Exists"}],
        "affinity": {
            "nodeAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": {
                    "nodeSelectorTerms": [{"matchExpressions": [on_pools]}]
                }
            }
        },
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": _OWN, "namespace": "kube-system"},
        "spec": {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": pod}},
    }
