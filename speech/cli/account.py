"""`speech account`: what Pulumi's provider cannot do with a Speech account."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from azure.core.exceptions import AzureError, ClientAuthenticationError, ResourceNotFoundError
from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient

from operations.azure import Azure, NoAzureError, azure
from speech.capacity.names import names
from speech.settings.stack import Stack


@dataclass(frozen=True, slots=True)
class DeletedAccount:
    """A soft-deleted account of a stack, and until when Azure keeps it."""

    location: str
    resource_group: str
    name: str
    kept_until: str


def deleted_account(stack: Stack, named: Mapping[str, str], place: Azure) -> DeletedAccount | None:
    """The stack's account if it is soft-deleted. Raises NoAzureError where Azure does not answer the question."""
    with _client(place) as client:
        try:
            found = client.deleted_accounts.get(stack.location, named["resource_group"], named["account"])
        except ResourceNotFoundError:
            return None
        except (ClientAuthenticationError, AzureError) as error:
            raise NoAzureError(_first_line(error)) from None
    until = (
        found.properties.scheduled_purge_date if found.properties else None
    ) or "at most 48 hours after its deletion"
    return DeletedAccount(stack.location, named["resource_group"], named["account"], until)


def purge(account: DeletedAccount, place: Azure) -> None:
    """Ends the soft deletion: the name is free at once, and nothing can be restored. Raises NoAzureError."""
    with _client(place) as client:
        try:
            client.deleted_accounts.begin_purge(account.location, account.resource_group, account.name).result()
        except AzureError as error:
            raise NoAzureError(_first_line(error)) from None


def purge_of(stack: Stack, stack_name: str, confirmed: Callable[[str], bool]) -> str:
    """Purges the stack's soft-deleted account once `confirmed` has said yes; what happened, as a sentence."""
    place, named = azure(stack.location), names(stack, stack_name)
    found = deleted_account(stack, named, place)
    if found is None:
        return f"{named['account']} is not soft-deleted: nothing to purge"
    if not confirmed(f"Purge {found.name} in {found.resource_group}? Azure would keep it until {found.kept_until}."):
        return "nothing was purged"
    purge(found, place)
    return f"{found.name} is purged: its name is free"


def _client(place: Azure) -> CognitiveServicesManagementClient:
    return CognitiveServicesManagementClient(
        place.credential,
        place.subscription,
        base_url=place.resource_manager,
        credential_scopes=[f"{place.resource_manager}/.default"],
    )


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
