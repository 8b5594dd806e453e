"""Nodes for Speech containers only."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import containerservice

from components.aks_bodies import os_disk_type
from components.aks_cluster import inside
from speech.capacity.names import pool_name
from speech.capacity.nodes import MAX_PODS
from speech.capacity.plan import NodePool
from speech.manifests.document import POOL_LABEL
from speech.manifests.placement import SPOT_LABEL


@dataclass(frozen=True, kw_only=True, slots=True)
class SpeechPoolArgs:
    """The plan of the pool, and the cluster that it joins."""

    resource_group: pulumi.Output[str]
    cluster: containerservice.ManagedCluster
    pool: NodePool
    version: str | None
    """Kubernetes of the nodes; None where Azure moves it."""
    subnet_id: pulumi.Output[str]
    drain_minutes: int
    """How long an upgrade waits for the streams of one node."""
    tags: dict[str, str]
    after: Sequence[pulumi.Resource] = ()
    """What must have come first: AKS changes one pool at a time."""


class SpeechPool(pulumi.ComponentResource):
    """A node pool that only Speech containers tolerate, sized by the cluster's autoscaler within the plan.

    Creates: an agent pool.
    """

    pool: containerservice.AgentPool

    def __init__(self, name: str, args: SpeechPoolArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:aks:SpeechPool", name, None, opts)
        name_in_azure = pool_name(args.pool)
        self.pool = containerservice.AgentPool(
            f"{name}-pool",
            resource_group_name=args.resource_group,
            resource_name_=args.cluster.name,
            # Another size is another pool: it is made first, pods roll to it, then the old one is drained and goes.
            agent_pool_name=name_in_azure,
            mode=containerservice.AgentPoolMode.USER,
            type=containerservice.AgentPoolType.VIRTUAL_MACHINE_SCALE_SETS,
            vm_size=args.pool.vm_size,
            # Azure asks for a count where a pool is made; from then on it is the autoscaler's.
            count=args.pool.nodes.min,
            enable_auto_scaling=True,
            min_count=args.pool.nodes.min,
            max_count=args.pool.most_nodes,
            max_pods=MAX_PODS,
            vnet_subnet_id=args.subnet_id,
            orchestrator_version=args.version,
            os_type=containerservice.OSType.LINUX,
            os_sku=containerservice.OSSKU.AZURE_LINUX,
            os_disk_size_gb=args.pool.disk.gib,
            os_disk_type=os_disk_type(args.pool),
            availability_zones=list(args.pool.zones) or None,
            node_labels={POOL_LABEL: name_in_azure, **({SPOT_LABEL: "spot"} if args.pool.spot else {})},
            node_taints=[
                f"{POOL_LABEL}={name_in_azure}:NoSchedule",
                *([f"{SPOT_LABEL}=spot:NoSchedule"] if args.pool.spot else []),
            ],
            scale_set_priority=containerservice.ScaleSetPriority.SPOT if args.pool.spot else None,
            scale_set_eviction_policy=containerservice.ScaleSetEvictionPolicy.DELETE if args.pool.spot else None,
            # No price is too high but that on demand.
            spot_max_price=-1 if args.pool.spot else None,
            # Azure takes no surge for spot pools ("Spot pools can't set max surge"), and drains none of their nodes.
            upgrade_settings=None
            if args.pool.spot
            else containerservice.AgentPoolUpgradeSettingsArgs(
                max_surge=str(args.pool.surge), drain_timeout_in_minutes=args.drain_minutes
            ),
            tags=args.tags,
            opts=pulumi.ResourceOptions.merge(
                pulumi.ResourceOptions(
                    parent=self,
                    depends_on=list(args.after),
                    ignore_changes=["count"],
                    # Azure changes neither of these, and the plugin does not know.
                    replace_on_changes=["availabilityZones", "osDiskType", "osDiskSizeGB"],
                    delete_before_replace=False,
                ),
                inside(args.cluster),
            ),
        )
        self.register_outputs({"pool": self.pool.name})
