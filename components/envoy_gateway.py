"""Envoy Gateway in a cluster, by its chart."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from components.aks_cluster import inside
from components.documents import KubernetesObject
from speech.manifests.document import Document


class HelmRelease(pulumi.CustomResource):
    """A chart that the provider installs as Helm does, with its hooks and definitions."""

    def __init__(self, name: str, inputs: Mapping[str, Any], opts: pulumi.ResourceOptions) -> None:
        super().__init__("kubernetes:helm.sh/v3:Release", name, {**inputs, "status": None}, opts)


@dataclass(frozen=True, kw_only=True, slots=True)
class EnvoyGatewayArgs:
    """Its namespace, what pulls its images, the chart, and the class that gateways name."""

    namespace: Document
    pull_secret: Document | None
    release: Mapping[str, Any]
    gateway_class: Document
    cluster: pulumi.Resource | None
    """None where the stack did not make it."""


class EnvoyGateway(pulumi.ComponentResource):
    """The controller of a gateway.

    Creates: a namespace; a Secret where a registry asks who pulls; a Helm release, one resource for all that the chart
    brings (its definitions stay when it goes, as Helm leaves them); a GatewayClass.
    """

    ready: list[pulumi.Resource]
    """What a gateway needs. The class goes only when its gateways have: the controller holds it."""

    def __init__(self, name: str, args: EnvoyGatewayArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:kubernetes:EnvoyGateway", name, None, opts)
        child = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(parent=self), inside(args.cluster))

        def after(*made: pulumi.Resource) -> pulumi.ResourceOptions:
            return pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=made))

        needed: list[pulumi.Resource] = [KubernetesObject(f"{name}-envoy-namespace", args.namespace, child)]
        if args.pull_secret:
            needed.append(KubernetesObject(f"{name}-envoy-pull", args.pull_secret, after(*needed)))
        release = HelmRelease(f"{name}-envoy-release", args.release, after(*needed))
        self.ready = [KubernetesObject(f"{name}-envoy-class", args.gateway_class, after(release))]
        self.register_outputs({})
