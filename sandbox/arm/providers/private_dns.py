"""Microsoft.Network: private DNS zones, their links to networks, and their address records."""

import re
import uuid

from sandbox.arm.errors import ArmError, bad_request, conflict
from sandbox.arm.ids import normal_location
from sandbox.arm.model import Call, Provider, ResourceType, Wire, World, dig
from sandbox.arm.store import Document, Resource, Store

ZONE_TYPE = "Microsoft.Network/privateDnsZones"
LINK_TYPE = f"{ZONE_TYPE}/virtualNetworkLinks"
RECORD_TYPE = f"{ZONE_TYPE}/A"
_VERSIONS = frozenset({"2018-09-01", "2020-01-01", "2020-06-01", "2024-06-01"})
_LABEL = r"[a-zA-Z0-9_](?:[a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?"
_ZONE_NAME = re.compile(rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL}){{1,33}}")
_RECORD_NAME = re.compile(rf"@|\*|(?:\*\.)?{_LABEL}(?:\.{_LABEL})*")
_TTL_SECONDS = 10
"""What a zone group gives its records."""


def _check_global(kind: str, location: str) -> None:
    if normal_location(location) != "global":
        raise bad_request(
            "LocationNotAvailableForResourceType",
            f"The provided location '{location}' is not available for resource type '{kind}'. List of available "
            "regions for the resource type is 'global'.",
        )


def _complete_zone(call: Call, wanted: Resource, existing: Resource | None) -> None:
    del call, existing
    _check_global(ZONE_TYPE, wanted.document["location"])
    wanted.document["properties"] = {
        "maxNumberOfRecordSets": 25_000,
        "maxNumberOfVirtualNetworkLinks": 1000,
        "maxNumberOfVirtualNetworkLinksWithRegistration": 100,
    }


def _view_zone(world: World, zone: Resource) -> Document:
    """The zone with its counts: every zone has an SOA record."""
    links = world.store.of_type(LINK_TYPE, zone.id)
    counts = {
        "numberOfRecordSets": 1 + len(world.store.of_type(RECORD_TYPE, zone.id)),
        "numberOfVirtualNetworkLinks": len(links),
        "numberOfVirtualNetworkLinksWithRegistration": sum(each.properties["registrationEnabled"] for each in links),
    }
    return {**zone.document, "properties": {**zone.properties, **counts}}


def _zone_removable(call: Call, zone: Resource) -> None:
    for link in call.store.of_type(LINK_TYPE, zone.id):
        raise conflict(
            "CannotDeleteResource",
            "Cannot delete resource while nested resources exist. Some existing nested resource IDs include: "
            f"'{ZONE_TYPE}/{zone.name}/virtualNetworkLinks/{link.name}'. Please delete all nested resources before "
            "deleting this resource.",
        )


def _complete_link(call: Call, wanted: Resource, existing: Resource | None) -> None:
    del existing
    _check_global(LINK_TYPE, wanted.document["location"])
    network_id, zone_id = str(dig(wanted.properties, "virtualNetwork.id")), wanted.id.rsplit("/", 2)[0]
    if not call.store.resource(network_id):
        raise ArmError(404, "NotFound", f"The virtual network '{network_id}' of the link was not found.")
    zone_name = zone_id.rsplit("/", 1)[1].lower()
    for other in call.store.of_type(LINK_TYPE):
        other_zone = other.id.split("/")[-3]
        same_network = str(dig(other.properties, "virtualNetwork.id")).lower() == network_id.lower()
        if other.key != wanted.key and same_network and other_zone.lower() == zone_name:
            raise bad_request(
                "BadRequest",
                "A virtual network cannot be linked to multiple zones with overlapping namespaces. You tried to link "
                f"virtual network with '{zone_name}' and '{other_zone}' zones.",
            )
    wanted.properties["virtualNetworkLinkState"] = "Completed"


def _complete_record(call: Call, wanted: Resource, existing: Resource | None) -> None:
    del call, existing
    records = wanted.properties.get("aRecords")
    if not records or not all(isinstance(dig(each, "ipv4Address"), str) for each in records):
        raise bad_request("BadRequest", f"The record set '{wanted.name}' of type 'A' has no addresses.")
    wanted.properties.update(fqdn=f"{wanted.name}.{wanted.id.split('/')[-3]}.", isAutoRegistered=False)


def record_set(zone: Resource, name: str, addresses: list[str]) -> Resource:
    """An address record of the zone as a zone group writes it."""
    resource_id = f"{zone.id}/A/{name}"
    document: Document = {
        "id": resource_id,
        "name": name,
        "type": RECORD_TYPE,
        "etag": str(uuid.uuid4()),
        "properties": {
            "ttl": _TTL_SECONDS,
            "fqdn": f"{name}.{zone.name}.",
            "isAutoRegistered": False,
            "aRecords": [{"ipv4Address": address} for address in addresses],
        },
    }
    return Resource(resource_id, RECORD_TYPE, document)


def addresses_seen_from(store: Store, network_id: str, zone_name: str, name: str) -> list[str] | None:
    """The addresses that the network finds under the name in the zone of that name.

    None: no such zone is linked to the network; an empty list: the linked zone does not have the name.
    """
    for link in store.of_type(LINK_TYPE):
        zone_id = link.id.rsplit("/", 2)[0]
        linked = str(dig(link.properties, "virtualNetwork.id")).lower() == network_id.lower()
        if linked and zone_id.rsplit("/", 1)[1].lower() == zone_name.lower():
            record = store.resource(f"{zone_id}/A/{name}")
            return [each["ipv4Address"] for each in record.properties["aRecords"]] if record else []
    return None


PROVIDER = Provider(
    namespace="Microsoft.Network",
    types=(
        ResourceType(
            name=ZONE_TYPE,
            versions=_VERSIONS,
            name_rule=_ZONE_NAME,
            create=Wire(201, "async"),
            update=Wire(200, "async"),
            delete=Wire(202, "both"),
            etag="etag",
            complete=_complete_zone,
            removable=_zone_removable,
            view=_view_zone,
        ),
        ResourceType(
            name=LINK_TYPE,
            versions=_VERSIONS,
            name_rule=re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9_.-]{0,78}[a-zA-Z0-9_])?"),
            create=Wire(201, "async"),
            update=Wire(200, "async"),
            delete=Wire(202, "both"),
            defaults={"properties": {"registrationEnabled": False}},
            immutable=("properties.virtualNetwork.id",),
            patchable=("tags", "properties"),
            etag="etag",
            complete=_complete_link,
        ),
        ResourceType(
            name=RECORD_TYPE,
            versions=_VERSIONS,
            name_rule=_RECORD_NAME,
            located=False,
            has_state=False,
            etag="etag",
            complete=_complete_record,
        ),
    ),
)
