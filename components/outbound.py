"""The one known address from which a network calls the outside."""

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import network

# Of the gateway towards the outside: metering and pulls of images, not the clients' streams.
_IDLE_MINUTES = 10


@dataclass(frozen=True, slots=True)
class Outbound:
    """A NAT gateway, and what others see of all calls through it: for allow-lists."""

    gateway_id: pulumi.Output[str]
    address: pulumi.Output[str]


def outbound(
    name: str,
    resource_group: pulumi.Output[str],
    network_name: str,
    zones: tuple[str, ...],
    tags: dict[str, str],
    child: pulumi.ResourceOptions,
) -> Outbound:
    """Makes both. A gateway stands in one zone or in none; only its address can span them."""
    address = network.PublicIPAddress(
        f"{name}-outbound-ip",
        resource_group_name=resource_group,
        public_ip_address_name=f"pip-{network_name}",
        sku=network.PublicIPAddressSkuArgs(name="Standard", tier="Regional"),
        public_ip_allocation_method=network.IPAllocationMethod.STATIC,
        zones=list(zones) or None,
        tags=tags,
        # Azure changes no address's zones, and another address would stand on nobody's list.
        opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(ignore_changes=["zones"])),
    )
    gateway = network.NatGateway(
        f"{name}-nat",
        resource_group_name=resource_group,
        nat_gateway_name=f"nat-{network_name}",
        sku=network.NatGatewaySkuArgs(name="Standard"),
        public_ip_addresses=[network.SubResourceArgs(id=address.id)],
        idle_timeout_in_minutes=_IDLE_MINUTES,
        tags=tags,
        opts=child,
    )
    return Outbound(gateway.id, address.ip_address.apply(lambda found: found or ""))
