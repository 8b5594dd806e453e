"""A secret in a vault of the user's. Resource Manager shows no value to anybody: the vault itself is asked."""

import asyncio
import urllib.error
from urllib.parse import urlsplit

import pulumi
from pulumi_azure_native import authorization

from speech.resource_manager import read

_API_VERSION = "7.4"
_REMEDIES = {
    401: "The vault may belong to another tenant.",
    403: "Whoever runs Pulumi needs the role Key Vault Secrets User there, and its network rules must let them in.",
    404: "Is the name right, and the secret neither deleted nor disabled?",
}


def secret_in_vault(secret_id: str) -> pulumi.Output[str]:
    """The value of a secret by its identifier, read as the caller of Pulumi, in a preview already: a secret throughout.

    Fails with the remedy where the vault does not give it.
    """
    host = urlsplit(secret_id).hostname or ""
    token: pulumi.Output[authorization.GetClientTokenResult] = pulumi.Output.secret(
        authorization.get_client_token_output(endpoint=f"https://{host.partition('.')[2]}")
    )

    async def ask(token: str) -> str:
        return await asyncio.to_thread(_value, secret_id, token)

    return token.apply(lambda found: ask(found.token))


def _value(secret_id: str, token: str) -> str:
    try:
        return str(read(f"{secret_id}?api-version={_API_VERSION}", token)["value"])
    except urllib.error.HTTPError as error:
        remedy = _REMEDIES.get(error.code, "")
        raise pulumi.RunError(f"{secret_id} cannot be read: {error}. {remedy}") from None
    except OSError as error:
        raise pulumi.RunError(f"{secret_id} cannot be read: {error}. A private vault answers in its network.") from None
