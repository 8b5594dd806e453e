"""The subnet in which a network's private endpoints have their addresses."""

import pulumi
from pulumi_azure_native import network

from speech.capacity.addresses import ENDPOINTS_SUBNET


def endpoints_subnet(
    name: str,
    resource_group: pulumi.Output[str],
    virtual_network: network.VirtualNetwork,
    address_prefix: str,
    other: network.Subnet,
    child: pulumi.ResourceOptions,
) -> pulumi.Output[str]:
    """Makes it after the network's `other` subnet: Azure changes one subnet of a network at a time. Its id."""
    return network.Subnet(
        f"{name}-endpoints",
        resource_group_name=resource_group,
        virtual_network_name=virtual_network.name,
        subnet_name=ENDPOINTS_SUBNET,
        address_prefix=address_prefix,
        default_outbound_access=False,
        opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=[other])),
    ).id
