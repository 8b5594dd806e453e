"""Everything that a stack makes, wired once."""

from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_azure_native import authorization, resources

from components import aks_bodies
from components.account_diagnostics import AccountDiagnostics, AccountDiagnosticsArgs
from components.aks_cluster import AksCluster, AksClusterArgs
from components.cluster_network import ClusterNetwork, ClusterNetworkArgs
from components.deleted_account import restored
from components.existing_account import ExistingAccount, existing_account
from components.key_reader import KeyReader, KeyReaderArgs
from components.key_vault import KeyVault, KeyVaultArgs
from components.maintenance import MaintenanceWindows, MaintenanceWindowsArgs
from components.private_link import PrivateLink, PrivateLinkArgs
from components.speech_account import SpeechAccount, SpeechAccountArgs
from components.speech_pool import SpeechPool, SpeechPoolArgs
from components.speech_workloads import SpeechWorkloads, SpeechWorkloadsArgs
from speech.capacity.plan import Plan
from speech.catalog.regions import clouds, region
from speech.manifests import outputs
from speech.manifests.egress import no_proxy
from speech.manifests.keys import SERVICE_ACCOUNT, VaultAccess, secret_name
from speech.settings.stack import Environment, Stack
from speech.settings.target import AksTarget


@dataclass(frozen=True, kw_only=True, slots=True)
class SpeechPlatformArgs:
    """What the stack file says, and what was planned from it."""

    stack: Stack
    target: AksTarget
    plan: Plan


