"""Which images Container Instances run, as Resource Manager tells."""

from collections.abc import Callable, Sequence

from azure.core.exceptions import AzureError, ResourceNotFoundError
from azure.mgmt.containerinstance import ContainerInstanceManagementClient

from operations.azure import NoAzureError, azure
from operations.verify.images import Running, UnknownImagesError
from operations.verify.target import Target
from speech.capacity.plan import Plan
from speech.manifests.groups import SPEECH


def running(plan: Plan) -> Callable[[Target], Sequence[Running]]:
    """Asks for the group of a target, or for all groups of its container. It raises UnknownImagesError."""

    def of(target: Target) -> list[Running]:
        groups = [one.name for one in plan.container_groups if target.name in (one.name, one.container)]
        try:
            place = azure(plan.location)
            client = ContainerInstanceManagementClient(
                place.credential,
                place.subscription,
                base_url=place.resource_manager,
                credential_scopes=[f"{place.resource_manager}/.default"],
            )
            with client:
                return [one for name in groups for one in _images(client, plan.names["resource_group"], name)]
        except (NoAzureError, AzureError) as error:
            raise UnknownImagesError(str(error).splitlines()[0]) from None

    return of


def _images(client: ContainerInstanceManagementClient, resource_group: str, name: str) -> list[Running]:
    try:
        found = client.container_groups.get(resource_group, name)
    except ResourceNotFoundError:
        return []
    return [Running(name, one.image) for one in found.containers if one.name == SPEECH]
