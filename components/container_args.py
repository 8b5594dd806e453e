"""What everything that belongs to one container in a cluster has to know."""

from dataclasses import dataclass

import pulumi

from speech.capacity.plan import ContainerPlan
from speech.manifests.wiring import Wiring


@dataclass(frozen=True, kw_only=True, slots=True)
class ContainerArgs:
    """The container's plan, and what its pods need to know of their surroundings."""

    plan: ContainerPlan
    wiring: Wiring
    cluster: pulumi.Resource | None
    """None where the stack did not make it."""
    needs: list[pulumi.Resource]
    """What must be there before a pod can start."""
