"""How the containers of a group are, as those who run them tell it: what Azure calls the instance view."""

from copy import deepcopy

from sandbox.arm.model import World
from sandbox.arm.store import Document, Resource, Store

_KIND = "container group state"
_WAITING: Document = {"state": "Waiting", "detailStatus": ""}
_STOPPED: Document = {"state": "Terminated", "exitCode": 0, "detailStatus": "Stopped"}


def tell(store: Store, group: Resource, state: Document) -> None:
    """Keeps {state, events, containers: {name: instance view}, logs: {name: path}} of the group's generation."""
    told = {**state, "uid": group.hidden["uid"], "generation": group.hidden["generation"]}
    if told != store.record(_KIND, group.id):
        store.keep(_KIND, group.id, told)


def forget(store: Store, group: Resource) -> None:
    """Drops what was told of the group."""
    store.forget(_KIND, group.id)


def has_ended(store: Store, group: Resource) -> bool:
    """Whether the group was stopped, or all its containers have ended for good."""
    return bool(group.hidden["stopped"]) or _told(store, group).get("state") in {"Succeeded", "Failed"}


def log_of(store: Store, group: Resource, container: str) -> str | None:
    """The path of a container's log, where it has run."""
    logs: dict[str, str] = (store.record(_KIND, group.id) or {}).get("logs", {})
    return logs.get(container)


def view(world: World, group: Resource) -> Document:
    """The group with its instance views. What nobody runs is pending."""
    told = _told(world.store, group)
    document = deepcopy(group.document)
    properties = document["properties"]
    stopped = group.hidden["stopped"]
    properties["instanceView"] = {
        "state": "Stopped" if stopped else told.get("state", "Pending"),
        "events": told.get("events", []),
    }
    for container in (*properties["containers"], *properties["initContainers"]):
        known = told.get("containers", {}).get(container["name"])
        fresh = {"restartCount": 0, "currentState": _STOPPED if stopped else _WAITING, "events": []}
        container["properties"]["instanceView"] = known or fresh
    return document


def _told(store: Store, group: Resource) -> Document:
    told = store.record(_KIND, group.id) or {}
    current = (told.get("uid"), told.get("generation")) == (group.hidden["uid"], group.hidden["generation"])
    return told if current else {}
