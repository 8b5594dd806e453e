"""The Kubernetes documents of one Speech container."""

from speech.capacity.drain import MIN_READY_SECONDS
from speech.capacity.plan import ContainerPlan
from speech.manifests import autoscaling, gateway, ingress, jobs, load_balancer, spare
from speech.manifests.document import Document, metadata, selector
from speech.manifests.pods import PORT, template
from speech.manifests.wiring import Wiring


def documents(plan: ContainerPlan, wiring: Wiring) -> dict[str, Document]:
    """What runs and serves a container, by role, in the order of its making; one that runs to its end is a Job."""
    if plan.once:
        return {"run": jobs.diagnosis(plan, wiring)}
    made = {"service": service(plan, wiring), "deployment": deployment(plan, wiring)}
    made |= autoscaling.documents(plan, wiring)
    made["budget"] = disruption_budget(plan, wiring)
    made |= spare.documents(plan, wiring)
    if wiring.behind_ingress:
        made["ingress"] = ingress.ingress(plan, wiring)
    return made | gateway.of_container(plan, wiring)


def deployment(plan: ContainerPlan, wiring: Wiring) -> Document:
    """Pods of one container. The number of pods is the autoscaler's, so it is not written unless it is fixed."""
    spec: Document = {
        "revisionHistoryLimit": 3,
        "progressDeadlineSeconds": plan.waits.progress_seconds,
        "minReadySeconds": MIN_READY_SECONDS,
        "selector": {"matchLabels": selector(plan.name)},
        # One more at a time: pods that start together fight for the node's processor while they load their models.
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
        "template": template(plan, wiring),
    }
    meta = metadata(plan.name, wiring.namespace, plan.name, plan.kind)
    if plan.fixed:
        spec["replicas"] = plan.replicas.max
        # The autoscaler that was there before still owns the field (pulumi-kubernetes #2491).
        meta["annotations"] = {"pulumi.com/patchForce": "true"}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": spec}


def service(plan: ContainerPlan, wiring: Wiring) -> Document:
    """The name by which clients inside the cluster find the container, and its address outside where it has one."""
    port: Document = {
        "name": PORT,
        "port": plan.port,
        "targetPort": PORT,
        "protocol": "TCP",
        "appProtocol": "kubernetes.io/ws" if plan.scheme in {"ws", "wss"} else "http",
    }
    document: Document = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(plan.name, wiring.namespace, plan.name, plan.kind),
        "spec": {"type": "ClusterIP", "selector": selector(plan.name), "ports": [port]},
    }
    if wiring.exposure.load_balancer and not wiring.behind_ingress:
        load_balancer.put_before(document, wiring.exposure, own_network=wiring.own_network)
    return document


def disruption_budget(plan: ContainerPlan, wiring: Wiring) -> Document:
    """One pod at a time may be evicted; pods that never became ready do not stand in the way."""
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": metadata(plan.name, wiring.namespace, plan.name, plan.kind),
        "spec": {
            "maxUnavailable": 1,
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
            "selector": {"matchLabels": selector(plan.name)},
        },
    }
