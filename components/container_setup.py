"""What a container's pods must find when they start."""

import pulumi

from components.aks_cluster import inside
from components.container_args import ContainerArgs
from components.documents import KubernetesObject
from speech.manifests import jobs, volumes
from speech.manifests.document import Document

_SLACK_SECONDS = 300


class ContainerSetup(pulumi.ComponentResource):
    """Volumes of one container, and what is fetched into them.

    Creates: a claim for each volume; a Job for each group of models, one after the other; a Job for the licence of a
    disconnected container. Another model or image is another volume and another Job: the old ones go when the pods have
    moved.
    """

    claims: list[pulumi.Resource]
    ready: list[pulumi.Resource]
    """What pods that serve have to wait for."""

    def __init__(self, name: str, args: ContainerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:kubernetes:ContainerSetup", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(parent=self), inside(args.cluster))
        self.claims = [self._claim(document) for document in volumes.claims(args.plan, args.wiring)]
        before = [*args.needs, *self.claims]
        self.ready = list(self.claims)
        for document in jobs.setup(args.plan, args.wiring):
            job = self._job(document, before)
            before = [*before, job]
            self.ready.append(job)
        self.register_outputs({})

    def _claim(self, document: Document) -> pulumi.Resource:
        # A claim stays until the last pod that mounts it has gone, and that one waits for its streams.
        patient = pulumi.CustomTimeouts(delete=f"{self._args.plan.waits.delete_seconds}s")
        options = pulumi.ResourceOptions(depends_on=self._args.needs, custom_timeouts=patient)
        return KubernetesObject(self._called(document), document, pulumi.ResourceOptions.merge(self._child, options))

    def _job(self, document: Document, before: list[pulumi.Resource]) -> pulumi.Resource:
        seconds = jobs.longest_seconds(document) + _SLACK_SECONDS
        options = pulumi.ResourceOptions(
            depends_on=before,
            custom_timeouts=pulumi.CustomTimeouts(create=f"{seconds}s", update=f"{seconds}s"),
            # Its name says what it fetched: another key, pool or size is no reason to fetch it again. One that failed
            # is replaced, and then gets the new ones.
            ignore_changes=["spec"],
        )
        return KubernetesObject(self._called(document), document, pulumi.ResourceOptions.merge(self._child, options))

    def _called(self, document: Document) -> str:
        return f"{self._name}-{document['metadata']['name'].removeprefix(f'{self._args.plan.name}-')}"
