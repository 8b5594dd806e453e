"""Microsoft.Network: virtual networks, subnets, NAT gateways, public addresses, security groups and route tables."""

import re

from sandbox.arm.errors import bad_request
from sandbox.arm.model import Call, Check, Provider, ResourceType, View, Wire, World
from sandbox.arm.providers import virtual_networks
from sandbox.arm.providers.references import check_references, unused
from sandbox.arm.providers.virtual_networks import SUBNET_TYPE
from sandbox.arm.store import Document, Resource

VERSIONS = frozenset(
    {
        "2022-07-01", "2023-02-01", "2023-06-01", "2023-09-01", "2023-11-01", "2024-01-01", "2024-03-01", "2024-05-01",
        "2024-07-01", "2024-10-01", "2025-01-01", "2025-03-01", "2025-05-01", "2025-07-01", "2025-09-01", "2026-01-01",
        "2026-03-01",
    }
)  # fmt: skip
_NAME = re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9_.-]{0,78}[a-zA-Z0-9_])?")
_FIRST_ADDRESS = 10
"""Public addresses come from 203.0.113.0/24, the documentation's range, and repeat after 200."""


def _complete_address(call: Call, wanted: Resource, existing: Resource | None) -> None:
    properties, sku = wanted.properties, wanted.document["sku"]
    if sku["name"] == "Standard" and properties["publicIPAllocationMethod"] != "Static":
        text = f"Standard sku publicIp {wanted.id} must have AllocationMethod set to Static."
        raise bad_request("PublicIPAddressStandardSkuWithDynamicAllocation", text)
    if properties["publicIPAllocationMethod"] == "Static":
        before = existing.properties.get("ipAddress") if existing else None
        count = len(call.store.of_type(wanted.type))
        properties["ipAddress"] = before or f"203.0.113.{_FIRST_ADDRESS + count % 200}"
    label = (properties.get("dnsSettings") or {}).get("domainNameLabel")
    if label:
        region = wanted.document["location"].replace(" ", "").lower()
        properties["dnsSettings"]["fqdn"] = f"{label}.{region}.cloudapp.azure.com"


def _complete_gateway(call: Call, wanted: Resource, existing: Resource | None) -> None:
    del existing
    sku = (wanted.document.get("sku") or {}).get("name")
    if sku not in {"Standard", "StandardV2"}:
        raise bad_request("InvalidRequestFormat", f"The SKU '{sku}' of the NAT gateway '{wanted.name}' is not valid.")
    check_references(call, wanted)


def _complete_group(call: Call, wanted: Resource, existing: Resource | None) -> None:
    del call, existing
    taken: set[tuple[str, int]] = set()
    for rule in wanted.properties.setdefault("securityRules", []):
        slot = (rule["properties"]["direction"], rule["properties"]["priority"])
        if slot in taken:
            text = f"Security rules with the direction {slot[0]} have the same priority {slot[1]}."
            raise bad_request("SecurityRuleConflict", text)
        taken.add(slot)
        rule |= {"id": f"{wanted.id}/securityRules/{rule['name']}", "type": f"{wanted.type}/securityRules"}
    wanted.properties["defaultSecurityRules"] = []


def _complete_routes(call: Call, wanted: Resource, existing: Resource | None) -> None:
    del call, existing
    for route in wanted.properties.setdefault("routes", []):
        route |= {"id": f"{wanted.id}/routes/{route['name']}", "type": f"{wanted.type}/routes"}


def _view_with_subnets(world: World, resource: Resource) -> Document:
    """Shows the subnets that use the resource."""
    users = [
        {"id": each.id} for each in world.store.mentioning(resource.id) if each.type.lower() == SUBNET_TYPE.lower()
    ]
    return {**resource.document, "properties": {**resource.properties, **({"subnets": users} if users else {})}}


def row(
    name: str, complete: Check, in_use: str, defaults: Document | None = None, view: View | None = None
) -> ResourceType:
    """A network resource: writes and deletions run on for a while, and `in_use` refuses to delete what others need."""
    return ResourceType(
        name=f"Microsoft.Network/{name}",
        versions=VERSIONS,
        name_rule=_NAME,
        located="/" not in name,
        create=Wire(201, "async"),
        update=Wire(200, "async"),
        delete=Wire(202, "location"),
        defaults=defaults or {},
        etag="etag",
        complete=complete,
        removable=unused(in_use),
        view=view,
    )


_ADDRESS_DEFAULTS: Document = {
    "sku": {"name": "Basic", "tier": "Regional"},
    "properties": {
        "publicIPAllocationMethod": "Dynamic",
        "publicIPAddressVersion": "IPv4",
        "idleTimeoutInMinutes": 4,
        "ipTags": [],
    },
}
PROVIDER = Provider(
    namespace="Microsoft.Network",
    types=(
        row(
            "virtualNetworks",
            virtual_networks.complete_network,
            "InUseVirtualNetworkCannotBeDeleted",
            view=virtual_networks.view_network,
        ),
        row(
            "virtualNetworks/subnets",
            virtual_networks.complete_subnet,
            "InUseSubnetCannotBeDeleted",
            {"properties": virtual_networks.SUBNET_DEFAULTS},
        ),
        row("virtualNetworks/virtualNetworkPeerings", virtual_networks.complete_peering, "InUsePeering"),
        row(
            "natGateways",
            _complete_gateway,
            "InUseNatGatewayCannotBeDeleted",
            {"properties": {"idleTimeoutInMinutes": 4}},
            _view_with_subnets,
        ),
        row("publicIPAddresses", _complete_address, "PublicIPAddressCannotBeDeleted", _ADDRESS_DEFAULTS),
        row(
            "networkSecurityGroups",
            _complete_group,
            "InUseNetworkSecurityGroupCannotBeDeleted",
            view=_view_with_subnets,
        ),
        row(
            "routeTables",
            _complete_routes,
            "InUseRouteTableCannotBeDeleted",
            {"properties": {"disableBgpRoutePropagation": False}},
            _view_with_subnets,
        ),
    ),
)
