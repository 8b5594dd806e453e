"""Soft deletion: what was deleted stays recoverable for a time, holds its name, and can be purged."""

from dataclasses import dataclass

from sandbox.arm.model import World
from sandbox.arm.operations import timestamp
from sandbox.arm.store import Document, Resource

_DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Deleted:
    """A resource set aside. Times are seconds since the epoch."""

    resource: Resource
    below: tuple[Resource, ...]
    deleted_at: float
    purge_at: float

    @property
    def deletion_date(self) -> str:
        """When it was deleted, in ARM's form."""
        return timestamp(self.deleted_at)

    @property
    def purge_date(self) -> str:
        """When it will be gone for good, in ARM's form."""
        return timestamp(self.purge_at)


def set_aside(world: World, resource: Resource, days: float) -> None:
    """Keeps the resource and what stands below it. The caller takes them out of the store."""
    now = world.store.now()
    document: Document = {
        "resource": _packed(resource),
        "below": [_packed(each) for each in world.store.below(resource.id)],
        "deleted_at": now,
        "purge_at": now + days * _DAY_SECONDS,
    }
    world.store.keep(_kind(resource.type), resource.id, document)


def every(world: World, type_name: str) -> list[Deleted]:
    """All of a type that are set aside. Those whose time is over are dropped first."""
    found = [(key, _unpacked(document)) for key, document in world.store.records(_kind(type_name))]
    now = world.store.now()
    for key, each in found:
        if each.purge_at <= now:
            world.store.forget(_kind(type_name), key)
    return [each for _, each in found if each.purge_at > now]


def find(world: World, type_name: str, resource_id: str) -> Deleted | None:
    """The one that had this id."""
    return next((each for each in every(world, type_name) if each.resource.key == resource_id.lower()), None)


def purge(world: World, deleted: Deleted) -> None:
    """Forgets it for good: its name is free again."""
    world.store.forget(_kind(deleted.resource.type), deleted.resource.id)


def take_back(world: World, deleted: Deleted) -> Resource:
    """Ends the deletion: what stood below is restored, and the resource is the caller's to save."""
    purge(world, deleted)
    for each in deleted.below:
        world.store.save(each)
    return deleted.resource


def _kind(type_name: str) -> str:
    return f"deleted {type_name.lower()}"


def _packed(resource: Resource) -> Document:
    return {"id": resource.id, "type": resource.type, "document": resource.document, "hidden": resource.hidden}


def _unpacked(document: Document) -> Deleted:
    return Deleted(
        resource=Resource(**document["resource"]),
        below=tuple(Resource(**each) for each in document["below"]),
        deleted_at=document["deleted_at"],
        purge_at=document["purge_at"],
    )
