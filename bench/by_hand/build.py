"""Everything of one region."""

import pulumi
from pulumi_azure_native import resources

from bench.by_hand.account import account
from bench.by_hand.cluster import cluster
from bench.by_hand.network import nodes_network
from bench.by_hand.region import Region
from bench.by_hand.workload import workload


def build(one: Region) -> dict[str, pulumi.Output[object]]:
    """All of one region, and what the stack tells of it."""
    group = resources.ResourceGroup(
        f"{one.prefix}-group",
        resource_group_name=f"rg-speech-{one.place}",
        location=one.location,
        tags=one.tags,
    ).name
    vnet, nodes = nodes_network(one, group)
    billed = account(one, group)
    aks = cluster(one, group, vnet, nodes, billed)
    workload(one, billed, aks)
    return {"endpoint": billed.endpoint, "keys": billed.keys, "kubeconfig": aks.kubeconfig}
