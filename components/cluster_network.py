"""The network that a cluster's nodes live in."""

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import network

from components.endpoints_subnet import endpoints_subnet
from components.outbound import outbound
from speech.capacity.addresses import NODES_SUBNET, Addresses


@dataclass(frozen=True, kw_only=True, slots=True)
class ClusterNetworkArgs:
    """Names and address ranges."""

    resource_group: pulumi.Output[str]
    network_name: str
    addresses: Addresses
    service_endpoints: tuple[str, ...]
    """Azure services that the nodes' subnet reaches by service endpoint, as `Microsoft.CognitiveServices`."""
    private_endpoints: bool
    """Whether a subnet for private endpoints is needed."""
    zones: tuple[str, ...]
    tags: dict[str, str]


class ClusterNetwork(pulumi.ComponentResource):
    """A virtual network whose nodes have private addresses only and one known address towards the outside.

    Creates: a virtual network; a NAT gateway with its public address; a subnet for nodes and, where asked, one for
    private endpoints.
    """

    network_id: pulumi.Output[str]
    nodes_subnet_id: pulumi.Output[str]
    endpoints_subnet_id: pulumi.Output[str] | None
    outbound_ip: pulumi.Output[str]
    """What others see of all calls from the nodes: for allow-lists."""

    def __init__(self, name: str, args: ClusterNetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:network:ClusterNetwork", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        vnet = network.VirtualNetwork(
            f"{name}-network",
            resource_group_name=args.resource_group,
            virtual_network_name=args.network_name,
            address_space=network.AddressSpaceArgs(address_prefixes=[args.addresses.space]),
            tags=args.tags,
            opts=child,
        )
        out = outbound(name, args.resource_group, args.network_name, args.zones, args.tags, child)
        nodes = network.Subnet(
            f"{name}-nodes",
            resource_group_name=args.resource_group,
            virtual_network_name=vnet.name,
            subnet_name=NODES_SUBNET,
            address_prefix=args.addresses.nodes,
            nat_gateway=network.SubResourceArgs(id=out.gateway_id),
            service_endpoints=[
                network.ServiceEndpointPropertiesFormatArgs(service=service) for service in args.service_endpoints
            ],
            default_outbound_access=False,
            opts=child,
        )
        self.network_id, self.nodes_subnet_id = vnet.id, nodes.id
        self.endpoints_subnet_id = (
            endpoints_subnet(name, args.resource_group, vnet, args.addresses.endpoints, nodes, child)
            if args.private_endpoints
            else None
        )
        self.outbound_ip = out.address
        self.register_outputs({"networkId": self.network_id, "outboundIp": self.outbound_ip})
