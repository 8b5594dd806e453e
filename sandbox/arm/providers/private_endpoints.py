"""Microsoft.Network: private endpoints, and the groups that keep their names in private DNS zones."""

import uuid
from dataclasses import replace

from sandbox.arm import private_links
from sandbox.arm.errors import bad_request
from sandbox.arm.model import Call, Provider, World, dig
from sandbox.arm.private_links import CONNECTION_LISTS, ENDPOINT_TYPE, Service
from sandbox.arm.providers.network import row
from sandbox.arm.providers.private_dns import ZONE_TYPE, record_set
from sandbox.arm.providers.virtual_networks import check_undelegated, usable_addresses
from sandbox.arm.store import Document, Resource

GROUP_TYPE = f"{ENDPOINT_TYPE}/privateDnsZoneGroups"
_STATE = "properties.privateLinkServiceConnectionState"
_PAIR = ("names", "addresses")


def _complete(call: Call, wanted: Resource, existing: Resource | None) -> None:
    properties = wanted.properties
    subnet = _subnet(call, properties)
    properties["subnet"] = {"id": subnet.id}
    for part in CONNECTION_LISTS:
        properties[part] = properties.get(part) or []
    connections = [(part, each) for part in CONNECTION_LISTS for each in properties[part]]
    if len(connections) != 1:
        text = f"Private endpoint {wanted.id} must have exactly one private link service connection."
        raise bad_request("InvalidRequestFormat", text)
    part, connection = connections[0]
    target, service = _target(call, connection)
    _approve(wanted, part, connection, existing)
    wanted.hidden.setdefault("guid", str(uuid.uuid4()))
    names = service.names(target)
    wanted.hidden |= {"names": names, "suffix": service.suffix}
    wanted.hidden["addresses"] = _addresses(call, wanted, subnet, len(names))
    interface = properties.get("customNetworkInterfaceName") or f"{wanted.name}.nic.{wanted.hidden['guid']}"
    group = wanted.id.rsplit("/providers/", 1)[0]
    properties["networkInterfaces"] = [{"id": f"{group}/providers/Microsoft.Network/networkInterfaces/{interface}"}]
    properties.pop("customDnsConfigs", None)


def _subnet(call: Call, properties: Document) -> Resource:
    subnet_id = dig(properties, "subnet.id")
    subnet = call.store.resource(subnet_id) if subnet_id else None
    if not subnet:
        text = f"Resource {subnet_id} referenced by resource {call.path.id} was not found."
        raise bad_request("InvalidResourceReference", text)
    check_undelegated(subnet)
    return subnet


def _target(call: Call, connection: Document) -> tuple[Resource, Service]:
    """What the connection leads to. Raises ArmError where it is not there, not ready, or not to be had privately."""
    asked = connection.get("properties") or {}
    target_id, groups = str(asked.get("privateLinkServiceId")), [str(each) for each in asked.get("groupIds") or []]
    target = call.store.resource(target_id)
    if not target:
        text = f"Resource {target_id} referenced by resource {call.path.id} was not found."
        raise bad_request("InvalidResourceReference", text)
    service = private_links.service_of(target)
    failed = f"Call to {target.type} failed. Error message:"
    if not service or [service.group_id] != [each.lower() for each in groups]:
        known = service.group_id if service else "none"
        text = f"{failed} The group ids [{', '.join(groups)}] are not valid for {target.id}; valid is {known}."
        raise bad_request("InvalidPrivateLinkServiceGroupId", text)
    if service.group_id == "account":
        _check_account(target, failed)
    return target, service


def _check_account(account: Resource, failed: str) -> None:
    failed = failed.replace(account.type, "Microsoft.CognitiveServices/accounts")
    if account.document["sku"]["name"] == "F0":
        text = f"{failed} Private endpoints are not available for the SKU F0 of account {account.id}."
        raise bad_request("SkuNotSupportPrivateEndpoint", text)
    if not account.properties.get("customSubDomainName"):
        text = f"{failed} Account {account.id} needs a custom subdomain name before it can have private endpoints."
        raise bad_request("CustomDomainRequired", text)
    state = account.properties["provisioningState"]
    if state != "Succeeded":
        raise bad_request("AccountProvisioningStateInvalid", f"{failed} Account {account.id} in state {state}")


