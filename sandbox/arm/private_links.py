"""Private links: which services a private endpoint reaches, and the endpoints that lead to a resource."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.arm.ids import normal_location
from sandbox.arm.model import World
from sandbox.arm.store import Document, Resource, Store

ENDPOINT_TYPE = "Microsoft.Network/privateEndpoints"
CONNECTION_LISTS = ("privateLinkServiceConnections", "manualPrivateLinkServiceConnections")


@dataclass(frozen=True)
class Service:
    """What of a resource type can be reached privately."""

    type: str
    group_id: str
    suffix: str
    """The end of the service's public host names."""
    zone: str
    """The private DNS zone in which the names are looked up."""
    names: Callable[[Resource], list[str]]
    """What stands before the suffix, and in the zone."""


def _has_domain(account: Resource) -> bool:
    return bool(account.properties.get("customSubDomainName"))


SERVICES = (
    Service(
        "Microsoft.CognitiveServices/accounts",
        "account",
        ".cognitiveservices.azure.com",
        "privatelink.cognitiveservices.azure.com",
        lambda account: [account.properties["customSubDomainName"]] if _has_domain(account) else [],
    ),
    Service(
        "Microsoft.KeyVault/vaults",
        "vault",
        ".vault.azure.net",
        "privatelink.vaultcore.azure.net",
        lambda vault: [vault.name.lower()],
    ),
    Service(
        "Microsoft.Storage/storageAccounts",
        "file",
        ".file.core.windows.net",
        "privatelink.file.core.windows.net",
        lambda account: [account.name.lower()],
    ),
    Service(
        "Microsoft.ContainerRegistry/registries",
        "registry",
        ".azurecr.io",
        "privatelink.azurecr.io",
        lambda registry: [
            registry.name.lower(),
            f"{registry.name.lower()}.{normal_location(registry.document['location'])}.data",
        ],
    ),
)
"""Group ids and zones: learn.microsoft.com, Azure Private Endpoint private DNS zone values."""


def service_of(resource: Resource) -> Service | None:
    """The service that the resource is of; None where private endpoints cannot reach it."""
    return next((each for each in SERVICES if each.type.lower() == resource.type.lower()), None)


def connections_to(store: Store, target: Resource) -> list[tuple[Resource, Document]]:
    """(endpoint, connection) of every private endpoint that leads to the resource."""
    return [
        (endpoint, connection)
        for endpoint in store.of_type(ENDPOINT_TYPE)
        for part in CONNECTION_LISTS
        for connection in endpoint.properties[part]
        if connection["properties"]["privateLinkServiceId"].lower() == target.key
    ]


def view(world: World, target: Resource) -> Document:
    """The resource with the connections of its private endpoints."""
    connections = [_connection(target, *each) for each in connections_to(world.store, target)]
    return {**target.document, "properties": {**target.properties, "privateEndpointConnections": connections}}


def is_approved(connection: Document) -> bool:
    """Whether the owner of the resource has agreed."""
    return bool(connection["properties"]["privateLinkServiceConnectionState"]["status"] == "Approved")


def _connection(target: Resource, endpoint: Resource, connection: Document) -> Document:
    """The connection as its target shows it. A vault's says nothing of groups and names."""
    name = f"{endpoint.name}.{endpoint.hidden['guid']}"
    made: Document = {
        "id": f"{target.id}/privateEndpointConnections/{name}",
        "properties": {
            "privateEndpoint": {"id": endpoint.id},
            "privateLinkServiceConnectionState": connection["properties"]["privateLinkServiceConnectionState"],
            "provisioningState": "Succeeded",
        },
    }
    if target.type.lower() == SERVICES[0].type.lower():
        made |= {"name": name, "type": f"{SERVICES[0].type}/privateEndpointConnections"}
        made["properties"]["groupIds"] = connection["properties"]["groupIds"]
    return made
