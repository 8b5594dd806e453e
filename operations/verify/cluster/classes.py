"""What documents refer to by name and the cluster must have: classes of storage, ingress and gateways, metrics."""

from collections.abc import Iterator, Sequence

from operations.verify.check import Check, failed, passed, warned
from operations.verify.cluster.served import Document
from operations.verify.kube import Cluster, NoClusterError

_STORAGE = "/apis/storage.k8s.io/v1/storageclasses"
_DEFAULT = "storageclass.kubernetes.io/is-default-class"
_METRICS = "/apis/metrics.k8s.io/v1beta1"


def checks(cluster: Cluster, documents: Sequence[Document]) -> Iterator[Check]:
    """One for each class that is referred to, and for metrics where pods scale by them."""
    for name in _named(documents, "PersistentVolumeClaim", "storageClassName"):
        yield _storage(cluster, name)
    for name in _named(documents, "Ingress", "ingressClassName"):
        yield _class(cluster, "ingress", f"/apis/networking.k8s.io/v1/ingressclasses/{name}", str(name))
    for name in _named(documents, "Gateway", "gatewayClassName"):
        yield _class(cluster, "gateway", f"/apis/gateway.networking.k8s.io/v1/gatewayclasses/{name}", str(name))
    if any(one["kind"] == "HorizontalPodAutoscaler" for one in documents):
        yield _metrics(cluster)


def _named(documents: Sequence[Document], kind: str, field: str) -> list[str | None]:
    return list(dict.fromkeys(one["spec"].get(field) for one in documents if one["kind"] == kind))


def _storage(cluster: Cluster, name: str | None) -> Check:
    try:
        if name is not None:
            if cluster.get(f"{_STORAGE}/{name}") is None:
                return failed("storage", f"there is no storage class {name}", _choose(cluster, _STORAGE, "storage"))
            return passed("storage", f"storage class {name}")
        rows = (cluster.get(_STORAGE) or {"items": []})["items"]
    except NoClusterError as error:
        return warned("storage", f"not asked: {error}")
    default = [
        row["metadata"]["name"] for row in rows if row["metadata"].get("annotations", {}).get(_DEFAULT) == "true"
    ]
    if not default:
        return failed("storage", "no storage class is the default", "speech:target.storage_class names one")
    return passed("storage", f"storage class {default[0]}, the default: many nodes must be able to write its volumes")


def _class(cluster: Cluster, what: str, path: str, name: str) -> Check:
    try:
        found = cluster.get(path)
    except NoClusterError as error:
        return warned(what, f"not asked: {error}")
    if found is None:
        return failed(what, f"there is no {what} class {name}", _choose(cluster, path.rpartition("/")[0], what))
    conditions = found.get("status", {}).get("conditions", ())
    refused = [one for one in conditions if one["type"] == "Accepted" and one["status"] != "True"]
    if refused:
        said = f"{what} class {name} is not accepted by its controller: {refused[0].get('message', '')}"
        return failed(what, said, f"kubectl describe {what}class {name}")
    return passed(what, f"{what} class {name}")


def _choose(cluster: Cluster, path: str, what: str) -> str:
    rows = (cluster.get(path) or {"items": []})["items"]
    names = ", ".join(row["metadata"]["name"] for row in rows)
    return f"there are: {names}" if names else f"kubectl get {what}class  shows none: install its controller"


def _metrics(cluster: Cluster) -> Check:
    """Without metrics the autoscaler keeps the least and never adds a pod."""
    try:
        if cluster.get(_METRICS) is not None:
            return passed("metrics", "pods' cores are measured: autoscalers have what they go by")
        said = "pods' cores are not measured: autoscalers would stay at the least"
    except NoClusterError as error:
        said = f"pods' cores are not measured now: {error}"
    return failed(
        "metrics", said, "install metrics-server (AKS has it: kubectl -n kube-system get deployment metrics-server)"
    )