def _approve(endpoint: Resource, part: str, connection: Document, existing: Resource | None) -> None:
    """Approved at once where the caller may approve; a manual one waits for the owner."""
    kept = [dig(each, _STATE) for each in existing.properties[part]] if existing else []
    automatic = {"status": "Approved", "description": "Auto-Approved", "actionsRequired": "None"}
    manual = {"status": "Pending", "description": "Awaiting Approval", "actionsRequired": "None"}
    connection["id"] = f"{endpoint.id}/{part}/{connection['name']}"
    connection["type"] = f"{ENDPOINT_TYPE}/{part}"
    connection["properties"] |= {
        "provisioningState": "Succeeded",
        "privateLinkServiceConnectionState": kept[0] if kept else automatic if part == CONNECTION_LISTS[0] else manual,
    }


def _addresses(call: Call, wanted: Resource, subnet: Resource, count: int) -> list[str]:
    """One address of the subnet for each name, kept once taken."""
    taken = {
        address
        for each in call.store.of_type(ENDPOINT_TYPE)
        if each.key != wanted.key and each.properties["subnet"]["id"].lower() == subnet.key
        for address in each.hidden["addresses"]
    }
    mine: list[str] = wanted.hidden.get("addresses", [])
    free = (address for address in usable_addresses(subnet) if address not in taken and address not in mine)
    found = [*mine, *(address for address, _ in zip(free, range(count - len(mine)), strict=False))]
    if len(found) < count:
        text = f"Subnet {subnet.name} does not have enough capacity for {count} IP addresses."
        raise bad_request("SubnetIsFull", text)
    return found[:count]


def _view(world: World, endpoint: Resource) -> Document:
    """The endpoint with the names that its owner has to look after: none once a zone group does."""
    looked_after = world.store.of_type(GROUP_TYPE, endpoint.id)
    suffix, pairs = endpoint.hidden["suffix"], zip(*(endpoint.hidden[each] for each in _PAIR), strict=True)
    configs = [] if looked_after else [{"fqdn": f"{name}{suffix}", "ipAddresses": [at]} for name, at in pairs]
    return {**endpoint.document, "properties": {**endpoint.properties, "customDnsConfigs": configs}}


# Zone groups


def _complete_group(call: Call, wanted: Resource, existing: Resource | None) -> None:
    endpoint = call.store.resource(wanted.id.rsplit("/", 2)[0])
    if not endpoint:
        raise LookupError(wanted.id)
    if existing:
        _drop_records(call.world, existing)
    for config in wanted.properties.get("privateDnsZoneConfigs") or []:
        zone_id = str(dig(config, "properties.privateDnsZoneId"))
        zone = call.store.resource(zone_id)
        if not zone or zone.type.lower() != ZONE_TYPE.lower():
            text = f"Resource {zone_id} referenced by resource {wanted.id} was not found."
            raise bad_request("InvalidResourceReference", text)
        config["properties"] = {"privateDnsZoneId": zone.id, "recordSets": _records(call, endpoint, zone)}


def _records(call: Call, endpoint: Resource, zone: Resource) -> list[Document]:
    """Writes the endpoint's names into the zone."""
    shown = []
    for name, address in zip(*(endpoint.hidden[each] for each in _PAIR), strict=True):
        record = record_set(zone, name, [address])
        call.store.save(record)
        shown.append(
            {
                "recordType": "A",
                "recordSetName": name,
                "fqdn": f"{name}.{zone.name}",
                "ttl": record.properties["ttl"],
                "provisioningState": "Succeeded",
                "ipAddresses": [address],
            }
        )
    return shown


def _drop_records(world: World, group: Resource) -> None:
    """Takes the group's addresses out of its zones; a name that leads elsewhere by now stays."""
    for config in group.properties.get("privateDnsZoneConfigs") or []:
        for shown in config["properties"]["recordSets"]:
            record_id = f"{config['properties']['privateDnsZoneId']}/A/{shown['recordSetName']}"
            record = world.store.resource(record_id)
            if record and [each["ipv4Address"] for each in record.properties["aRecords"]] == shown["ipAddresses"]:
                world.store.remove(record_id)


PROVIDER = Provider(
    namespace="Microsoft.Network",
    types=(
        replace(
            row("privateEndpoints", _complete, "InUsePrivateEndpointCannotBeDeleted", view=_view),
            immutable=("properties.subnet.id",),
        ),
        replace(
            row("privateEndpoints/privateDnsZoneGroups", _complete_group, "InUseZoneGroupCannotBeDeleted"),
            removable=None,
            removing=_drop_records,
        ),
    ),
)
