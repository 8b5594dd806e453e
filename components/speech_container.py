"""One Speech container in a cluster."""

import pulumi

from components.aks_cluster import inside
from components.container_args import ContainerArgs
from components.container_setup import ContainerSetup
from components.diarization_cache import DiarizationCache
from components.documents import KubernetesObject
from speech.capacity.plan import ContainerPlan
from speech.manifests import jobs, load_balancer, workload
from speech.manifests.document import Document


class SpeechContainer(pulumi.ComponentResource):
    """Pods of one Speech container under one name.

    Creates: a ContainerSetup where it keeps something; a DiarizationCache where it needs one; a Service; a Deployment;
    unless the number of pods is fixed, an autoscaler; a disruption budget; a Deployment that keeps places free, where
    the stack asks for it; an Ingress where the user's cluster has a class for it, or a route from the gateway, with
    limits where that is Envoy Gateway's. In place of all that, of a container that runs to its end: a Job.
    """

    address: pulumi.Output[str | None] | None
    """Of its load balancer, where it has one."""

    def __init__(self, name: str, args: ContainerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:kubernetes:SpeechContainer", name, None, opts)
        plan, below = args.plan, pulumi.ResourceOptions(parent=self)
        ready = list(args.needs)
        if plan.volumes:
            ready += ContainerSetup(name, args, below).ready
        if plan.cache:
            ready += DiarizationCache(name, args, below).ready
        child = pulumi.ResourceOptions.merge(
            pulumi.ResourceOptions(parent=self, depends_on=ready), inside(args.cluster)
        )
        made = {
            role: KubernetesObject(
                f"{name}-{role}", document, pulumi.ResourceOptions.merge(child, _patience(plan, role, document))
            )
            for role, document in workload.documents(plan, args.wiring).items()
        }
        self.address = made["service"].status.apply(load_balancer.address) if "service" in made else None
        self.register_outputs({"address": self.address})


def _patience(plan: ContainerPlan, role: str, document: Document) -> pulumi.ResourceOptions:
    """How long the provider waits for pods: those of a Service, too."""
    if role not in {"service", "deployment", "run"}:
        return pulumi.ResourceOptions()
    create = jobs.longest_seconds(document) if role == "run" else plan.waits.create_seconds
    return pulumi.ResourceOptions(
        custom_timeouts=pulumi.CustomTimeouts(
            create=f"{create}s", update=f"{plan.waits.update_seconds}s", delete=f"{plan.waits.delete_seconds}s"
        )
    )
