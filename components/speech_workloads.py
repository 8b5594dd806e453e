"""Everything of a stack that runs in a cluster."""

from dataclasses import dataclass
from typing import Any

import pulumi

from components.aks_cluster import inside
from components.container_args import ContainerArgs
from components.device_plugin import DevicePlugin, DevicePluginArgs
from components.documents import KubernetesObject
from components.envoy_gateway import EnvoyGateway, EnvoyGatewayArgs
from components.kubernetes_secrets import KubernetesSecrets, KubernetesSecretsArgs, PodSecrets
from components.speech_container import SpeechContainer
from components.speech_gateway import SpeechGateway, SpeechGatewayArgs
from components.speech_namespace import SpeechNamespace, SpeechNamespaceArgs
from speech.capacity.plan import Plan
from speech.manifests import envoy_gateway, gateway, gateway_certificate, keys, spare
from speech.manifests.cluster import needs_device_plugin
from speech.manifests.keys import VaultAccess
from speech.manifests.policies import network_policies
from speech.manifests.wiring import Wiring


@dataclass(frozen=True, kw_only=True, slots=True)
class SpeechWorkloadsArgs:
    """The plan, and what pods need that is not in it."""

    plan: Plan
    wiring: Wiring
    """What the host knows of the pods' surroundings."""
    access: VaultAccess | None
    """The way to the key in the vault; None where Secrets hold it."""
    secrets: PodSecrets
    cluster: pulumi.Resource | None
    """None where the stack did not make it."""
    key_path: list[pulumi.Resource]
    """What must be there before a pod can read its key."""
    nodes: list[pulumi.Resource]
    """What must be there before a pod finds a node."""


class SpeechWorkloads(pulumi.ComponentResource):
    """The containers of a stack, and what they share, in one cluster.

    Creates: a SpeechNamespace; its KubernetesSecrets; a DevicePlugin where there are GPUs; a SpeechGateway where
    the stack asks for one, and an EnvoyGateway where it installs that; a PriorityClass where
    containers keep places free; a SpeechContainer each.
    """

    addresses: dict[str, pulumi.Output[str | None]]
    """By container, the address of its load balancer, where the stack asks for load balancers."""
    references: dict[str, Any]
    """What manifests refer to and only resources know: names and versions, no key. `speech render kubernetes` asks."""

    def __init__(self, name: str, args: SpeechWorkloadsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:kubernetes:SpeechWorkloads", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        plan, wired = args.plan, args.wiring
        namespace = SpeechNamespace(
            name,
            SpeechNamespaceArgs(
                namespace=wired.namespace,
                access=args.access,
                policies=network_policies(plan, wired),
                cluster=args.cluster,
                key_reader=args.key_path,
            ),
            child,
        )
        secrets = KubernetesSecrets(
            name,
            KubernetesSecretsArgs(
                namespace=wired.namespace, secrets=args.secrets, cluster=args.cluster, needs=[namespace.namespace]
            ),
            child,
        )
        plugin: list[pulumi.Resource] = []
        if needs_device_plugin(plan):
            plugin = DevicePlugin(
                name, DevicePluginArgs(image=plan.images.device_plugin, cluster=args.cluster), child
            ).ready
        entrance: list[pulumi.Resource] = []
        if documents := gateway.shared(wired):
            certificate = gateway_certificate.documents(wired, args.access)
            first = [*namespace.ready, *secrets.ready] if certificate else [namespace.namespace]
            documents, needs = {**certificate, **documents}, [*first, *self._controller(name, args, child)]
            entrance = SpeechGateway(
                name, SpeechGatewayArgs(documents=documents, cluster=args.cluster, needs=needs), child
            ).ready
        in_cluster = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(parent=self), inside(args.cluster))
        priority: list[pulumi.Resource] = [
            KubernetesObject(f"{name}-spare-priority", document, in_cluster)
            for document in spare.priority_class(plan, wired)
        ]
        self.references = _references(wired, args.access)
        self.addresses = {}
        for container in plan.containers:
            made = SpeechContainer(
                f"{name}-{container.name}",
                ContainerArgs(
                    plan=container,
                    wiring=wired,
                    cluster=args.cluster,
                    needs=[
                        *namespace.ready,
                        *secrets.ready,
                        *namespace.policies.get(container.name, []),
                        *args.nodes,
                        *(plugin if container.gpus else []),
                        *entrance,
                        *(priority if container.spare_pods else []),
                    ],
                ),
                child,
            )
            if plan.exposure.load_balancer and made.address is not None:
                self.addresses[container.name] = made.address
        self.register_outputs({})

    def _controller(self, name: str, args: SpeechWorkloadsArgs, opts: pulumi.ResourceOptions) -> list[pulumi.Resource]:
        """Of the gateway, where the stack installs one."""
        entrance, login = args.plan.exposure.entrance, args.secrets.pull
        if entrance is None or not entrance.gateway.install:
            return []
        made = EnvoyGatewayArgs(
            namespace=envoy_gateway.namespace(),
            pull_secret=None if login is None else keys.pull_secret(envoy_gateway.NAMESPACE, login.apply(keys.encoded)),
            release=envoy_gateway.release(args.wiring, entrance.gateway.chart),
            gateway_class=envoy_gateway.gateway_class(entrance.gateway.class_name),
            cluster=args.cluster,
        )
        return EnvoyGateway(name, made, opts).ready


def _references(wired: Wiring, access: VaultAccess | None) -> dict[str, Any]:
    found = {
        "key_version": wired.key_version,
        "secret": wired.secret,
        "secrets": dict(wired.secrets),
        "model_billing": wired.model_billing,
        "model_secret": wired.model_secret,
    }
    if access is not None:
        found |= {"vault": access.vault, "client_id": access.client_id, "tenant_id": access.tenant_id}
    return found
