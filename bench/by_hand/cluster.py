"""The cluster of one region, its Speech pool, and who may do what."""

import base64
import uuid
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes
from pulumi_azure_native import authorization, containerservice, managedidentity, network

from bench.by_hand.account import Account
from bench.by_hand.region import Pool, Region

KEY_VAULT_SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"
NETWORK_CONTRIBUTOR = "4d97b98b-1d4f-4787-a291-c67834d212e7"
POOL_LABEL = "speech-containers/pool"


@dataclass(frozen=True)
class Cluster:
    """What the workload needs."""

    cluster: containerservice.ManagedCluster
    kubeconfig: pulumi.Output[str]
    provider: kubernetes.Provider
    pool: containerservice.AgentPool
    client_id: pulumi.Output[str]
    key_path: list[pulumi.Resource]


def cluster(
    region: Region,
    group: pulumi.Output[str],
    vnet: network.VirtualNetwork,
    nodes: network.Subnet,
    account: Account,
) -> Cluster:
    """Cluster, pool, and the identity as which pods read the key."""
    made = _managed(region, group, vnet, nodes)
    _maintenance(region, group, made)
    pool = _pool(region, group, made, nodes)
    admins: pulumi.Output[containerservice.ListManagedClusterAdminCredentialsResult] = pulumi.Output.secret(
        containerservice.list_managed_cluster_admin_credentials_output(
            resource_group_name=group, resource_name=made.name
        )
    )
    kubeconfig = admins.apply(lambda found: base64.b64decode(found.kubeconfigs[0].value).decode())
    reader = _identity(f"{region.prefix}-identity", f"id-speech-{region.place}", region, group)
    role = _role(f"{region.prefix}-role", KEY_VAULT_SECRETS_USER, reader, account.vault.id, "keys")
    credential = managedidentity.FederatedIdentityCredential(
        f"{region.prefix}-credential",
        resource_group_name=group,
        resource_name_=reader.name,
        federated_identity_credential_resource_name="speech-pods",
        issuer=made.oidc_issuer_profile.apply(lambda profile: profile.issuer_url if profile else ""),
        subject="system:serviceaccount:speech:speech",
        audiences=["api://AzureADTokenExchange"],
    )
    provider = kubernetes.Provider(
        f"{region.prefix}-kubernetes",
        kubeconfig=kubeconfig,
        cluster_identifier=f"aks-speech-{region.place}",
        enable_secret_mutable=True,
    )
    return Cluster(made, kubeconfig, provider, pool, reader.client_id, [role, credential])


def _managed(
    region: Region, group: pulumi.Output[str], vnet: network.VirtualNetwork, nodes: network.Subnet
) -> containerservice.ManagedCluster:
    name = f"aks-speech-{region.place}"
    identity = _identity(f"{region.prefix}-control-plane", f"id-{name}", region, group)
    role = _role(f"{region.prefix}-control-plane-network", NETWORK_CONTRIBUTOR, identity, vnet.id, "network")
    return containerservice.ManagedCluster(
        f"{region.prefix}-cluster",
        resource_group_name=group,
        resource_name_=name,
        kubernetes_version="1.35",
        dns_prefix=name,
        sku=containerservice.ManagedClusterSKUArgs(name="Base", tier="Free"),
        identity=containerservice.ManagedClusterIdentityArgs(
            type=containerservice.ResourceIdentityType.USER_ASSIGNED, user_assigned_identities=[identity.id]
        ),
        agent_pool_profiles=[_system_pool(region.system, nodes)],
        network_profile=containerservice.ContainerServiceNetworkProfileArgs(
            network_plugin=containerservice.NetworkPlugin.AZURE,
            network_plugin_mode=containerservice.NetworkPluginMode.OVERLAY,
            network_dataplane=containerservice.NetworkDataplane.CILIUM,
            network_policy=containerservice.NetworkPolicy.CILIUM,
            load_balancer_sku=containerservice.LoadBalancerSku.STANDARD,
            outbound_type=containerservice.OutboundType.USER_ASSIGNED_NAT_GATEWAY,
            pod_cidr="10.244.0.0/16",
            service_cidr="10.0.0.0/16",
            dns_service_ip="10.0.0.10",
        ),
        api_server_access_profile=containerservice.ManagedClusterAPIServerAccessProfileArgs(
            authorized_ip_ranges=[], enable_private_cluster=False
        ),
        auto_scaler_profile=containerservice.ManagedClusterPropertiesAutoScalerProfileArgs(
            expander=containerservice.Expander.LEAST_WASTE,
            balance_similar_node_groups="true",
            max_graceful_termination_sec=str(region.grace_seconds),
            scale_down_unneeded_time="20m",
            skip_nodes_with_local_storage="false",
        ),
        auto_upgrade_profile=containerservice.ManagedClusterAutoUpgradeProfileArgs(
            upgrade_channel="patch", node_os_upgrade_channel="NodeImage"
        ),
        oidc_issuer_profile=containerservice.ManagedClusterOIDCIssuerProfileArgs(enabled=True),
        security_profile=containerservice.ManagedClusterSecurityProfileArgs(
            workload_identity=containerservice.ManagedClusterSecurityProfileWorkloadIdentityArgs(enabled=True),
            image_cleaner=containerservice.ManagedClusterSecurityProfileImageCleanerArgs(
                enabled=True, interval_hours=168
            ),
        ),
        addon_profiles={
            "azureKeyvaultSecretsProvider": containerservice.ManagedClusterAddonProfileArgs(
                enabled=True, config={"enableSecretRotation": "true", "rotationPollInterval": "2m"}
            )
        },
        enable_rbac=True,
        disable_local_accounts=False,
        tags=region.tags,
        opts=pulumi.ResourceOptions(depends_on=[role], ignore_changes=["agentPoolProfiles"]),
    )


