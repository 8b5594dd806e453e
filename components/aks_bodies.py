"""The parts of a managed cluster's request, each from the settings that decide it. Tested without an engine."""

import pulumi
from pulumi_azure_native import containerservice

from speech.capacity.addresses import DNS_SERVICE_IP, POD_CIDR, SERVICE_CIDR
from speech.capacity.nodes import MAX_PODS
from speech.capacity.plan import NodePool, Plan
from speech.settings.target import AksTarget

_OUTBOUND = {
    "nat-gateway": containerservice.OutboundType.USER_ASSIGNED_NAT_GATEWAY,
    "user-defined-routing": containerservice.OutboundType.USER_DEFINED_ROUTING,
}


def system_pool(pool: NodePool, subnet_id: pulumi.Input[str]) -> containerservice.ManagedClusterAgentPoolProfileArgs:
    """The one pool that is made with the cluster: for the cluster's own pods only."""
    return containerservice.ManagedClusterAgentPoolProfileArgs(
        name=pool.name,
        mode=containerservice.AgentPoolMode.SYSTEM,
        type=containerservice.AgentPoolType.VIRTUAL_MACHINE_SCALE_SETS,
        vm_size=pool.vm_size,
        count=pool.nodes.min,
        os_type=containerservice.OSType.LINUX,
        os_sku=containerservice.OSSKU.AZURE_LINUX,
        os_disk_size_gb=pool.disk.gib,
        os_disk_type=os_disk_type(pool),
        max_pods=MAX_PODS,
        vnet_subnet_id=subnet_id,
        availability_zones=list(pool.zones) or None,
        node_taints=["CriticalAddonsOnly=true:NoSchedule"],
        upgrade_settings=containerservice.AgentPoolUpgradeSettingsArgs(max_surge="1"),
    )


def os_disk_type(pool: NodePool) -> containerservice.OSDiskType:
    """On the node itself, or a managed disk beside it."""
    return containerservice.OSDiskType.EPHEMERAL if pool.disk.ephemeral else containerservice.OSDiskType.MANAGED


def network(settings: AksTarget) -> containerservice.ContainerServiceNetworkProfileArgs:
    """Pods have addresses of their own; Cilium carries and polices their traffic; the way out is the subnet's."""
    return containerservice.ContainerServiceNetworkProfileArgs(
        network_plugin=containerservice.NetworkPlugin.AZURE,
        network_plugin_mode=containerservice.NetworkPluginMode.OVERLAY,
        network_dataplane=containerservice.NetworkDataplane.CILIUM,
        network_policy=containerservice.NetworkPolicy.CILIUM,
        load_balancer_sku=containerservice.LoadBalancerSku.STANDARD,
        outbound_type=_OUTBOUND[settings.outbound],
        pod_cidr=POD_CIDR,
        service_cidr=SERVICE_CIDR,
        dns_service_ip=DNS_SERVICE_IP,
    )


def api_server(
    settings: AksTarget, outbound_ip: pulumi.Output[str] | None
) -> containerservice.ManagedClusterAPIServerAccessProfileArgs:
    """Who reaches the API server: nobody from outside, the ranges that are listed, or everybody with credentials.

    The nodes come to a public API server by the NAT gateway, whose address AKS, unlike a load balancer's, does not add
    to a list (api-server-authorized-ip-ranges, 2024-05-19).
    """
    if settings.private:
        return containerservice.ManagedClusterAPIServerAccessProfileArgs(
            enable_private_cluster=True, private_dns_zone="system", enable_private_cluster_public_fqdn=False
        )
    nodes = [pulumi.Output.concat(outbound_ip, "/32")] if settings.authorized_ip_ranges and outbound_ip else []
    return containerservice.ManagedClusterAPIServerAccessProfileArgs(
        authorized_ip_ranges=[*settings.authorized_ip_ranges, *nodes], enable_private_cluster=False
    )


def autoscaler(drain_seconds: int) -> containerservice.ManagedClusterPropertiesAutoScalerProfileArgs:
    """Takes nodes away late, and waits for their streams. Azure wants every one of these numbers as text."""
    return containerservice.ManagedClusterPropertiesAutoScalerProfileArgs(
        expander=containerservice.Expander.LEAST_WASTE,
        balance_similar_node_groups="true",
        max_graceful_termination_sec=str(drain_seconds),
        scale_down_unneeded_time="20m",
        # A Speech container keeps its key's mount on the node, nothing that is worth a node.
        skip_nodes_with_local_storage="false",
    )


def security(settings: AksTarget) -> containerservice.ManagedClusterSecurityProfileArgs:
    """Workload identity, by which pods come to their key, and the cleaner of unused images."""
    return containerservice.ManagedClusterSecurityProfileArgs(
        workload_identity=containerservice.ManagedClusterSecurityProfileWorkloadIdentityArgs(enabled=True),
        image_cleaner=containerservice.ManagedClusterSecurityProfileImageCleanerArgs(
            enabled=True, interval_hours=settings.image_cleaner_hours
        ),
    )


def key_vault_secrets() -> containerservice.ManagedClusterAddonProfileArgs:
    """The driver that mounts the billing key. Azure wants the values of `config` as text."""
    return containerservice.ManagedClusterAddonProfileArgs(
        enabled=True, config={"enableSecretRotation": "true", "rotationPollInterval": "2m"}
    )


def keda(plan: Plan) -> containerservice.ManagedClusterWorkloadAutoScalerProfileArgs | None:
    """KEDA, where a container scales by streams."""
    if all(container.target_streams is None for container in plan.containers):
        return None
    return containerservice.ManagedClusterWorkloadAutoScalerProfileArgs(
        keda=containerservice.ManagedClusterWorkloadAutoScalerProfileKedaArgs(enabled=True)
    )


def entra(settings: AksTarget) -> containerservice.ManagedClusterAADProfileArgs | None:
    """The groups that administer the cluster, where people and pipelines log in."""
    if settings.authentication != "entra":
        return None
    return containerservice.ManagedClusterAADProfileArgs(
        managed=True, enable_azure_rbac=False, admin_group_object_ids=list(settings.admin_group_ids)
    )


def node_version(settings: AksTarget) -> str | None:
    """Nodes follow the version of the stack file, unless a channel beyond patches moves it."""
    return None if moved_by_upgrades(settings) else settings.version


def moved_by_upgrades(settings: AksTarget) -> list[str]:
    """Properties that Azure itself changes: a channel beyond patches moves the Kubernetes version."""
    return ["kubernetesVersion"] if settings.upgrade_channel in {"stable", "rapid"} else []
