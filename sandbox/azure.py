"""What a person would do in Azure between two runs, done with the real client."""

from azure.identity import ClientSecretCredential
from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient

from sandbox.home import Home, prepare


def purge_deleted_accounts(home: Home, url: str) -> list[str]:
    """Purges every soft-deleted account, so that a run after `make down` finds its names free. Returns their names."""
    known = prepare(home)
    credential = ClientSecretCredential(
        known.tenant_id,
        known.client_id,
        known.client_secret,
        authority=url,
        disable_instance_discovery=True,
        connection_verify=str(home.ca_pem),
    )
    with CognitiveServicesManagementClient(
        credential,
        known.subscription_id,
        base_url=url,
        credential_scopes=[f"{url}/.default"],
        connection_verify=str(home.ca_pem),
    ) as client:
        deleted = [(one.location or "", str(one.id).split("/")) for one in client.deleted_accounts.list()]
        for location, parts in deleted:
            client.deleted_accounts.begin_purge(location, parts[parts.index("resourceGroups") + 1], parts[-1]).result()
        return [parts[-1] for _, parts in deleted]