def _system_pool(pool: Pool, nodes: network.Subnet) -> containerservice.ManagedClusterAgentPoolProfileArgs:
    return containerservice.ManagedClusterAgentPoolProfileArgs(
        name=pool.name,
        mode=containerservice.AgentPoolMode.SYSTEM,
        type=containerservice.AgentPoolType.VIRTUAL_MACHINE_SCALE_SETS,
        vm_size=pool.vm_size,
        count=pool.least,
        os_type=containerservice.OSType.LINUX,
        os_sku=containerservice.OSSKU.AZURE_LINUX,
        os_disk_size_gb=pool.disk_gib,
        os_disk_type=pool.disk_type,
        max_pods=30,
        vnet_subnet_id=nodes.id,
        node_taints=["CriticalAddonsOnly=true:NoSchedule"],
        upgrade_settings=containerservice.AgentPoolUpgradeSettingsArgs(max_surge=str(pool.surge)),
    )


def _pool(
    region: Region, group: pulumi.Output[str], cluster: containerservice.ManagedCluster, nodes: network.Subnet
) -> containerservice.AgentPool:
    pool = region.speech
    return containerservice.AgentPool(
        f"{region.prefix}-speech-pool",
        resource_group_name=group,
        resource_name_=cluster.name,
        agent_pool_name=pool.name,
        orchestrator_version="1.35",
        mode=containerservice.AgentPoolMode.USER,
        type=containerservice.AgentPoolType.VIRTUAL_MACHINE_SCALE_SETS,
        vm_size=pool.vm_size,
        count=pool.least,
        enable_auto_scaling=True,
        min_count=pool.least,
        max_count=pool.most,
        max_pods=30,
        vnet_subnet_id=nodes.id,
        os_type=containerservice.OSType.LINUX,
        os_sku=containerservice.OSSKU.AZURE_LINUX,
        os_disk_size_gb=pool.disk_gib,
        os_disk_type=pool.disk_type,
        node_labels={POOL_LABEL: pool.name},
        node_taints=[f"{POOL_LABEL}={pool.name}:NoSchedule"],
        upgrade_settings=containerservice.AgentPoolUpgradeSettingsArgs(
            max_surge=str(pool.surge), drain_timeout_in_minutes=region.drain_minutes
        ),
        tags=region.tags,
        opts=pulumi.ResourceOptions(
            ignore_changes=["count"],
            replace_on_changes=["availabilityZones", "osDiskType", "osDiskSizeGB"],
            delete_before_replace=False,
            deleted_with=cluster,
            replace_with=[cluster],
        ),
    )


def _maintenance(region: Region, group: pulumi.Output[str], cluster: containerservice.ManagedCluster) -> None:
    schedules = {"kubernetes": "aksManagedAutoUpgradeSchedule", "node-os": "aksManagedNodeOSUpgradeSchedule"}
    for what, schedule in schedules.items():
        containerservice.MaintenanceConfiguration(
            f"{region.prefix}-{what}-window",
            resource_group_name=group,
            resource_name_=cluster.name,
            config_name=schedule,
            maintenance_window=containerservice.MaintenanceWindowArgs(
                schedule=containerservice.ScheduleArgs(
                    weekly=containerservice.WeeklyScheduleArgs(day_of_week="Sunday", interval_weeks=1)
                ),
                start_time="02:00",
                duration_hours=4,
                utc_offset="+00:00",
            ),
            opts=pulumi.ResourceOptions(deleted_with=cluster, replace_with=[cluster]),
        )


def _identity(
    name: str, azure_name: str, region: Region, group: pulumi.Output[str]
) -> managedidentity.UserAssignedIdentity:
    return managedidentity.UserAssignedIdentity(
        name,
        resource_group_name=group,
        resource_name_=azure_name,
        tags=region.tags,
        opts=pulumi.ResourceOptions(ignore_changes=["tags"]),
    )


def _role(
    name: str, role: str, identity: managedidentity.UserAssignedIdentity, scope: pulumi.Output[str], what: str
) -> authorization.RoleAssignment:
    subscription = scope.apply(lambda found: found.split("/")[2])
    return authorization.RoleAssignment(
        name,
        scope=scope,
        role_definition_id=pulumi.Output.concat(
            "/subscriptions/", subscription, "/providers/Microsoft.Authorization/roleDefinitions/", role
        ),
        principal_id=identity.principal_id,
        principal_type=authorization.PrincipalType.SERVICE_PRINCIPAL,
        role_assignment_name=identity.id.apply(
            lambda found: str(uuid.uuid5(uuid.NAMESPACE_URL, f"{found}/{what}/{role}"))
        ),
        opts=pulumi.ResourceOptions(replace_on_changes=["roleDefinitionId"], delete_before_replace=True),
    )
