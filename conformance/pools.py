"""Keeps a cluster's nodes what the sandbox's agent pools say: the scale sets of AKS, without machines.

Where the sandbox's cluster is deleted, all that stood in it goes too: Azure asks the cluster's API for none of it.
"""

import ssl
from pathlib import Path

import httpx

from conformance.aks_nodes import POOL_LABEL, Pool, nodes
from conformance.client import Client, Document, RefusedError
from conformance.inventory import drop, inventory

_NODES = "/api/v1/nodes"


class Pools:
    """The pools of one sandbox. A node that goes is cordoned and drained first, as AKS does it."""

    def __init__(self, client: Client, url: str, authority: Path) -> None:
        self._client = client
        trust = ssl.create_default_context(cafile=authority)
        self._http = httpx.Client(base_url=url, verify=trust, trust_env=False, timeout=10)
        self._empty = inventory(client)
        self._used = False

    def step(self) -> None:
        """Makes the nodes that are missing, and goes on with those that have to go."""
        pools = [Pool(**one) for one in self._http.get("/sandbox/pools").raise_for_status().json()]
        wanted = {node["metadata"]["name"]: node for pool in pools for node in nodes(pool)}
        there = {node["metadata"]["name"]: node for node in self._client.items(_NODES)}
        for name in wanted.keys() - there.keys():
            self._client.create(_NODES, wanted[name])
        clusters = {pool.cluster for pool in pools}
        for name in there.keys() - wanted.keys():
            labels = there[name]["metadata"]["labels"]
            if POOL_LABEL in labels:
                self._remove(there[name], drained=labels["kubernetes.azure.com/cluster"] in clusters)
        self._used = bool(pools) or (self._used and drop(self._client, self._empty))

    def close(self) -> None:
        """Ends its connections."""
        self._http.close()

    def _remove(self, node: Document, *, drained: bool) -> None:
        """Nodes of a cluster that is gone are not drained: a disruption budget would hold them for ever."""
        name = node["metadata"]["name"]
        if not node["spec"].get("unschedulable"):
            self._client.merge(f"{_NODES}/{name}", {"spec": {"unschedulable": True}})
        pods = self._client.items(f"/api/v1/pods?fieldSelector=spec.nodeName={name}")
        movable = [pod for pod in pods if not _of_daemon_set(pod)]
        for pod in movable if drained else ():
            self._evict(pod)
        if not (movable and drained):
            self._client.delete(f"{_NODES}/{name}")

    def _evict(self, pod: Document) -> None:
        """Asks for the pod's eviction; a disruption budget may refuse, then the next step asks again."""
        name, namespace = pod["metadata"]["name"], pod["metadata"]["namespace"]
        eviction = {
            "apiVersion": "policy/v1",
            "kind": "Eviction",
            "metadata": {"name": name, "namespace": namespace},
        }
        try:
            self._client.create(f"/api/v1/namespaces/{namespace}/pods/{name}/eviction", eviction)
        except RefusedError as refusal:
            if refusal.status not in {httpx.codes.TOO_MANY_REQUESTS, httpx.codes.NOT_FOUND}:
                raise


def _of_daemon_set(pod: Document) -> bool:
    return any(owner["kind"] == "DaemonSet" for owner in pod["metadata"].get("ownerReferences", ()))
