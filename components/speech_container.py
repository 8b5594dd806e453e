"""One Speech container in a cluster."""

import pulumi

from components.aks_cluster import inside
from components.container_args import ContainerArgs
from components.container_setup import ContainerSetup
from components.diarization_cache import DiarizationCache
from components.documents import KubernetesObject
from speech.manifests import ingress, jobs, load_balancer, workload
from speech.manifests.document import Document


class SpeechContainer(pulumi.ComponentResource):
    """Pods of one Speech container under one name.

    Creates: a ContainerSetup where it keeps something; a DiarizationCache where it needs one; a Service; a Deployment;
    unless the number of pods is fixed, an autoscaler; a disruption budget; an Ingress where the user's cluster has a
    class for it. In place of all that, of a container that runs to its end: a Job.
    """

    address: pulumi.Output[str | None] | None
    """Of its load balancer, where it has one."""

    def __init__(self, name: str, args: ContainerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:kubernetes:SpeechContainer", name, None, opts)
        self._name, self._args = name, args
        self._ready = list(args.needs)
        below = pulumi.ResourceOptions(parent=self)
        if args.plan.volumes:
            self._ready += ContainerSetup(name, args, below).ready
        if args.plan.cache:
            self._ready += DiarizationCache(name, args, below).ready
        self.address = None
        if args.plan.once:
            self._once()
        else:
            self.address = self._serving()
        self.register_outputs({"address": self.address})

    def _once(self) -> None:
        job = jobs.diagnosis(self._args.plan, self._args.wiring)
        self._made("run", job, jobs.longest_seconds(job))

    def _serving(self) -> pulumi.Output[str | None]:
        plan, wiring = self._args.plan, self._args.wiring
        # The provider waits for a Service's pods as well.
        service = self._made("service", workload.service(plan, wiring), plan.waits.create_seconds)
        self._made("deployment", workload.deployment(plan, wiring), plan.waits.create_seconds)
        if not plan.fixed:
            self._made("autoscaler", workload.autoscaler(plan, wiring))
        self._made("budget", workload.disruption_budget(plan, wiring))
        if wiring.behind_ingress:
            self._made("ingress", ingress.ingress(plan, wiring))
        return service.status.apply(load_balancer.address)

    def _made(self, role: str, document: Document, create_seconds: int | None = None) -> KubernetesObject:
        """An object of the container; with `create_seconds`, one whose pods the provider waits for."""
        waits = self._args.plan.waits
        patient = create_seconds and pulumi.CustomTimeouts(
            create=f"{create_seconds}s", update=f"{waits.update_seconds}s", delete=f"{waits.delete_seconds}s"
        )
        options = pulumi.ResourceOptions.merge(
            inside(self._args.cluster),
            pulumi.ResourceOptions(parent=self, depends_on=self._ready, custom_timeouts=patient or None),
        )
        return KubernetesObject(f"{self._name}-{role}", document, options)
