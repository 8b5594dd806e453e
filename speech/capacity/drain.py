"""How long things wait: for the streams of what goes, and for the start of what comes."""

from dataclasses import dataclass

from speech.catalog.limits import limit

LEAVING_SECONDS = 15
"""Until every proxy knows that a pod goes: streams that still come to it meanwhile have their whole time too."""
SHUTDOWN_SECONDS = 45
"""Between the end of the wait for streams and the kill: for the container to report its last usage."""
MIN_READY_SECONDS = 30
NEW_NODE_SECONDS = 900
"""The autoscaler gives up a node that has not come by then (max-node-provision-time)."""
_SLACK_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Drain:
    """What follows from the longest stream: every grace period and drain of the stack.

    No source says what a Speech container does with open streams when it is told to stop (.NET servers give them half
    a minute), so it is told only when the longest stream has had its time: a pod that goes takes no new streams once
    that is known, keeps those it has, and stays for all of that time, busy or not.
    """

    pre_stop_seconds: int
    """Pod: from its deletion until it is told to stop."""
    grace_seconds: int
    """Pod: until it is killed. The cluster's autoscaler must allow as much (max-graceful-termination-sec)."""
    pool_minutes: int
    """Node pool: until the drain of one node, and the upgrade with it, counts as failed."""


@dataclass(frozen=True, slots=True)
class Waits:
    """How long a rollout of one container may take, in seconds."""

    progress_seconds: int
    """Deployment: a pod on a new node, and some more. A full pool makes a rollout wait for streams longer than that:
    the Deployment then says so, and goes on."""
    create_seconds: int
    """Engine, first rollout: all pods start at once."""
    update_seconds: int
    """Engine, later rollouts: in a full pool pod after pod, each when another has gone."""
    delete_seconds: int
    """Engine: pods go."""


def drain(longest_stream_minutes: int, pods_per_node: int, startup_minutes: int) -> Drain:
    """From the longest stream. A node's pods go one after another where they belong to one container (its budget)."""
    pre_stop = longest_stream_minutes * 60 + LEAVING_SECONDS
    grace = pre_stop + SHUTDOWN_SECONDS
    replaced_before = max(0, pods_per_node - 1) * startup_minutes * 60
    allowed = limit("aks.drain-minutes")
    minutes = -(-(grace + replaced_before + _SLACK_SECONDS) // 60)
    return Drain(
        pre_stop_seconds=pre_stop,
        grace_seconds=grace,
        pool_minutes=int(min(max(minutes, allowed.minimum), allowed.maximum)),
    )


def group_waits(startup_minutes: int) -> Waits:
    """Of one container group: no node comes, and Container Instances wait for no stream when a group goes."""
    ready = 2 * startup_minutes * 60 + _SLACK_SECONDS
    return Waits(
        progress_seconds=ready,
        create_seconds=ready,
        update_seconds=ready + _SLACK_SECONDS,
        delete_seconds=_SLACK_SECONDS,
    )


def waits(startup_minutes: int, grace_seconds: int, most_pods: int) -> Waits:
    """From a cold start: a node comes, an image of gigabytes is pulled, then a model is loaded within as long again."""
    cold_start = NEW_NODE_SECONDS + 2 * startup_minutes * 60 + MIN_READY_SECONDS
    progress = cold_start + _SLACK_SECONDS
    return Waits(
        progress_seconds=progress,
        create_seconds=progress + _SLACK_SECONDS,
        update_seconds=progress + _SLACK_SECONDS + most_pods * (cold_start + grace_seconds),
        delete_seconds=grace_seconds + _SLACK_SECONDS,
    )
