"""The network that a cluster's nodes live in."""

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import network

from speech.capacity.addresses import ENDPOINTS_SUBNET, NODES_SUBNET, Addresses

# Of the gateway towards the outside: metering and pulls of images, not the clients' streams.
_IDLE_MINUTES = 10


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
        # A gateway stands in one zone or in none; only its address can span them.
        address = network.PublicIPAddress(
            f"{name}-outbound-ip",
            resource_group_name=args.resource_group,
            public_ip_address_name=f"pip-{args.network_name}",
            sku=network.PublicIPAddressSkuArgs(name="Standard", tier="Regional"),
            public_ip_allocation_method=network.IPAllocationMethod.STATIC,
            zones=list(args.zones) or None,
            tags=args.tags,
            # Azure changes no address's zones, and another address would stand on nobody's list.
            opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(ignore_changes=["zones"])),
        )
        gateway = network.NatGateway(
            f"{name}-nat",
            resource_group_name=args.resource_group,
            nat_gateway_name=f"nat-{args.network_name}",
            sku=network.NatGatewaySkuArgs(name="Standard"),
            public_ip_addresses=[network.SubResourceArgs(id=address.id)],
            idle_timeout_in_minutes=_IDLE_MINUTES,
            tags=args.tags,
            opts=child,
        )
        nodes = network.Subnet(
            f"{name}-nodes",
            resource_group_name=args.resource_group,
            virtual_network_name=vnet.name,
            subnet_name=NODES_SUBNET,
            address_prefix=args.addresses.nodes,
            nat_gateway=network.SubResourceArgs(id=gateway.id),
            service_endpoints=[
                network.ServiceEndpointPropertiesFormatArgs(service=service) for service in args.service_endpoints
            ],
            default_outbound_access=False,
            opts=child,
        )
        self.network_id, self.nodes_subnet_id = vnet.id, nodes.id
        self.endpoints_subnet_id = None
        if args.private_endpoints:
            endpoints = network.Subnet(
                f"{name}-endpoints",
                resource_group_name=args.resource_group,
                virtual_network_name=vnet.name,
                subnet_name=ENDPOINTS_SUBNET,
                address_prefix=args.addresses.endpoints,
                default_outbound_access=False,
                # Azure changes one subnet of a network at a time.
                opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=[nodes])),
            )
            self.endpoints_subnet_id = endpoints.id
        self.outbound_ip = address.ip_address.apply(lambda found: found or "")
        self.register_outputs({"networkId": self.network_id, "outboundIp": self.outbound_ip})
