"""One Speech container in a cluster."""

from dataclasses import dataclass

import pulumi

from components.aks_cluster import inside
from components.documents import KubernetesObject
from speech.capacity.plan import ContainerPlan
from speech.manifests import load_balancer, workload
from speech.manifests.wiring import Wiring


@dataclass(frozen=True, kw_only=True, slots=True)
class SpeechContainerArgs:
    """The container's plan, and what its pods need to know of their surroundings."""

    plan: ContainerPlan
    wiring: Wiring
    cluster: pulumi.Resource | None
    """None where the stack did not make it."""
    needs: list[pulumi.Resource]
    """What must be there before a pod can start."""


class SpeechContainer(pulumi.ComponentResource):
    """Pods of one Speech container under one name.

    Creates: a Service; a Deployment; unless the number of pods is fixed, an autoscaler; a disruption budget.
    """

    address: pulumi.Output[str | None]
    """Of its load balancer, where it has one."""

    def __init__(self, name: str, args: SpeechContainerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:kubernetes:SpeechContainer", name, None, opts)
        plan, wiring = args.plan, args.wiring
        child = pulumi.ResourceOptions.merge(
            pulumi.ResourceOptions(parent=self, depends_on=args.needs), inside(args.cluster)
        )
        patient = pulumi.ResourceOptions(
            custom_timeouts=pulumi.CustomTimeouts(
                create=f"{plan.waits.create_seconds}s",
                update=f"{plan.waits.update_seconds}s",
                delete=f"{plan.waits.delete_seconds}s",
            )
        )
        # The provider waits for a Service's pods as well.
        service = KubernetesObject(
            f"{name}-service", workload.service(plan, wiring), pulumi.ResourceOptions.merge(child, patient)
        )
        KubernetesObject(
            f"{name}-deployment", workload.deployment(plan, wiring), pulumi.ResourceOptions.merge(child, patient)
        )
        if not plan.fixed:
            KubernetesObject(f"{name}-autoscaler", workload.autoscaler(plan, wiring), child)
        KubernetesObject(f"{name}-budget", workload.disruption_budget(plan, wiring), child)
        self.address = service.status.apply(load_balancer.address)
        self.register_outputs({"address": self.address})
