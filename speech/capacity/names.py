"""Names of the things that a stack makes, fixed by the stack so that a second run finds them again."""

import hashlib
import re
from collections.abc import Mapping

from speech.capacity.plan import NodePool
from speech.settings.stack import Stack
from speech.settings.target import KubernetesTarget

NAMESPACE = "speech"
# With "aks-speech-" before it, within the 54 characters of a cluster's DNS prefix: the tightest limit of all.
_LONGEST = 40
_LONGEST_LABEL = 63
_LONGEST_POOL = 12


def names(stack: Stack, stack_name: str) -> Mapping[str, str]:
    """Names by what they name, within the limits of their types. Two stacks of a subscription never share one."""
    place = _slug(stack_name, _LONGEST)
    # /subscriptions/S/resourceGroups/G
    theirs = stack.resource_group_id.split("/")[4] if stack.resource_group_id else None
    return {
        "stack": place,
        "budget": f"rg-speech-{place}",
        "diagnostics": f"rg-speech-{place}",
        "resource_group": theirs or f"rg-speech-{place}",
        "account": stack.account.custom_domain or f"speech-{place}",
        "cluster": f"aks-speech-{place}",
        "identity": f"id-speech-{place}",
        "control_plane": f"id-aks-speech-{place}",
        "network": f"vnet-speech-{place}",
        "account_endpoint": f"pe-account-speech-{place}",
        "vault_endpoint": f"pe-vault-speech-{place}",
        "workspace": f"log-speech-{place}",
        "namespace": namespace(stack),
    }


def namespace(stack: Stack) -> str:
    """The Kubernetes namespace of all Speech containers of the stack."""
    return stack.target.namespace if isinstance(stack.target, KubernetesTarget) else NAMESPACE


def group_name(container: str, number: int) -> str:
    """The container group of one replica, up to 63 characters without two hyphens in a row."""
    return f"{_slug(container, _LONGEST_LABEL - len(str(number)) - 1)}-{number}"


def dns_label(container: str, stack_name: str, number: int) -> str:
    """The first part of a public group's host name, up to 63 characters."""
    return group_name(f"{container}-{_slug(stack_name, _LONGEST)}", number)


def _slug(name: str, longest: int) -> str:
    """Small letters, digits and hyphens; what had to be changed or cut is told apart by six characters of a hash."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "stack"
    if plain == name and len(plain) <= longest:
        return plain
    return f"{plain[: longest - 7].rstrip('-')}-{_mark(name)}"


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:6]


def pool_name(pool: NodePool) -> str:
    """A pool's name in Azure, 12 characters: another where a property differs that Azure never changes in a pool.

    So a new pool can stand beside the old one until the pods have moved.
    """
    fixed = "/".join(
        [pool.vm_size, *pool.zones, str(pool.disk.gib), str(pool.disk.ephemeral), *(["spot"] if pool.spot else [])]
    )
    return (pool.name + _mark(fixed))[:_LONGEST_POOL]
