"""Clusters outside of Azure, which a stack file names by a kubeconfig. They are made and kept by the sandbox alone.

POST /sandbox/clusters {"name": "factory", "labels": {"cpu": "avx2"}}     answers with the kubeconfig
"""

import base64
import hmac
import json
import secrets
import uuid
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.home import write_private
from sandbox.kube import kinds
from sandbox.kube.access import Access, ClusterAccess
from sandbox.kube.first_objects import NODE_NAME, stand_alone
from sandbox.kube.kinds import Document
from sandbox.kube.store import Store

_NODE = kinds.named("Node")


@dataclass(frozen=True)
class _Refusal:
    status: int
    text: str


@dataclass(frozen=True)
class StandAloneCluster:
    """A cluster of one node in nobody's network. Its administrator's token opens everything."""

    uid: str
    arm_id: str
    """Its name."""
    labels: dict[str, str]
    token: str = field(repr=False)
    oidc_issuer: str = ""
    secrets_store: bool = False
    keda: bool = True

    def refusal(self, token: str) -> _Refusal | None:
        """Why the cluster's API is closed to this bearer token; None where it is open."""
        return None if hmac.compare_digest(self.token.encode(), token.encode()) else _Refusal(401, "Unauthorized")


class StandAloneClusters:
    """The clusters in a file, whose objects are in the store. `access` knows them, and those of Azure."""

    def __init__(self, file: Path, store: Store, url: str, ca: Path, azure: Access) -> None:
        self._file, self._store, self._azure = file, store, azure
        self._url, self._ca = url, ca
        kept = json.loads(file.read_text()) if file.exists() else []
        self._clusters = {one["uid"]: StandAloneCluster(**one) for one in kept}
        for cluster in self._clusters.values():
            store.open_cluster(cluster.uid, partial(stand_alone, cluster.labels))

    @property
    def routes(self) -> list[Route]:
        """GET lists names and labels; POST makes a cluster, or finds it again and labels its node; DELETE ends one."""
        return [
            Route("/sandbox/clusters", self.handle, methods=["GET", "POST"]),
            Route("/sandbox/clusters/{name}", self.end, methods=["DELETE"]),
        ]

    def access(self, uid: str) -> ClusterAccess | None:
        """The cluster of a uid; None where there is none."""
        return self._clusters.get(uid) or self._azure(uid)

    async def handle(self, request: Request) -> Response:
        """400 for a document without a name, or with labels that are no texts."""
        if request.method == "POST":
            asked = await request.json()
            name, labels = asked.get("name"), asked.get("labels", {})
            if not name or not isinstance(name, str) or not all(isinstance(one, str) for one in labels.values()):
                return JSONResponse({"error": 'wanted: {"name": text, "labels": {text: text}}'}, 400)
            cluster = await run_in_threadpool(self._make, name, labels)
            return JSONResponse(self._kubeconfig(cluster))
        return JSONResponse([{"name": one.arm_id, "labels": one.labels} for one in self._clusters.values()])

    async def end(self, request: Request) -> Response:
        """404 where there is none of that name."""
        found = next((one for one in self._clusters.values() if one.arm_id == request.path_params["name"]), None)
        if found is None:
            return JSONResponse({"error": f"no cluster {request.path_params['name']}"}, 404)
        del self._clusters[found.uid]
        self._keep()
        await run_in_threadpool(self._store.forget, found.uid)
        return JSONResponse({})

    def _make(self, name: str, labels: dict[str, str]) -> StandAloneCluster:
        found = next((one for one in self._clusters.values() if one.arm_id == name), None)
        uid, token = (found.uid, found.token) if found else (uuid.uuid4().hex, secrets.token_urlsafe(32))
        cluster = StandAloneCluster(uid=uid, arm_id=name, labels=labels, token=token)
        self._clusters[uid] = cluster
        self._keep()
        first = partial(stand_alone, labels)
        self._store.open_cluster(uid, first)
        node = next(document for kind, document in first() if kind == _NODE)
        self._store.replace(uid, _NODE, "", NODE_NAME, node)
        return cluster

    def _keep(self) -> None:
        kept = [
            {"uid": one.uid, "arm_id": one.arm_id, "labels": one.labels, "token": one.token}
            for one in self._clusters.values()
        ]
        write_private(self._file, json.dumps(kept).encode())

    def _kubeconfig(self, cluster: StandAloneCluster) -> Document:
        name, user = cluster.arm_id, f"{cluster.arm_id}-admin"
        authority = base64.b64encode(self._ca.read_bytes()).decode()
        server = f"{self._url}/kubernetes/{cluster.uid}"
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": name,
            "contexts": [{"name": name, "context": {"cluster": name, "user": user}}],
            "clusters": [{"name": name, "cluster": {"server": server, "certificate-authority-data": authority}}],
            "users": [{"name": user, "user": {"token": cluster.token}}],
        }
