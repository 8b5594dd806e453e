"""A cluster of the stack's own, in a network of its own."""

from dataclasses import dataclass

import pulumi

from components import aks_bodies
from components.aks_cluster import AksCluster, AksClusterArgs
from components.cluster_network import ClusterNetwork, ClusterNetworkArgs
from components.existing_account import ExistingAccount
from components.existing_network import existing_network
from components.hosts.cluster_wiring import wired
from components.hosts.host import Deployed, Surroundings
from components.hosts.private_links import private_links
from components.key_reader import KeyReader, KeyReaderArgs
from components.key_vault import KeyVault
from components.kubernetes_secrets import pod_secrets
from components.maintenance import MaintenanceWindows, MaintenanceWindowsArgs
from components.role import ACR_PULL, Role
from components.speech_account import SpeechAccount
from components.speech_pool import SpeechPool, SpeechPoolArgs
from components.speech_workloads import SpeechWorkloads, SpeechWorkloadsArgs
from speech.capacity.plan import NodePool
from speech.manifests.keys import SERVICE_ACCOUNT, VaultAccess
from speech.settings.target import AksTarget


@dataclass(frozen=True, slots=True)
class _Network:
    """Where the nodes are, made by the stack or given by the user."""

    network_id: pulumi.Output[str]
    nodes_subnet_id: pulumi.Output[str]
    endpoints_subnet_id: pulumi.Output[str] | None
    outbound_ip: pulumi.Output[str] | None
    """Known of the stack's own network alone."""
    joins: pulumi.Output[str]
    """What the cluster's control plane may change: the whole network, or one subnet of the user's."""

    @classmethod
    def made(cls, around: Surroundings, target: AksTarget) -> "_Network":
        """A network of the stack's own."""
        args = ClusterNetworkArgs(
            resource_group=around.resource_group,
            network_name=around.plan.names["network"],
            addresses=around.plan.addresses,
            service_endpoints=("Microsoft.CognitiveServices",) if around.stack.account.service_endpoint else (),
            private_endpoints=around.stack.account.private_endpoint,
            zones=target.zones,
            tags=around.tags,
        )
        own = ClusterNetwork(around.name, args, around.child)
        return cls(own.network_id, own.nodes_subnet_id, own.endpoints_subnet_id, own.outbound_ip, own.network_id)

    @classmethod
    def given(cls, around: Surroundings, target: AksTarget) -> "_Network":
        """Subnets of the user's."""
        theirs = existing_network(target.subnet_id or "", around.stack.network.endpoints_subnet_id)
        return cls(theirs.network_id, theirs.subnet_id, theirs.endpoints_subnet_id, None, theirs.subnet_id)


