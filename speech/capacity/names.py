"""Names of the things that a stack makes, fixed by the stack so that a second run finds them again."""

import hashlib
import re
from collections.abc import Mapping

from speech.capacity.plan import NodePool
from speech.settings.stack import Stack

NAMESPACE = "speech"
# With "aks-speech-" before it, within the 54 characters of a cluster's DNS prefix: the tightest limit of all.
_LONGEST = 40


def names(stack: Stack, stack_name: str) -> Mapping[str, str]:
    """Azure names by what they name, within the limits of their types. Two stacks of a subscription never share one."""
    place = _slug(stack_name)
    return {
        "resource_group": f"rg-speech-{place}",
        "account": stack.account.custom_domain or f"speech-{place}",
        "cluster": f"aks-speech-{place}",
        "identity": f"id-speech-{place}",
        "control_plane": f"id-aks-speech-{place}",
        "network": f"vnet-speech-{place}",
        "account_endpoint": f"pe-account-speech-{place}",
        "vault_endpoint": f"pe-vault-speech-{place}",
        "workspace": f"log-speech-{place}",
        "namespace": NAMESPACE,
    }


def _slug(stack_name: str) -> str:
    """Small letters, digits and hyphens; what had to be changed or cut is told apart by six characters of a hash."""
    plain = re.sub(r"[^a-z0-9]+", "-", stack_name.lower()).strip("-") or "stack"
    if plain == stack_name and len(plain) <= _LONGEST:
        return plain
    mark = hashlib.sha256(stack_name.encode()).hexdigest()[:6]
    return f"{plain[: _LONGEST - 7].rstrip('-')}-{mark}"


def pool_name(pool: NodePool) -> str:
    """A pool's name in Azure, 12 characters: another where a property differs that Azure never changes in a pool.

    So a new pool can stand beside the old one until the pods have moved.
    """
    fixed = "/".join([pool.vm_size, *pool.zones, str(pool.disk.gib), str(pool.disk.ephemeral)])
    return pool.name[:6] + hashlib.sha256(fixed.encode()).hexdigest()[:6]
