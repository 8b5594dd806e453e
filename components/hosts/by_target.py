"""The host of a target."""

from components.hosts.aks import AksHost
from components.hosts.container_instances import ContainerInstancesHost
from components.hosts.docker import DockerHost
from components.hosts.host import Host, Surroundings
from components.hosts.kubernetes import KubernetesHost
from speech.settings.target import AksTarget, ContainerInstancesTarget, DockerTarget, KubernetesTarget


def host_of(around: Surroundings) -> Host:
    """The place that the stack file names, begun: what must stand before the account does."""
    target, system_pool = around.stack.target, around.plan.system_pool
    if isinstance(target, AksTarget) and system_pool is not None:
        return AksHost(around, target, system_pool)
    if isinstance(target, KubernetesTarget):
        return KubernetesHost(around, target)
    if isinstance(target, ContainerInstancesTarget):
        return ContainerInstancesHost(around, target)
    if isinstance(target, DockerTarget):
        return DockerHost(around)
    raise NotImplementedError(target.kind)
