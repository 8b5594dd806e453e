"""Microsoft.ManagedIdentity: user-assigned identities and their federated credentials."""

import re

from sandbox.arm import principals
from sandbox.arm.errors import bad_request, conflict
from sandbox.arm.model import Call, Provider, ResourceType
from sandbox.arm.principals import IDENTITY_TYPE
from sandbox.arm.store import Resource

FEDERATED_TYPE = f"{IDENTITY_TYPE}/federatedIdentityCredentials"
TOKEN_EXCHANGE_AUDIENCE = "api://AzureADTokenExchange"  # noqa: S105 - an audience, no secret
_VERSIONS = frozenset({"2018-11-30", "2022-01-31-preview", "2023-01-31", "2023-07-31-preview", "2024-11-30"})
_MOST_CREDENTIALS = 20


def _complete_identity(call: Call, wanted: Resource, existing: Resource | None) -> None:
    made = existing.properties if existing else principals.register(call.world, wanted.id)
    wanted.document["properties"] = {
        "tenantId": call.world.who.tenant_id,
        "principalId": made["principalId"],
        "clientId": made["clientId"],
    }


def _complete_credential(call: Call, wanted: Resource, existing: Resource | None) -> None:
    properties, siblings = wanted.properties, call.store.of_type(FEDERATED_TYPE, call.path.owner.id)
    others = [each for each in siblings if each.key != wanted.key]
    for name in ("issuer", "subject", "audiences"):
        if not properties.get(name):
            raise bad_request("BadRequest", f"The property '{name}' of the federated identity credential is required.")
    if not str(properties["issuer"]).startswith("https://"):
        raise bad_request("BadRequest", "The issuer of the federated identity credential must be an https URL.")
    if not existing and len(others) >= _MOST_CREDENTIALS:
        text = f"Too many Federated Identity Credentials on the identity: at most {_MOST_CREDENTIALS} are allowed."
        raise bad_request("BadRequest", text)
    pair = (properties["issuer"], properties["subject"])
    if any((each.properties["issuer"], each.properties["subject"]) == pair for each in others):
        text = "Issuer and subject combination already exists for this Managed Identity."
        raise conflict("BadRequest", text)


PROVIDER = Provider(
    namespace="Microsoft.ManagedIdentity",
    types=(
        ResourceType(
            name=IDENTITY_TYPE,
            versions=_VERSIONS,
            name_rule=re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{2,127}"),
            has_state=False,
            complete=_complete_identity,
        ),
        ResourceType(
            name=FEDERATED_TYPE,
            versions=_VERSIONS - {"2018-11-30"},
            name_rule=re.compile(r"[a-zA-Z0-9][a-zA-Z0-9-_]{2,119}"),
            located=False,
            has_state=False,
            complete=_complete_credential,
        ),
    ),
)
