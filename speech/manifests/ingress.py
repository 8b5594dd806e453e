"""A container's host name, by a controller that the user's cluster has already."""

from speech.capacity.plan import ContainerPlan
from speech.manifests.document import Document, metadata
from speech.manifests.pods import PORT
from speech.manifests.wiring import Wiring


def ingress(plan: ContainerPlan, wiring: Wiring) -> Document:
    """Everything under the container's host name leads to its Service: clients drop any path of a host URL.

    No class has its annotations here: what a controller needs for streams of an hour (nginx: proxy-read-timeout and
    proxy-send-timeout above the longest silence) is a default of the controller, which is the user's.
    """
    meta = metadata(plan.name, wiring.namespace, plan.name, plan.kind)
    # Not every controller says in the object's status where it serves, for which the engine would wait.
    meta["annotations"] = {"pulumi.com/skipAwait": "true"}
    service = {"name": plan.name, "port": {"name": PORT}}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": meta,
        "spec": {
            "ingressClassName": wiring.ingress_class,
            "rules": [
                {
                    "host": plan.host,
                    "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": {"service": service}}]},
                }
            ],
        },
    }