class SpeechPlatform(pulumi.ComponentResource):
    """A Speech account, a cluster to run in, and every container of the stack file.

    Creates: a resource group, and in it the components that this file imports.
    """

    outputs: dict[str, Any]
    """The stack's outputs, as design and README list them."""

    def __init__(self, name: str, args: SpeechPlatformArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:platform:SpeechPlatform", name, None, opts)
        self._name, self._stack, self._plan, self._target = name, args.stack, args.plan, args.target
        self._child = pulumi.ResourceOptions(parent=self)
        self._tags = {
            "environment": str(self._stack.environment),
            "managed-by": "speech-containers",
            **self._stack.tags,
        }
        self._client = authorization.get_client_config_output()
        self._group = resources.ResourceGroup(
            f"{name}-group",
            resource_group_name=self._plan.names["resource_group"],
            location=self._stack.location,
            tags=self._tags,
            opts=self._child,
        ).name
        network = self._network()
        account = self._account(network)
        vault = self._vault(account)
        aks = self._cluster(network)
        pools = self._pools(aks, network)
        reader = self._reader(vault, aks)
        links = self._private_links(network, account, vault)
        if account.account_id is not None:
            self._diagnostics(account.account_id)
        workloads = self._workloads(account, vault, aks, pools, [*reader.ready, *links], reader.client_id)
        self.outputs = {
            "endpoint": account.endpoint,
            "account_id": account.account_id,
            "containers": pulumi.Output.all(**workloads.addresses).apply(
                lambda found: outputs.containers(self._plan, found)
            ),
            "pairs": {},
            "egress": account.endpoint.apply(lambda endpoint: outputs.egress(self._stack, endpoint)),
            "no_proxy": no_proxy(self._stack),
            "outbound_ip": network.outbound_ip,
            "monthly_cost_usd": outputs.monthly_cost(self._plan),
            "keys": pulumi.Output.secret({"key1": account.keys.key1, "key2": account.keys.key2}),
            "kubeconfig": aks.kubeconfig,
        }
        self.register_outputs({})

    def _network(self) -> ClusterNetwork:
        wants_endpoint = self._stack.account.service_endpoint
        args = ClusterNetworkArgs(
            resource_group=self._group,
            network_name=self._plan.names["network"],
            addresses=self._plan.addresses,
            service_endpoints=("Microsoft.CognitiveServices",) if wants_endpoint else (),
            private_endpoints=self._stack.account.private_endpoint,
            zones=self._target.zones,
            tags=self._tags,
        )
        return ClusterNetwork(self._name, args, self._child)

    def _account(self, network: ClusterNetwork) -> SpeechAccount | ExistingAccount:
        if self._stack.account.mode == "existing":
            return existing_account(self._stack.account)
        group, account = self._plan.names["resource_group"], self._plan.names["account"]
        settings, location = self._stack.account, self._stack.location
        args = SpeechAccountArgs(
            resource_group=self._group,
            account_name=account,
            location=location,
            settings=settings,
            restore=restored(group, account, location, settings.on_soft_deleted),
            outbound_ip=network.outbound_ip,
            subnet_id=network.nodes_subnet_id,
            tags=self._tags,
        )
        return SpeechAccount(self._name, args, self._child)

    def _vault(self, account: SpeechAccount | ExistingAccount) -> KeyVault:
        args = KeyVaultArgs(
            resource_group=self._group,
            tenant_id=self._client.apply(lambda found: found.tenant_id),
            keys=account.keys,
            purge_protection=self._stack.environment is Environment.PROD,
            private=self._stack.account.private_endpoint,
            tags=self._tags,
        )
        return KeyVault(self._name, args, self._child)

    def _cluster(self, network: ClusterNetwork) -> AksCluster:
        args = AksClusterArgs(
            resource_group=self._group,
            cluster_name=self._plan.names["cluster"],
            identity_name=self._plan.names["control_plane"],
            settings=self._target,
            system_pool=self._plan.system_pool,
            drain_seconds=self._plan.drain.grace_seconds,
            network_id=network.network_id,
            subnet_id=network.nodes_subnet_id,
            outbound_ip=network.outbound_ip,
            tags=self._tags,
        )
        aks = AksCluster(self._name, args, self._child)
        windows = MaintenanceWindowsArgs(
            resource_group=self._group, cluster=aks.cluster, window=self._target.maintenance
        )
        MaintenanceWindows(self._name, windows, self._child)
        return aks

    def _pools(self, aks: AksCluster, network: ClusterNetwork) -> list[pulumi.Resource]:
        return [
            SpeechPool(
                f"{self._name}-{pool.name}",
                SpeechPoolArgs(
                    resource_group=self._group,
                    cluster=aks.cluster,
                    pool=pool,
                    version=aks_bodies.node_version(self._target),
                    subnet_id=network.nodes_subnet_id,
                    drain_minutes=self._plan.drain.pool_minutes,
                    tags=self._tags,
                ),
                self._child,
            ).pool
            for pool in self._plan.node_pools
        ]

    def _reader(self, vault: KeyVault, aks: AksCluster) -> KeyReader:
        args = KeyReaderArgs(
            resource_group=self._group,
            identity_name=self._plan.names["identity"],
            vault_id=vault.vault_id,
            oidc_issuer=aks.oidc_issuer,
            subject=f"system:serviceaccount:{self._plan.names['namespace']}:{SERVICE_ACCOUNT}",
            tags=self._tags,
        )
        return KeyReader(self._name, args, self._child)

    def _private_links(
        self, network: ClusterNetwork, account: SpeechAccount | ExistingAccount, vault: KeyVault
    ) -> list[pulumi.Resource]:
        if network.endpoints_subnet_id is None or not isinstance(account, SpeechAccount):
            return []
        found = region(self._stack.location)
        zones = (found.cloud if found else clouds()["public"]).private_dns
        ready: list[pulumi.Resource] = []
        for group, target in (("account", account.account_id), ("vault", vault.vault_id)):
            args = PrivateLinkArgs(
                resource_group=self._group,
                endpoint_name=self._plan.names[f"{group}_endpoint"],
                target_id=target,
                group_id=group,
                zone=zones[group],
                network_id=network.network_id,
                subnet_id=network.endpoints_subnet_id,
                needs=ready,
                tags=self._tags,
            )
            ready = [*ready, *PrivateLink(f"{self._name}-{group}", args, self._child).ready]
        return ready

    def _diagnostics(self, account_id: pulumi.Output[str]) -> None:
        monitoring = self._stack.monitoring
        if monitoring.workspace_id is None and not monitoring.create_workspace:
            return
        args = AccountDiagnosticsArgs(
            resource_group=self._group,
            workspace_name=self._plan.names["workspace"],
            setting_name=self._plan.names["resource_group"],
            account_id=account_id,
            settings=monitoring,
            tags=self._tags,
        )
        AccountDiagnostics(self._name, args, self._child)

    def _workloads(
        self,
        account: SpeechAccount | ExistingAccount,
        vault: KeyVault,
        aks: AksCluster,
        pools: list[pulumi.Resource],
        key_path: list[pulumi.Resource],
        client_id: pulumi.Output[str],
    ) -> SpeechWorkloads:
        active_key = self._stack.billing.active_key
        version = vault.key_versions[active_key]
        args = SpeechWorkloadsArgs(
            plan=self._plan,
            access=VaultAccess(
                vault=vault.vault_name,
                client_id=client_id,
                tenant_id=self._client.apply(lambda found: found.tenant_id),
                active_key=active_key,
                secret=version.apply(lambda found: secret_name(active_key, found)),
            ),
            billing=account.endpoint,
            key_version=version,
            cluster=aks.cluster,
            key_path=key_path,
            nodes=pools,
        )
        in_cluster = pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(providers=[aks.provider]))
        return SpeechWorkloads(self._name, args, in_cluster)
