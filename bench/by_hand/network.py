"""The network of one region's nodes."""

import pulumi
from pulumi_azure_native import network

from bench.by_hand.region import Region


def nodes_network(region: Region, group: pulumi.Output[str]) -> tuple[network.VirtualNetwork, network.Subnet]:
    """A network, and in it a subnet whose nodes leave by one address."""
    vnet = network.VirtualNetwork(
        f"{region.prefix}-network",
        resource_group_name=group,
        virtual_network_name=f"vnet-speech-{region.place}",
        address_space=network.AddressSpaceArgs(address_prefixes=[region.address_space]),
        tags=region.tags,
    )
    address = network.PublicIPAddress(
        f"{region.prefix}-outbound-ip",
        resource_group_name=group,
        public_ip_address_name=f"pip-vnet-speech-{region.place}",
        sku=network.PublicIPAddressSkuArgs(name="Standard", tier="Regional"),
        public_ip_allocation_method=network.IPAllocationMethod.STATIC,
        tags=region.tags,
        opts=pulumi.ResourceOptions(ignore_changes=["zones"]),
    )
    gateway = network.NatGateway(
        f"{region.prefix}-nat",
        resource_group_name=group,
        nat_gateway_name=f"nat-vnet-speech-{region.place}",
        sku=network.NatGatewaySkuArgs(name="Standard"),
        public_ip_addresses=[network.SubResourceArgs(id=address.id)],
        idle_timeout_in_minutes=10,
        tags=region.tags,
    )
    nodes = network.Subnet(
        f"{region.prefix}-nodes",
        resource_group_name=group,
        virtual_network_name=vnet.name,
        subnet_name="nodes",
        address_prefix=region.nodes_range,
        nat_gateway=network.SubResourceArgs(id=gateway.id),
        service_endpoints=[],
        default_outbound_access=False,
    )
    return vnet, nodes
