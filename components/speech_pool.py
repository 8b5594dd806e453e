"""Nodes for Speech containers only."""

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import containerservice

from components.aks_cluster import inside
from speech.capacity.nodes import MAX_PODS
from speech.capacity.plan import NodePool
from speech.manifests.document import POOL_LABEL

_DRAIN_SLACK_MINUTES = 5
_LONGEST_DRAIN_MINUTES = 1440


@dataclass(frozen=True, kw_only=True, slots=True)
class SpeechPoolArgs:
    """The plan of the pool, and the cluster that it joins."""

    resource_group: pulumi.Output[str]
    cluster: containerservice.ManagedCluster
    pool: NodePool
    subnet_id: pulumi.Output[str]
    grace_seconds: int
    """How long a pod that goes may wait for its streams; a node waits a little longer."""
    tags: dict[str, str]


class SpeechPool(pulumi.ComponentResource):
    """A node pool that only Speech containers tolerate, sized by the cluster's autoscaler within the plan.

    Creates: an agent pool.
    """

    pool: containerservice.AgentPool

    def __init__(self, name: str, args: SpeechPoolArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:aks:SpeechPool", name, None, opts)
        drain = min(args.grace_seconds // 60 + _DRAIN_SLACK_MINUTES, _LONGEST_DRAIN_MINUTES)
        self.pool = containerservice.AgentPool(
            f"{name}-pool",
            resource_group_name=args.resource_group,
            resource_name_=args.cluster.name,
            agent_pool_name=args.pool.name,
            mode=containerservice.AgentPoolMode.USER,
            type=containerservice.AgentPoolType.VIRTUAL_MACHINE_SCALE_SETS,
            vm_size=args.pool.vm_size,
            # Azure asks for a count where a pool is made; from then on it is the autoscaler's.
            count=args.pool.nodes.min,
            enable_auto_scaling=True,
            min_count=args.pool.nodes.min,
            max_count=args.pool.nodes.max,
            max_pods=MAX_PODS,
            vnet_subnet_id=args.subnet_id,
            os_type=containerservice.OSType.LINUX,
            os_sku=containerservice.OSSKU.AZURE_LINUX,
            os_disk_size_gb=args.pool.os_disk_gib,
            availability_zones=list(args.pool.zones) or None,
            node_labels={POOL_LABEL: args.pool.name},
            node_taints=[f"{POOL_LABEL}={args.pool.name}:NoSchedule"],
            upgrade_settings=containerservice.AgentPoolUpgradeSettingsArgs(
                max_surge="1", drain_timeout_in_minutes=drain
            ),
            tags=args.tags,
            opts=pulumi.ResourceOptions.merge(
                pulumi.ResourceOptions(
                    parent=self,
                    ignore_changes=["count"],
                    # Azure refuses to change it, and the plugin does not know.
                    replace_on_changes=["availabilityZones"],
                ),
                inside(args.cluster),
            ),
        )
        self.register_outputs({"pool": self.pool.name})
