"""What the documents of a container need to know of their surroundings."""

from dataclasses import dataclass
from typing import Any

from speech.capacity.exposure import INSIDE, Exposure
from speech.capacity.names import pool_name
from speech.capacity.plan import Plan


@dataclass(frozen=True, slots=True)
class Wiring:
    """One for all containers of a stack. `billing` and `key_version` may be outputs of resources."""

    namespace: str
    pool: str
    """By its name in Azure: pods move with it when another pool takes its place."""
    billing: Any
    """The account's endpoint, a URL."""
    key_version: Any
    """Changes with the key's value, so that pods roll; says nothing about the value."""
    secret: Any
    """The name of the Secret that holds the active key."""
    grace_seconds: int
    """How long a pod that goes may wait for its streams."""
    guard_image: str
    exposure: Exposure = INSIDE


def wiring(plan: Plan, billing: Any, key_version: Any, secret: Any) -> Wiring:  # noqa: ANN401  # outputs of resources
    """All that the plan decides, and the three values that only resources know."""
    return Wiring(
        namespace=plan.names["namespace"],
        pool=pool_name(plan.node_pools[0]),
        billing=billing,
        key_version=key_version,
        secret=secret,
        grace_seconds=plan.grace_seconds,
        guard_image=plan.images.guard,
        exposure=plan.exposure,
    )
