"""The network that container groups with private addresses live in."""

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import network

from components.endpoints_subnet import endpoints_subnet
from components.outbound import outbound
from speech.capacity.addresses import Addresses

_SUBNET = "groups"
_DELEGATION = "Microsoft.ContainerInstance/containerGroups"
_FIRST, _NEXT, _LAST = 100, 110, 4096


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupsNetworkArgs:
    """Names, address ranges, and who may call."""

    resource_group: pulumi.Output[str]
    network_name: str
    addresses: Addresses
    clients: tuple[str, ...]
    """Address ranges of those who may call; none: the network and what is joined to it."""
    ports: tuple[int, ...]
    """On which containers answer."""
    service_endpoints: tuple[str, ...]
    """Azure services that the groups' subnet reaches by service endpoint, as `Microsoft.CognitiveServices`."""
    private_endpoints: bool
    """Whether a subnet for private endpoints is needed."""
    tags: dict[str, str]


class GroupsNetwork(pulumi.ComponentResource):
    """A virtual network whose groups have private addresses only and one known address towards the outside.

    Creates: a virtual network; a NAT gateway with its public address; rules of who may call; a subnet that is the
    groups' alone, as Azure wants it, and, where asked, one for private endpoints.
    """

    network_id: pulumi.Output[str]
    groups_subnet_id: pulumi.Output[str]
    endpoints_subnet_id: pulumi.Output[str] | None
    outbound_ip: pulumi.Output[str]
    """What others see of all calls from the groups: for allow-lists."""

    def __init__(self, name: str, args: GroupsNetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:network:GroupsNetwork", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        vnet = network.VirtualNetwork(
            f"{name}-network",
            resource_group_name=args.resource_group,
            virtual_network_name=args.network_name,
            address_space=network.AddressSpaceArgs(address_prefixes=[args.addresses.space]),
            tags=args.tags,
            opts=child,
        )
        out = outbound(name, args.resource_group, args.network_name, (), args.tags, child)
        callers = network.NetworkSecurityGroup(
            f"{name}-callers",
            resource_group_name=args.resource_group,
            network_security_group_name=f"nsg-{args.network_name}",
            security_rules=rules(args.clients, args.ports),
            tags=args.tags,
            opts=child,
        )
        groups = network.Subnet(
            f"{name}-groups",
            resource_group_name=args.resource_group,
            virtual_network_name=vnet.name,
            subnet_name=_SUBNET,
            address_prefix=args.addresses.nodes,
            delegations=[network.DelegationArgs(name="container-groups", service_name=_DELEGATION)],
            nat_gateway=network.SubResourceArgs(id=out.gateway_id),
            network_security_group=network.NetworkSecurityGroupArgs(id=callers.id),
            service_endpoints=[
                network.ServiceEndpointPropertiesFormatArgs(service=service) for service in args.service_endpoints
            ],
            default_outbound_access=False,
            opts=child,
        )
        self.network_id, self.groups_subnet_id = vnet.id, groups.id
        self.endpoints_subnet_id = (
            endpoints_subnet(name, args.resource_group, vnet, args.addresses.endpoints, groups, child)
            if args.private_endpoints
            else None
        )
        self.outbound_ip = out.address
        self.register_outputs({"networkId": self.network_id, "outboundIp": self.outbound_ip})


def rules(clients: tuple[str, ...], ports: tuple[int, ...]) -> list[network.SecurityRuleArgs]:
    """Clients reach the containers' ports, and so does a load balancer that looks who is ready; nobody else does."""
    return [
        _rule("clients", _FIRST, "Allow", list(clients) or ["VirtualNetwork"], [str(port) for port in ports]),
        _rule("load-balancers", _NEXT, "Allow", ["AzureLoadBalancer"], [str(port) for port in ports]),
        _rule("nobody-else", _LAST, "Deny", ["*"], ["*"]),
    ]


def _rule(name: str, priority: int, access: str, sources: list[str], ports: list[str]) -> network.SecurityRuleArgs:
    # Azure takes tags and the asterisk in the singular only, and address ranges in the plural.
    tagged = len(sources) == 1 and not sources[0][0].isdigit()
    anywhere = ports == ["*"]
    return network.SecurityRuleArgs(
        name=name,
        priority=priority,
        direction="Inbound",
        access=access,
        protocol="*" if access == "Deny" else "Tcp",
        source_address_prefix=sources[0] if tagged else None,
        source_address_prefixes=None if tagged else sources,
        source_port_range="*",
        destination_address_prefix="*",
        destination_port_range="*" if anywhere else None,
        destination_port_ranges=None if anywhere else ports,
    )
