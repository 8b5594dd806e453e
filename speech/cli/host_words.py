"""What each kind of host calls its things, for people."""

from dataclasses import dataclass

from speech.settings.target import TargetKind


@dataclass(frozen=True, slots=True)
class Words:
    """What a kind of host calls its things."""

    host: str
    one: str
    many: str
    streams: str
    """What becomes of the streams of what goes."""
    address: str = ""
    """When an address is known that only the host gives."""


_POD_STAYS = "a pod that goes stays that long"
_WORDS = {
    TargetKind.AKS: Words(
        "AKS",
        "pod",
        "pods",
        f"{_POD_STAYS}, a node's drain up to {{drain}}",
        "an address is known when its load balancer stands: see the stack's outputs",
    ),
    TargetKind.KUBERNETES: Words(
        "Kubernetes, account",
        "pod",
        "pods",
        _POD_STAYS,
        "an address is known when its load balancer stands: see the stack's outputs",
    ),
    TargetKind.CONTAINER_INSTANCES: Words(
        "Container Instances",
        "group",
        "groups",
        "a group that is replaced or restarted waits for none of them",
        "each group has an address of its own, known when it stands: see the stack's outputs",
    ),
    TargetKind.DOCKER: Words(
        "Docker, account",
        "size",
        "port",
        "a container that stops waits for none of them",
    ),
}


def words_of(target: str) -> Words:
    """Those of a plan's target."""
    return _WORDS[TargetKind(target)]
