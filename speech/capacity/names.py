"""Names of the things that a stack makes, fixed by its settings so that a second run finds them again."""

import hashlib
from collections.abc import Mapping

from speech.capacity.plan import NodePool
from speech.settings.stack import Stack

NAMESPACE = "speech"


def names(stack: Stack) -> Mapping[str, str]:
    """Azure names by what they name. All are within the limits of their types for every region there is."""
    place = f"{stack.environment}-{stack.location}"
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


def pool_name(pool: NodePool) -> str:
    """A pool's name in Azure, 12 characters: another where a property differs that Azure never changes in a pool.

    So a new pool can stand beside the old one until the pods have moved.
    """
    fixed = "/".join([pool.vm_size, *pool.zones, str(pool.disk.gib), str(pool.disk.ephemeral)])
    return pool.name[:6] + hashlib.sha256(fixed.encode()).hexdigest()[:6]