class AksHost:
    """Makes a network, and in it a cluster with pools, the way of pods to their keys, and the workloads."""

    outbound_ip: pulumi.Output[str] | None
    subnet_id: pulumi.Output[str] | None

    def __init__(self, around: Surroundings, target: AksTarget, system_pool: NodePool) -> None:
        self._around, self._target, self._system_pool = around, target, system_pool
        self._network = _Network.given(around, target) if target.subnet_id else _Network.made(around, target)
        self.outbound_ip, self.subnet_id = self._network.outbound_ip, self._network.nodes_subnet_id

    def deploy(self, account: SpeechAccount | ExistingAccount, vault: KeyVault) -> Deployed:
        """Cluster, pools, key path, workloads."""
        aks, network = self._cluster(), self._network
        pools = self._pools(aks)
        reader = self._reader(vault, aks)
        links = private_links(self._around, account, vault, network.network_id, network.endpoints_subnet_id)
        nodes = [*pools, *self._pull_access(aks)]
        workloads = self._workloads(
            account, vault, aks, nodes, [*reader.ready, *links, *account.plans], reader.client_id
        )
        return Deployed(
            addresses=workloads.addresses,
            outputs={
                **({"outbound_ip": network.outbound_ip} if network.outbound_ip else {}),
                "kubeconfig": aks.kubeconfig,
                "references": workloads.references,
            },
            node_groups=(aks.cluster.node_resource_group,),
        )

    def _cluster(self) -> AksCluster:
        around = self._around
        args = AksClusterArgs(
            resource_group=around.resource_group,
            cluster_name=around.plan.names["cluster"],
            identity_name=around.plan.names["control_plane"],
            settings=self._target,
            system_pool=self._system_pool,
            drain_seconds=around.plan.drain.grace_seconds,
            keda=aks_bodies.keda(around.plan),
            joins=self._network.joins,
            subnet_id=self._network.nodes_subnet_id,
            outbound_ip=self._network.outbound_ip,
            tags=around.tags,
        )
        aks = AksCluster(around.name, args, around.child)
        windows = MaintenanceWindowsArgs(
            resource_group=around.resource_group, cluster=aks.cluster, window=self._target.maintenance
        )
        MaintenanceWindows(around.name, windows, around.child)
        return aks

    def _pools(self, aks: AksCluster) -> list[pulumi.Resource]:
        """One after another: a cluster changes one pool at a time, and refuses others meanwhile."""
        around, pools = self._around, list[pulumi.Resource]()
        for pool in around.plan.node_pools:
            args = SpeechPoolArgs(
                resource_group=around.resource_group,
                cluster=aks.cluster,
                pool=pool,
                version=aks_bodies.node_version(self._target),
                subnet_id=self._network.nodes_subnet_id,
                drain_minutes=around.plan.drain.pool_minutes,
                tags=around.tags,
                after=pools[-1:],
            )
            pools.append(SpeechPool(f"{around.name}-{pool.name}", args, around.child).pool)
        return pools

    def _pull_access(self, aks: AksCluster) -> list[pulumi.Resource]:
        """The nodes' own right to pull from the user's registry, where Azure knows that registry.

        A preview in which the cluster changes does not know as whom its nodes pull, and shows the role as replaced.
        """
        around, registry = self._around, self._around.stack.registry.resource_id
        if registry is None:
            return []
        return [
            Role(
                f"{around.name}-registry",
                role=ACR_PULL,
                principal_id=aks.kubelet_principal,
                scope=pulumi.Output.from_input(registry),
                key=pulumi.Output.concat(aks.cluster.id, "/images"),
                opts=around.child,
            )
        ]

    def _reader(self, vault: KeyVault, aks: AksCluster) -> KeyReader:
        around = self._around
        args = KeyReaderArgs(
            resource_group=around.resource_group,
            identity_name=around.plan.names["identity"],
            scopes=self._readable(vault),
            oidc_issuer=aks.oidc_issuer,
            subject=f"system:serviceaccount:{around.plan.names['namespace']}:{SERVICE_ACCOUNT}",
            tags=around.tags,
        )
        return KeyReader(around.name, args, around.child)

    def _readable(self, vault: KeyVault) -> dict[str, pulumi.Output[str]]:
        """The stack's own vault, or both keys alone in one that others use; and where the gateway's certificate is."""
        stack = self._around.stack
        gateway = stack.network.gateway
        theirs = gateway.tls.vault_id if gateway and gateway.tls else None
        found: dict[str, pulumi.Output[str]] = {"keys": vault.vault_id}
        if stack.vault:
            found = {key: kept.secret_id for key, kept in vault.keys.items()}
        if theirs:
            found["certificates"] = pulumi.Output.from_input(theirs)
        return found

    def _workloads(
        self,
        account: SpeechAccount | ExistingAccount,
        vault: KeyVault,
        aks: AksCluster,
        nodes: list[pulumi.Resource],
        key_path: list[pulumi.Resource],
        client_id: pulumi.Output[str],
    ) -> SpeechWorkloads:
        around = self._around
        secrets = pod_secrets(around.stack, vault, around.model_account, by_vault=True)
        wiring = wired(around, account, vault, secrets)
        args = SpeechWorkloadsArgs(
            plan=around.plan,
            wiring=wiring,
            access=VaultAccess(
                vault=vault.vault_name,
                client_id=client_id,
                tenant_id=around.client.apply(lambda found: found.tenant_id),
                active_key=around.stack.billing.active_key,
                secret=wiring.secret,
                prefix=around.vault_prefix,
            ),
            secrets=secrets,
            cluster=aks.cluster,
            key_path=key_path,
            nodes=nodes,
        )
        in_cluster = pulumi.ResourceOptions.merge(around.child, pulumi.ResourceOptions(providers=[aks.provider]))
        return SpeechWorkloads(around.name, args, in_cluster)
