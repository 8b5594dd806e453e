"""GPUs of a cluster of the stack's own, made known to pods."""

from dataclasses import dataclass

import pulumi

from components.aks_cluster import inside
from components.documents import KubernetesObject
from speech.manifests import device_plugin


@dataclass(frozen=True, kw_only=True, slots=True)
class DevicePluginArgs:
    """The plugin's image, and the cluster."""

    image: str
    cluster: pulumi.Resource | None
    """None where the stack did not make it."""


class DevicePlugin(pulumi.ComponentResource):
    """NVIDIA's device plugin, without which no pod gets a GPU.

    Creates: a namespace; a DaemonSet.
    """

    ready: list[pulumi.Resource]

    def __init__(self, name: str, args: DevicePluginArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:kubernetes:DevicePlugin", name, None, opts)
        child = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(parent=self), inside(args.cluster))
        namespace, plugin = device_plugin.documents(args.image)
        made = KubernetesObject(f"{name}-gpu-namespace", namespace, child)
        later = pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=[made]))
        self.ready = [KubernetesObject(f"{name}-gpu-plugin", plugin, later)]
        self.register_outputs({})
