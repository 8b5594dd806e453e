"""The cache beside a container that tells speakers apart."""

import pulumi

from components.aks_cluster import inside
from components.container_args import ContainerArgs
from components.documents import KubernetesObject
from speech.manifests import cache


class DiarizationCache(pulumi.ComponentResource):
    """A Redis-compatible cache that forgets everything when it ends, for the pods of one container.

    Creates: a Service; a Deployment of one pod.
    """

    ready: list[pulumi.Resource]

    def __init__(self, name: str, args: ContainerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:kubernetes:DiarizationCache", name, None, opts)
        child = pulumi.ResourceOptions.merge(
            pulumi.ResourceOptions(parent=self, depends_on=args.needs), inside(args.cluster)
        )
        self.ready = [
            KubernetesObject(f"{name}-cache-{document['kind'].lower()}", document, child)
            for document in cache.documents(args.plan, args.wiring)
        ]
        self.register_outputs({})
