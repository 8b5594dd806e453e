"""Places on nodes for the next pods: pods of low priority keep them, and go when a Speech pod needs one."""

from speech.capacity.plan import ContainerPlan, Plan
from speech.manifests import idle, placement
from speech.manifests.document import EVICTABLE_ANNOTATION, MANAGED, Document, helper_labels, helper_selector, metadata
from speech.manifests.pods import size_of
from speech.manifests.wiring import Wiring

SPARE = "spare"
_PRIORITY = -5
"""Below every pod that names none, and not below -10, where the cluster's autoscaler makes no node for a pod."""


def priority_class(plan: Plan, wiring: Wiring) -> list[Document]:
    """The priority of all of them; none where no container keeps a place."""
    if not any(container.spare_pods for container in plan.containers):
        return []
    document = {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": _name(wiring), "labels": MANAGED},
        "value": _PRIORITY,
        "globalDefault": False,
        "preemptionPolicy": "Never",
        "description": "Keeps places on nodes for Speech pods, which take them.",
    }
    return [document]


def documents(plan: ContainerPlan, wiring: Wiring) -> dict[str, Document]:
    """By role: as many pods as places, of the size and on the nodes of the container's own.

    Nobody waits for them: one that has given way stays pending until a node comes.
    """
    if not plan.spare_pods:
        return {}
    pod = {
        **idle.spec(wiring.pause_image, wiring.pull_secret, size_of(plan)),
        **placement.nodes(plan, wiring),
        "priorityClassName": _name(wiring),
    }
    labels, annotations = helper_labels(SPARE, plan.name, plan.kind), {EVICTABLE_ANNOTATION: "true"}
    meta = metadata(f"{plan.name}-spare", wiring.namespace, plan.name, plan.kind)
    document = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {**meta, "annotations": {"pulumi.com/skipAwait": "true"}},
        "spec": {
            "replicas": plan.spare_pods,
            "revisionHistoryLimit": 1,
            "selector": {"matchLabels": helper_selector(SPARE, plan.name)},
            # Twice as many for a moment would bring nodes.
            "strategy": {"type": "Recreate"},
            "template": {"metadata": {"labels": labels, "annotations": annotations}, "spec": pod},
        },
    }
    return {"spare": document}


def _name(wiring: Wiring) -> str:
    """Of the whole cluster: two stacks in it have two namespaces."""
    return f"{wiring.namespace}-spare"
