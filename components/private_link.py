"""A private way to one Azure service."""

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import network, privatedns


@dataclass(frozen=True, kw_only=True, slots=True)
class PrivateLinkArgs:
    """What is reached, from where, and under which names."""

    resource_group: pulumi.Output[str]
    endpoint_name: str
    target_id: pulumi.Output[str]
    group_id: str
    """The service's part: `account` of a Speech account, `vault` of a key vault."""
    zone: str
    """The private DNS zone, as `privatelink.cognitiveservices.azure.com`."""
    their_zone_id: str | None
    """A zone that is there already, and linked to the network by its owner."""
    network_id: pulumi.Output[str]
    subnet_id: pulumi.Output[str]
    needs: list[pulumi.Resource]
    """What must be done with the target first: Azure refuses while another change of it runs."""
    tags: dict[str, str]


class PrivateLink(pulumi.ComponentResource):
    """Lets a network reach a service by a private address, under the service's ordinary name.

    Creates: a private endpoint; the service's private DNS zone with its link to the network, where none is given; the
    group that keeps the zone's records in step.
    """

    ready: list[pulumi.Resource]

    def __init__(self, name: str, args: PrivateLinkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:network:PrivateLink", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        endpoint = network.PrivateEndpoint(
            f"{name}-endpoint",
            resource_group_name=args.resource_group,
            private_endpoint_name=args.endpoint_name,
            subnet=network.SubnetArgs(id=args.subnet_id),
            private_link_service_connections=[
                network.PrivateLinkServiceConnectionArgs(
                    name=args.group_id, private_link_service_id=args.target_id, group_ids=[args.group_id]
                )
            ],
            tags=args.tags,
            opts=pulumi.ResourceOptions.merge(
                child,
                # Azure empties the list once a zone keeps the records.
                pulumi.ResourceOptions(depends_on=args.needs, ignore_changes=["customDnsConfigs"]),
            ),
        )
        zone_id, linked = self._zone(name, args, child)
        records = network.PrivateDnsZoneGroup(
            f"{name}-records",
            resource_group_name=args.resource_group,
            private_endpoint_name=endpoint.name,
            private_dns_zone_group_name="default",
            private_dns_zone_configs=[
                network.PrivateDnsZoneConfigArgs(name=args.group_id, private_dns_zone_id=zone_id)
            ],
            opts=child,
        )
        self.ready = [*linked, records]
        self.register_outputs({"endpointId": endpoint.id})

    @staticmethod
    def _zone(
        name: str, args: PrivateLinkArgs, child: pulumi.ResourceOptions
    ) -> tuple[pulumi.Output[str], list[pulumi.Resource]]:
        """The zone's id, and what ties it to the network."""
        if args.their_zone_id:
            return pulumi.Output.from_input(args.their_zone_id), []
        zone = privatedns.PrivateZone(
            f"{name}-zone",
            resource_group_name=args.resource_group,
            private_zone_name=args.zone,
            # A zone has no region; without this the stack's own is sent.
            location="global",
            tags=args.tags,
            opts=child,
        )
        link = privatedns.VirtualNetworkLink(
            f"{name}-link",
            resource_group_name=args.resource_group,
            private_zone_name=zone.name,
            virtual_network_link_name="cluster",
            virtual_network=privatedns.SubResourceArgs(id=args.network_id),
            registration_enabled=False,
            location="global",
            opts=child,
        )
        return zone.id, [link]
