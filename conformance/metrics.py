"""Stands in for the metrics server: what pods use, served to a control plane through its aggregator."""

import base64
import socket
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import trustme
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from conformance.client import Client, Document

_GROUP, _VERSION = "metrics.k8s.io", "v1beta1"
_NAME, _NAMESPACE = "metrics", "kube-system"
_GRACE_SECONDS = 1
WINDOW_SECONDS = 1
"""Over which each sample is said to be taken: a pod must have been ready for as long before its sample counts."""


@dataclass(frozen=True)
class Sample:
    """What one pod used."""

    pod: str
    at: datetime
    millicores: Mapping[str, int]
    """By container."""


Sampler = Callable[[str, str], Iterable[Sample]]
"""(namespace, label selector): the samples at this moment."""


@contextmanager
def served(client: Client, sampler: Sampler) -> Iterator[None]:
    """The control plane has the metrics API while the block runs; each question for pods is one call of `sampler`.

    The API is there when the APIService `v1beta1.metrics.k8s.io` says that it is available, seconds later.
    """
    authority = trustme.CA(organization_name="speech-containers conformance")
    certificate = authority.issue_cert(f"{_NAME}.{_NAMESPACE}.svc")
    with socket.socket() as listener, tempfile.TemporaryDirectory() as folder:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        pem = Path(folder) / "server.pem"
        certificate.private_key_and_cert_chain_pem.write_to_path(str(pem))
        config = uvicorn.Config(
            _application(sampler),
            ssl_certfile=str(pem),
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            _register(client, listener.getsockname()[1], authority.cert_pem.bytes())
            yield
        finally:
            server.should_exit = True
            thread.join()


def available(client: Client) -> bool:
    """Whether the control plane serves the metrics API."""
    found = client.get(f"/apis/apiregistration.k8s.io/v1/apiservices/{_VERSION}.{_GROUP}")
    conditions = found.get("status", {}).get("conditions", ())
    return any(one["type"] == "Available" and one["status"] == "True" for one in conditions)


def _register(client: Client, port: int, authority: bytes) -> None:
    """The aggregator takes a Service with an outside name as it is: nothing routes the addresses of Services here."""
    service: Document = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": _NAME, "namespace": _NAMESPACE},
        "spec": {"type": "ExternalName", "externalName": "localhost"},
    }
    client.apply(f"/api/v1/namespaces/{_NAMESPACE}/services/{_NAME}", service)
    name = f"{_VERSION}.{_GROUP}"
    api: Document = {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {"name": name},
        "spec": {
            "group": _GROUP,
            "version": _VERSION,
            "groupPriorityMinimum": 100,
            "versionPriority": 100,
            "service": {"name": _NAME, "namespace": _NAMESPACE, "port": port},
            "caBundle": base64.b64encode(authority).decode(),
        },
    }
    client.apply(f"/apis/apiregistration.k8s.io/v1/apiservices/{name}", api)


def _application(sampler: Sampler) -> Starlette:
    root = f"/apis/{_GROUP}/{_VERSION}"

    async def kinds(_: Request) -> Response:
        pods = {
            "name": "pods",
            "singularName": "",
            "namespaced": True,
            "kind": "PodMetrics",
            "verbs": ["get", "list"],
        }
        group = f"{_GROUP}/{_VERSION}"
        return JSONResponse({"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group, "resources": [pods]})

    async def pods(request: Request) -> Response:
        namespace = request.path_params["namespace"]
        samples = await run_in_threadpool(sampler, namespace, request.query_params.get("labelSelector", ""))
        items = [_shown(sample, namespace) for sample in samples]
        return JSONResponse(
            {"kind": "PodMetricsList", "apiVersion": f"{_GROUP}/{_VERSION}", "metadata": {}, "items": items}
        )

    return Starlette(routes=[Route(root, kinds), Route(f"{root}/namespaces/{{namespace}}/pods", pods)])


def _shown(sample: Sample, namespace: str) -> Document:
    return {
        "metadata": {"name": sample.pod, "namespace": namespace},
        "timestamp": sample.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "window": f"{WINDOW_SECONDS}s",
        "containers": [
            {"name": name, "usage": {"cpu": f"{used}m", "memory": "0"}} for name, used in sample.millicores.items()
        ],
    }
