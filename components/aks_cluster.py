"""The managed cluster."""

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import containerservice
from pulumi_kubernetes import Provider

from components import aks_bodies
from components.cluster_access import kubeconfig
from components.identity import IdentityArgs, identity_with_role
from components.role import NETWORK_CONTRIBUTOR
from speech.capacity.plan import NodePool
from speech.settings.target import AksTarget


@dataclass(frozen=True, kw_only=True, slots=True)
class AksClusterArgs:
    """The cluster as the settings want it, the plan of its system pool, and the network it joins."""

    resource_group: pulumi.Output[str]
    cluster_name: str
    identity_name: str
    settings: AksTarget
    system_pool: NodePool
    drain_seconds: int
    """How long the autoscaler waits for streams on a node that it takes away."""
    joins: pulumi.Output[str]
    """The network that the control plane may change, or the one subnet of it."""
    subnet_id: pulumi.Output[str]
    keda: containerservice.ManagedClusterWorkloadAutoScalerProfileArgs | None
    outbound_ip: pulumi.Output[str] | None
    """The address from which the nodes call; let in wherever the API server asks for addresses."""
    tags: dict[str, str]


class AksCluster(pulumi.ComponentResource):
    """A cluster with a system pool of its own, on which no Speech container runs.

    Creates: the control plane's identity and its role on the network; a managed cluster (overlay network with Cilium,
    OIDC issuer, workload identity, Key Vault secrets add-on, KEDA where it scales something); a Kubernetes provider.
    """

    cluster: containerservice.ManagedCluster
    oidc_issuer: pulumi.Output[str]
    kubelet_principal: pulumi.Output[str]
    """As whom the nodes pull images."""
    kubeconfig: pulumi.Output[str]
    provider: Provider

    def __init__(self, name: str, args: AksClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:aks:AksCluster", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        control_plane = IdentityArgs(
            resource_group=args.resource_group,
            identity_name=args.identity_name,
            role=NETWORK_CONTRIBUTOR,
            scope=args.joins,
            purpose="network",
            tags=args.tags,
        )
        made = identity_with_role(f"{name}-control-plane", f"{name}-control-plane-network", control_plane, child)
        settings = args.settings
        self.cluster = containerservice.ManagedCluster(
            f"{name}-cluster",
            resource_group_name=args.resource_group,
            resource_name_=args.cluster_name,
            kubernetes_version=settings.version,
            dns_prefix=args.cluster_name,
            sku=containerservice.ManagedClusterSKUArgs(name="Base", tier=settings.tier),
            identity=containerservice.ManagedClusterIdentityArgs(
                type=containerservice.ResourceIdentityType.USER_ASSIGNED, user_assigned_identities=[made.identity.id]
            ),
            agent_pool_profiles=[aks_bodies.system_pool(args.system_pool, args.subnet_id)],
            network_profile=aks_bodies.network(settings),
            api_server_access_profile=aks_bodies.api_server(settings, args.outbound_ip),
            auto_scaler_profile=aks_bodies.autoscaler(args.drain_seconds),
            auto_upgrade_profile=containerservice.ManagedClusterAutoUpgradeProfileArgs(
                upgrade_channel=settings.upgrade_channel, node_os_upgrade_channel=settings.node_os_upgrade_channel
            ),
            oidc_issuer_profile=containerservice.ManagedClusterOIDCIssuerProfileArgs(enabled=True),
            security_profile=aks_bodies.security(settings),
            workload_auto_scaler_profile=args.keda,
            addon_profiles={"azureKeyvaultSecretsProvider": aks_bodies.key_vault_secrets()},
            enable_rbac=True,
            disable_local_accounts=settings.authentication == "entra",
            aad_profile=aks_bodies.entra(settings),
            tags=args.tags,
            opts=pulumi.ResourceOptions.merge(
                child,
                pulumi.ResourceOptions(
                    depends_on=[made.role],
                    # Azure lists every pool here, the Speech pools and their moving counts, too: none of that is drift.
                    # The price: the system pool stays what it was made as (in place only its count could change).
                    ignore_changes=["agentPoolProfiles", *aks_bodies.moved_by_upgrades(settings)],
                ),
            ),
        )
        self.oidc_issuer = self.cluster.oidc_issuer_profile.apply(
            lambda profile: (profile.issuer_url if profile else None) or ""
        )
        self.kubelet_principal = self.cluster.identity_profile.apply(
            lambda profile: (profile["kubeletidentity"].object_id if profile else None) or ""
        )
        self.kubeconfig = kubeconfig(settings, args.resource_group, self.cluster.name)
        self.provider = Provider(
            f"{name}-kubernetes",
            kubeconfig=self.kubeconfig,
            # Else a preview in which the cluster changes, and its kubeconfig is unknown, replaces every object in it.
            cluster_identifier=args.cluster_name,
            # A log-in at a registry changes in place: pods that run need no new image.
            enable_secret_mutable=True,
            opts=child,
        )
        self.register_outputs({"name": self.cluster.name, "oidcIssuer": self.oidc_issuer})


def inside(cluster: pulumi.Resource | None) -> pulumi.ResourceOptions:
    """Options of what lives in a cluster: it goes with it, its API unasked, and comes anew with a new one.

    None: a cluster that is not the stack's own, and stays.
    """
    if cluster is None:
        return pulumi.ResourceOptions()
    return pulumi.ResourceOptions(deleted_with=cluster, replace_with=[cluster])
