"""Questions that neither the provider nor its SDK can ask Azure: one read each, with the provider's own token."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import pulumi
from pulumi_azure_native import authorization

from speech.resource_manager import ResourceManager, resource_manager

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and where."""

    location: str
    subscription: str
    token: str = field(repr=False)

    def manager(self) -> ResourceManager:
        """The cloud's own, or where the provider was pointed at. Raises OSError."""
        host = os.environ.get("ARM_METADATA_HOSTNAME") or pulumi.Config("azure-native").get("metadataHost")
        return resource_manager(self.location, host)


def asked(location: str, question: Callable[[Caller], T]) -> pulumi.Output[T]:
    """What `question` finds, in a preview already. It runs in a thread: other resources are registered meanwhile.

    The answer must be no secret: it goes into the state in clear.
    """
    client = authorization.get_client_config_output()
    token: pulumi.Output[authorization.GetClientTokenResult] = pulumi.Output.secret(
        authorization.get_client_token_output()
    )

    async def ask(subscription: str, secret: str) -> T:
        return await asyncio.to_thread(question, Caller(location, subscription, secret))

    answer: pulumi.Output[T] = pulumi.Output.all(client, token).apply(
        lambda found: ask(found[0].subscription_id, found[1].token)
    )
    return pulumi.Output.unsecret(answer)
