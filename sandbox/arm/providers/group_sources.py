"""What a container group takes from elsewhere: images of registries, shares of storage accounts."""

from sandbox.arm import registries, shares
from sandbox.arm.errors import bad_request
from sandbox.arm.model import dig
from sandbox.arm.registries import Login
from sandbox.arm.store import Document, Resource, Store


def check(store: Store, group: Resource) -> None:
    """Raises ArmError where an image is not pulled or a share is not mounted."""
    logins = {str(each.get("server")).lower(): _login(store, group, each) for each in _credentials(group)}
    for container in (*group.properties["containers"], *group.properties["initContainers"]):
        image = container["properties"]["image"]
        why = registries.refusal(store, image, logins.get(registries.server_of(image)), group)
        if why:
            raise bad_request(
                "InaccessibleImage",
                f"The image '{image}' in container group '{group.name}' is not accessible. Please check the image and "
                f"registry credential. ({why})",
            )
    for volume in group.properties.get("volumes") or []:
        why = unmountable(store, group, volume)
        if why:
            raise bad_request(
                "CannotAccessStorageAccount",
                f"The Azure storage account '{volume['azureFile'].get('storageAccountName')}' in the volume "
                f"'{volume['name']}' in container group '{group.name}' can't be accessed: {why}.",
            )


def unmountable(store: Store, group: Resource, volume: Document) -> str | None:
    """Why a volume of the group's specification is not mounted now; None where it is."""
    share = volume.get("azureFile")
    if not share:
        return None
    key = str(share.get("storageAccountKey", ""))
    return shares.refusal(store, str(share.get("storageAccountName")), str(share.get("shareName")), key, group)


def _credentials(group: Resource) -> list[Document]:
    return group.properties.get("imageRegistryCredentials") or []


def _login(store: Store, group: Resource, credential: Document) -> Login:
    """Raises ArmError for an identity that is no user-assigned one of the group."""
    identity = credential.get("identity")
    if not identity:
        return Login(str(credential.get("username", "")), str(credential.get("password", "")))
    assigned = {key.lower() for key in dig(group.document, "identity.userAssignedIdentities") or {}}
    found = store.resource(identity)
    if identity.lower() not in assigned or not found:
        raise bad_request(
            "InvalidImageRegistryCredentialIdentity",
            f"The identity '{identity}' of the image registry credential for '{credential.get('server')}' is no "
            f"user-assigned identity of container group '{group.name}'.",
        )
    return Login(principal=str(found.properties["principalId"]))
