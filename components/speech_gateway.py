"""The gateway before the containers of a cluster."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.aks_cluster import inside
from components.documents import KubernetesObject
from speech.manifests.document import Document


@dataclass(frozen=True, kw_only=True, slots=True)
class SpeechGatewayArgs:
    """Its documents by role, in the order of their making."""

    documents: Mapping[str, Document]
    cluster: pulumi.Resource | None
    """None where the stack did not make it."""
    needs: list[pulumi.Resource]


class SpeechGateway(pulumi.ComponentResource):
    """One address before all containers.

    Creates: a Gateway; before it, where its class is one of Envoy Gateway's, an EnvoyProxy, a ClientTrafficPolicy and a
    SecurityPolicy; where a vault has its certificate, a SecretProviderClass, a Deployment that mounts it, its budget.
    """

    ready: list[pulumi.Resource]
    """It goes after the containers, which still have streams."""

    def __init__(self, name: str, args: SpeechGatewayArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:kubernetes:SpeechGateway", name, None, opts)
        child = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(parent=self), inside(args.cluster))
        self.ready = []
        for role, document in args.documents.items():
            later = pulumi.ResourceOptions(depends_on=[*args.needs, *self.ready])
            self.ready.append(
                KubernetesObject(f"{name}-gateway-{role}", document, pulumi.ResourceOptions.merge(child, later))
            )
        self.register_outputs({})
