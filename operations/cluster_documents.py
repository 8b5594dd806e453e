"""A stack's documents in its cluster as the engine makes them, from what is known of a stack that may not be up."""

from collections.abc import Mapping
from typing import Any

from speech.capacity.plan import Plan
from speech.manifests import arguments, cluster, keys
from speech.manifests.egress import no_proxy
from speech.manifests.wiring import Wiring, wiring
from speech.settings.stack import Stack


def wiring_of(stack: Stack, plan: Plan, known: Mapping[str, Any]) -> Wiring:
    """As the engine has it. `known` is the stack's output `references` with its endpoint; else there are places."""
    key = stack.billing.active_key
    options = {each.name: f"{each.name}-options" for each in plan.containers if arguments.secrets(each.options)}
    models = stack.model_account
    return wiring(
        plan,
        known.get("billing") or stack.account.endpoint or "<endpoint of the Speech account>",
        known.get("key_version", "unknown"),
        known.get("secret", f"speech-{key}"),
        secrets=known.get("secrets", options),
        model_billing=known.get("model_billing") or (models and (models.endpoint or "<endpoint of the model account>")),
        model_secret=known.get("model_secret") or ("speech-model" if models else None),
        pull_secret=keys.PULL_SECRET if stack.registry.password else None,
        no_proxy=no_proxy(stack),
        **cluster.of_target(stack.target),
    )


def access_of(stack: Stack, wired: Wiring, known: Mapping[str, Any]) -> keys.VaultAccess | None:
    """How pods read the key from the vault; None where they read it from a Secret."""
    if not wired.by_vault:
        return None
    return keys.VaultAccess(
        vault=known.get("vault", "<name of the vault>"),
        client_id=known.get("client_id", "<client id of the pods' identity>"),
        tenant_id=known.get("tenant_id", "<tenant id>"),
        active_key=stack.billing.active_key,
        secret=wired.secret,
    )
