"""Stands in for the metrics server and KEDA: what autoscalers ask, served to a control plane by its aggregator."""

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

_OF_PODS, _EXTERNAL, _VERSION = "metrics.k8s.io", "external.metrics.k8s.io", "v1beta1"
_NAME, _NAMESPACE = "metrics", "kube-system"
_GRACE_SECONDS = 1
WINDOW_SECONDS = 3
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
Counter = Callable[[str, str, str], float]
"""(namespace, metric, label selector): its value at this moment."""


@contextmanager
def served(client: Client, sampler: Sampler, counter: Counter) -> Iterator[None]:
    """The control plane has metrics of pods, and external ones, while the block runs; each question is one call.

    They are there when `available` says so, seconds later.
    """
    authority = trustme.CA(organization_name="speech-containers conformance")
    certificate = authority.issue_cert(f"{_NAME}.{_NAMESPACE}.svc")
    with socket.socket() as listener, tempfile.TemporaryDirectory() as folder:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        pem = Path(folder) / "server.pem"
        certificate.private_key_and_cert_chain_pem.write_to_path(str(pem))
        config = uvicorn.Config(
            _application(sampler, counter),
            ssl_certfile=str(pem),
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            port = listener.getsockname()[1]
            _name(client)
            for group in (_OF_PODS, _EXTERNAL):
                _register(client, group, port, authority.cert_pem.bytes())
            yield
        finally:
            server.should_exit = True
            thread.join()


def available(client: Client) -> bool:
    """Whether the control plane serves both APIs."""
    return all(_is_available(client.get(_path(group))) for group in (_OF_PODS, _EXTERNAL))


def _is_available(api: Document) -> bool:
    conditions = api.get("status", {}).get("conditions", ())
    return any(one["type"] == "Available" and one["status"] == "True" for one in conditions)


def _path(group: str) -> str:
    return f"/apis/apiregistration.k8s.io/v1/apiservices/{_VERSION}.{group}"


def _name(client: Client) -> None:
    """The aggregator takes a Service with an outside name as it is: nothing routes the addresses of Services here."""
    service: Document = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": _NAME, "namespace": _NAMESPACE},
        "spec": {"type": "ExternalName", "externalName": "localhost"},
    }
    client.apply(f"/api/v1/namespaces/{_NAMESPACE}/services/{_NAME}", service)


def _register(client: Client, group: str, port: int, authority: bytes) -> None:
    api: Document = {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {"name": f"{_VERSION}.{group}"},
        "spec": {
            "group": group,
            "version": _VERSION,
            "groupPriorityMinimum": 100,
            "versionPriority": 100,
            "service": {"name": _NAME, "namespace": _NAMESPACE, "port": port},
            "caBundle": base64.b64encode(authority).decode(),
        },
    }
    client.apply(_path(group), api)


def _application(sampler: Sampler, counter: Counter) -> Starlette:
    async def pods(request: Request) -> Response:
        namespace = request.path_params["namespace"]
        samples = await run_in_threadpool(sampler, namespace, _labels(request))
        return _list(_OF_PODS, "PodMetricsList", [_shown(sample, namespace) for sample in samples])

    async def external(request: Request) -> Response:
        namespace, metric = request.path_params["namespace"], request.path_params["metric"]
        value = await run_in_threadpool(counter, namespace, metric, _labels(request))
        item = {"metricName": metric, "metricLabels": {}, "timestamp": _written(datetime.now(UTC))}
        return _list(_EXTERNAL, "ExternalMetricValueList", [{**item, "value": f"{round(value * 1000)}m"}])

    return Starlette(
        routes=[
            Route(f"/apis/{_OF_PODS}/{_VERSION}", _kinds(_OF_PODS, "pods", "PodMetrics")),
            Route(f"/apis/{_OF_PODS}/{_VERSION}/namespaces/{{namespace}}/pods", pods),
            Route(f"/apis/{_EXTERNAL}/{_VERSION}", _kinds(_EXTERNAL, "externalmetrics", "ExternalMetricValueList")),
            Route(f"/apis/{_EXTERNAL}/{_VERSION}/namespaces/{{namespace}}/{{metric}}", external),
        ]
    )


def _kinds(group: str, plural: str, kind: str) -> Callable[[Request], Response]:
    """What the group has, for those who look it up."""
    resource = {"name": plural, "singularName": "", "namespaced": True, "kind": kind, "verbs": ["get", "list"]}

    def told(_: Request) -> Response:
        version = f"{group}/{_VERSION}"
        return JSONResponse(
            {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version, "resources": [resource]}
        )

    return told


def _labels(request: Request) -> str:
    return request.query_params.get("labelSelector", "")


def _list(group: str, kind: str, items: list[Document]) -> Response:
    return JSONResponse({"kind": kind, "apiVersion": f"{group}/{_VERSION}", "metadata": {}, "items": items})


def _shown(sample: Sample, namespace: str) -> Document:
    return {
        "metadata": {"name": sample.pod, "namespace": namespace},
        "timestamp": _written(sample.at),
        "window": f"{WINDOW_SECONDS}s",
        "containers": [
            {"name": name, "usage": {"cpu": f"{used}m", "memory": "0"}} for name, used in sample.millicores.items()
        ],
    }


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
