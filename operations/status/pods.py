"""What is wrong with a pod, read from what the cluster tells of it: one line, its reason first. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from operations.status.finding import moment
from speech.capacity.plan import ContainerPlan

_NO_IMAGE = ("ErrImagePull", "ImagePullBackOff", "InvalidImageName")
_GUARD = "avx2"
Item = Mapping[str, Any]


@dataclass(frozen=True)
class Documents:
    """Of the stack's namespace, and the cluster's nodes."""

    deployments: list[dict[str, Any]] = field(default_factory=list)
    pods: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    autoscalers: list[dict[str, Any]] = field(default_factory=list)
    jobs: list[dict[str, Any]] = field(default_factory=list)
    budgets: list[dict[str, Any]] = field(default_factory=list)
    nodes: list[dict[str, Any]] = field(default_factory=list)
    last_words: Mapping[str, str] = field(default_factory=dict)
    """By pod, what its container that failed logged last."""


def sign_of(pod: Item, container: ContainerPlan, found: Documents, now: datetime) -> str | None:
    """What is wrong as `reason: message`; None where nothing is, or it only starts or goes."""
    if condition_of(pod, "Ready")[0] == "True" or "deletionTimestamp" in pod["metadata"]:
        return None
    state, _, message = condition_of(pod, "PodScheduled")
    if state == "False":
        return _warning(found, pod, "NotTriggerScaleUp", "max node group size") or f"FailedScheduling: {message}"
    signs = (_container_sign(pod, status, found) for status in _statuses(pod))
    if sign := next(filter(None, signs), None) or _warning(found, pod, "FailedMount"):
        return sign
    begun = waits_since(pod)
    late = begun is not None and now - begun > timedelta(minutes=container.startup_minutes)
    return f"NotReady: not ready after {container.startup_minutes} minutes" if late else None


def failing(pods: Iterable[Item]) -> Iterator[tuple[str, str, bool]]:
    """(pod, container, whether the start before this one is meant) of what failed, and may have said why."""
    for pod in pods:
        for status in _statuses(pod):
            state = status.get("state", {})
            if (state.get("terminated") or {}).get("exitCode"):
                yield pod["metadata"]["name"], status["name"], False
                break
            if status.get("lastState", {}).get("terminated") and not status.get("ready"):
                yield pod["metadata"]["name"], status["name"], True
                break


def condition_of(item: Item, kind: str) -> tuple[str, datetime | None, str]:
    """Status, since when, and message of a condition; empty where there is none."""
    for one in item.get("status", {}).get("conditions", None) or ():
        if one["type"] == kind:
            return str(one["status"]), moment(one.get("lastTransitionTime")), str(one.get("message", ""))
    return "", None, ""


def restarts(pod: Item) -> int:
    """Of all its containers."""
    return sum(int(one.get("restartCount", 0)) for one in pod["status"].get("containerStatuses", None) or ())


def waits_since(pod: Item) -> datetime | None:
    """Since when it is not ready; since it was made where nobody has looked yet."""
    return condition_of(pod, "Ready")[1] or moment(pod["metadata"].get("creationTimestamp"))


def node_of(pod: Item) -> str | None:
    """The node it is on."""
    found: str | None = pod.get("spec", {}).get("nodeName")
    return found


def _statuses(pod: Item) -> list[dict[str, Any]]:
    status = pod["status"]
    return [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]


def _container_sign(pod: Item, status: Item, found: Documents) -> str | None:
    state = status.get("state", {})
    waiting, ended = state.get("waiting") or {}, state.get("terminated") or {}
    before = status.get("lastState", {}).get("terminated") or {}
    reason = str(waiting.get("reason", ""))
    if reason.startswith(("CreateContainer", *_NO_IMAGE)):
        return f"{reason}: {waiting.get('message', '')}"
    if reason != "CrashLoopBackOff" and not ended.get("exitCode") and not (before and not status.get("ready")):
        return None
    last = ended if ended.get("exitCode") else before
    if last.get("reason") == "OOMKilled":
        return "OOMKilled: out of memory"
    words = "no AVX2" if status.get("name") == _GUARD else found.last_words.get(pod["metadata"]["name"], "")
    return f"CrashLoopBackOff: {words or 'exit status {}'.format(last.get('exitCode', 'unknown'))}"


def _warning(found: Documents, pod: Item, reason: str, words: str = "") -> str | None:
    """The newest event of a pod with this reason and these words."""
    for event in reversed(found.events):
        message, about = str(event.get("message", "")), event.get("involvedObject", {})
        if (about.get("uid"), event.get("reason")) == (pod["metadata"].get("uid"), reason) and words in message:
            return f"{reason}: {message}"
    return None
