"""Whose a resource is, and what for."""

from collections.abc import Iterator, Mapping

from policies.reading import UNKNOWN, About, Resource, at

# Types that take tags and stand on the bill, or hold what does.
_TAGGED = (
    "azure-native:cognitiveservices:Account",
    "azure-native:containerinstance:ContainerGroup",
    "azure-native:containerservice:AgentPool",
    "azure-native:containerservice:ManagedCluster",
    "azure-native:keyvault:Vault",
    "azure-native:managedidentity:UserAssignedIdentity",
    "azure-native:network:NatGateway",
    "azure-native:network:PrivateEndpoint",
    "azure-native:network:PublicIPAddress",
    "azure-native:network:VirtualNetwork",
    "azure-native:operationalinsights:Workspace",
    "azure-native:resources:ResourceGroup",
    "azure-native:storage:StorageAccount",
)


def resources_are_tagged(resource: Resource, about: About) -> Iterator[str]:
    """A bill by tags tells environments and teams apart."""
    if resource.type not in _TAGGED:
        return
    tags = at(resource.props, "tags")
    if tags is UNKNOWN:
        return
    for name in about.tags:
        if not (isinstance(tags, Mapping) and tags.get(name)):
            yield f'tags: without "{name}" nobody knows from the bill whose this is. Add it (speech:tags)'
