"""What the stack file says of one region."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Pool:
    """Nodes of one size."""

    name: str
    vm_size: str
    least: int
    most: int
    surge: int
    disk_gib: int
    disk_type: str


@dataclass(frozen=True)
class Container:
    """One Speech container: image, size of a pod, how many of them, and how long the engine waits for them."""

    name: str
    kind: str
    image: str
    cpu: str
    memory: str
    port: int
    decoders: int
    least: int
    most: int
    fixed: bool
    target_cpu_percent: int
    settles_seconds: int
    startup_failures: int
    liveness_failures: int
    progress_seconds: int
    create_seconds: int
    update_seconds: int
    delete_seconds: int


@dataclass(frozen=True)
class Region:
    """One account, cluster and set of containers."""

    prefix: str
    """Begins the name of every resource."""
    place: str
    """Ends every name in Azure."""
    environment: str
    location: str
    custom_domain: str
    restore_deleted: bool
    address_space: str
    nodes_range: str
    endpoints_range: str
    system: Pool
    speech: Pool
    grace_seconds: int
    drain_minutes: int
    containers: tuple[Container, ...]

    @property
    def tags(self) -> dict[str, str]:
        """Tags of every Azure resource."""
        return {"environment": self.environment, "managed-by": "speech-containers"}


def region(given: dict[str, Any]) -> Region:
    """From the stack file."""
    pools = {name: Pool(**given[name]) for name in ("system", "speech")}
    return Region(**{**given, **pools, "containers": tuple(Container(**each) for each in given["containers"])})
