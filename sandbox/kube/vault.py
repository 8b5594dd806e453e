"""The Secrets Store CSI driver with the Azure provider, as far as it makes Secrets from a key vault."""

from sandbox.kube.access import ClusterAccess, VaultSecret
from sandbox.kube.kinds import Document
from sandbox.kube.pod import CSI_DRIVER, PodWaitingError, vault_objects


def synced_secrets(
    provider_class: Document, volume: str, subject: str, cluster: ClusterAccess, read: VaultSecret
) -> dict[str, dict[str, str]]:
    """The values of each Secret that mounting the class makes, by the Secret's name. Raises PodWaitingError."""
    failed = f'FailedMount: MountVolume.SetUp failed for volume "{volume}"'
    if not cluster.secrets_store:
        raise PodWaitingError(f"{failed}: driver name {CSI_DRIVER} not found in the list of registered CSI drivers")
    spec = provider_class["spec"]
    parameters = spec.get("parameters", {})
    if spec.get("provider") != "azure" or not parameters.get("keyvaultName"):
        raise PodWaitingError(f"{failed}: the class names no provider azure with a keyvaultName")
    if not parameters.get("clientID"):
        # The provider takes the identity from here alone: annotations and labels are the webhook's.
        raise PodWaitingError(f"{failed}: failed to get credentials: the class has no clientID")
    values: dict[str, str] = {}
    for item in vault_objects(provider_class):
        name = item["objectName"]
        if item.get("objectType", "secret") != "secret":
            raise PodWaitingError(f"{failed}: the sandbox's vault holds secrets only, not {item['objectType']} {name}")
        try:
            value = read(
                vault=parameters["keyvaultName"], secret=name, client_id=parameters["clientID"],
                subject=subject, issuer=cluster.oidc_issuer,
            )  # fmt: skip
        except Exception as error:
            raise PodWaitingError(f"{failed}: failed to get objectType:secret, objectName:{name}: {error}") from error
        values[item.get("objectAlias") or name] = value
    return {
        made["secretName"]: {
            entry["key"]: values[entry["objectName"]] for entry in made["data"] if entry["objectName"] in values
        }
        for made in spec.get("secretObjects", [])
    }
