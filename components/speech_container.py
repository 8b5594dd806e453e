"""One Speech container in a cluster."""

from dataclasses import dataclass

import pulumi

from components.aks_cluster import inside
from components.documents import KubernetesObject
from speech.capacity.plan import ContainerPlan
from speech.manifests import workload

# The provider gives up waiting later than the Deployment itself does: the cluster's own words reach the user.
_WAIT_SLACK_SECONDS = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class SpeechContainerArgs:
    """The container's plan, and what its pods need to know of their surroundings."""

    plan: ContainerPlan
    wiring: workload.Wiring
    cluster: pulumi.Resource
    needs: list[pulumi.Resource]
    """What must be there before a pod can start."""


class SpeechContainer(pulumi.ComponentResource):
    """Pods of one Speech container under one name.

    Creates: a Service; a Deployment; unless the number of pods is fixed, an autoscaler; a disruption budget.
    """

    def __init__(self, name: str, args: SpeechContainerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:kubernetes:SpeechContainer", name, None, opts)
        plan, wiring = args.plan, args.wiring
        child = pulumi.ResourceOptions.merge(
            pulumi.ResourceOptions(parent=self, depends_on=args.needs), inside(args.cluster)
        )
        wait = f"{workload.progress_deadline_seconds(plan) + _WAIT_SLACK_SECONDS}s"
        patient = pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create=wait, update=wait))
        KubernetesObject(f"{name}-service", workload.service(plan, wiring), child)
        KubernetesObject(
            f"{name}-deployment", workload.deployment(plan, wiring), pulumi.ResourceOptions.merge(child, patient)
        )
        if not plan.fixed:
            KubernetesObject(f"{name}-autoscaler", workload.autoscaler(plan, wiring), child)
        KubernetesObject(f"{name}-budget", workload.disruption_budget(plan, wiring), child)
        self.register_outputs({"hostUrl": plan.host_url})
