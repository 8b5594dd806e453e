"""The managed cluster."""

import base64
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import containerservice
from pulumi_kubernetes import Provider

from speech.capacity.nodes import MAX_PODS
from speech.capacity.plan import NodePool
from speech.settings.target import AksTarget


@dataclass(frozen=True, kw_only=True, slots=True)
class AksClusterArgs:
    """The cluster as the settings want it, and the plan of its system pool."""

    resource_group: pulumi.Output[str]
    cluster_name: str
    settings: AksTarget
    system_pool: NodePool
    tags: dict[str, str]


class AksCluster(pulumi.ComponentResource):
    """A cluster with a system pool of its own, on which no Speech container runs.

    Creates: a managed cluster (overlay network with Cilium, OIDC issuer, workload identity, Key Vault secrets add-on);
    a Kubernetes provider for it.
    """

    cluster: containerservice.ManagedCluster
    name: pulumi.Output[str]
    oidc_issuer: pulumi.Output[str]
    kubeconfig: pulumi.Output[str]
    provider: Provider

    def __init__(self, name: str, args: AksClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:aks:AksCluster", name, None, opts)
        self.cluster = containerservice.ManagedCluster(
            f"{name}-cluster",
            resource_group_name=args.resource_group,
            resource_name_=args.cluster_name,
            kubernetes_version=args.settings.version,
            dns_prefix=args.cluster_name,
            sku=containerservice.ManagedClusterSKUArgs(name="Base", tier=args.settings.tier),
            identity=containerservice.ManagedClusterIdentityArgs(
                type=containerservice.ResourceIdentityType.SYSTEM_ASSIGNED
            ),
            agent_pool_profiles=[_system_pool(args.system_pool)],
            network_profile=_network(),
            oidc_issuer_profile=containerservice.ManagedClusterOIDCIssuerProfileArgs(enabled=True),
            security_profile=containerservice.ManagedClusterSecurityProfileArgs(
                workload_identity=containerservice.ManagedClusterSecurityProfileWorkloadIdentityArgs(enabled=True)
            ),
            addon_profiles={
                "azureKeyvaultSecretsProvider": containerservice.ManagedClusterAddonProfileArgs(
                    enabled=True, config={"enableSecretRotation": "true", "rotationPollInterval": "2m"}
                )
            },
            enable_rbac=True,
            tags=args.tags,
            # Azure lists every pool here, the Speech pools and their moving counts, too: none of that is drift. The
            # price: the system pool is what it was made as (its size could not be changed in place anyway).
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["agentPoolProfiles"]),
        )
        self.name = self.cluster.name
        self.oidc_issuer = self.cluster.oidc_issuer_profile.apply(lambda profile: profile.issuer_url if profile else "")
        # The function answers in plain text.
        credentials: pulumi.Output[containerservice.ListManagedClusterAdminCredentialsResult] = pulumi.Output.secret(
            containerservice.list_managed_cluster_admin_credentials_output(
                resource_group_name=args.resource_group, resource_name=self.cluster.name
            )
        )
        self.kubeconfig = credentials.apply(lambda found: base64.b64decode(found.kubeconfigs[0].value).decode())
        self.provider = Provider(
            f"{name}-kubernetes",
            kubeconfig=self.kubeconfig,
            # Else a preview in which the cluster changes, and its kubeconfig is unknown, replaces every object in it.
            cluster_identifier=args.cluster_name,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({"name": self.name, "oidcIssuer": self.oidc_issuer})


def inside(cluster: pulumi.Resource) -> pulumi.ResourceOptions:
    """Options of what lives in a cluster: it goes with it, its API unasked, and comes anew with a new one."""
    return pulumi.ResourceOptions(deleted_with=cluster, replace_with=[cluster])


def _system_pool(pool: NodePool) -> containerservice.ManagedClusterAgentPoolProfileArgs:
    return containerservice.ManagedClusterAgentPoolProfileArgs(
        name=pool.name,
        mode=containerservice.AgentPoolMode.SYSTEM,
        type=containerservice.AgentPoolType.VIRTUAL_MACHINE_SCALE_SETS,
        vm_size=pool.vm_size,
        count=pool.nodes.min,
        os_type=containerservice.OSType.LINUX,
        os_sku=containerservice.OSSKU.AZURE_LINUX,
        os_disk_size_gb=pool.os_disk_gib,
        max_pods=MAX_PODS,
        availability_zones=list(pool.zones) or None,
        node_taints=["CriticalAddonsOnly=true:NoSchedule"],
        upgrade_settings=containerservice.AgentPoolUpgradeSettingsArgs(max_surge="1"),
    )


def _network() -> containerservice.ContainerServiceNetworkProfileArgs:
    return containerservice.ContainerServiceNetworkProfileArgs(
        network_plugin=containerservice.NetworkPlugin.AZURE,
        network_plugin_mode=containerservice.NetworkPluginMode.OVERLAY,
        network_dataplane=containerservice.NetworkDataplane.CILIUM,
        network_policy=containerservice.NetworkPolicy.CILIUM,
        load_balancer_sku=containerservice.LoadBalancerSku.STANDARD,
        outbound_type=containerservice.OutboundType.LOAD_BALANCER,
        pod_cidr="10.244.0.0/16",
        service_cidr="10.0.0.0/16",
        dns_service_ip="10.0.0.10",
    )
