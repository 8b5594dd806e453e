"""The words that a Speech container is started with: one order for every host."""

from collections.abc import Sequence

BILLING_VARIABLE = "SPEECH_BILLING"
KEY_VARIABLE = "SPEECH_API_KEY"


def connected(billing: str, key: str, extras: Sequence[str] = ()) -> list[str]:
    """Licence, endpoint and key, then what the kind adds (vendor how-to, 2026-01)."""
    return ["Eula=accept", f"Billing={billing}", f"ApiKey={key}", *extras]


def in_kubernetes(extras: Sequence[str] = ()) -> list[str]:
    """The same words where endpoint and key stand in variables: the pod's document holds no key."""
    return connected(f"$({BILLING_VARIABLE})", f"$({KEY_VARIABLE})", extras)
