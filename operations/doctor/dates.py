"""How old the facts are that the plan was made from."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from operations.doctor.check import Check, passed, warned
from operations.doctor.subject import Subject
from speech.catalog.kinds import kind
from speech.catalog.tags import tags

_OLD_DAYS = 90
"""The vendor publishes images every one to three months, and list prices move in between."""


def prices(subject: Subject) -> Iterator[Check]:
    """Those of the plan's machines."""
    place = subject.plan.location
    yield _aged("prices", subject.plan.cost.as_of, f"of {place}", f"speech catalog refresh --region {place}")


def tag_lists(subject: Subject) -> Iterator[Check]:
    """Of the kinds that the stack runs and the vendor still publishes, the oldest."""
    kinds = {container.kind for container in subject.plan.containers if not kind(container.kind).retired}
    oldest = min((tags(name) for name in sorted(kinds)), key=lambda each: each.as_of, default=None)
    if oldest:
        yield _aged("tag lists", oldest.as_of, f"of {oldest.kind}", "speech catalog refresh --what tags")


def _aged(name: str, as_of: str, of: str, remedy: str) -> Check:
    days = (datetime.now(UTC).date() - date.fromisoformat(as_of)).days
    said = f"those {of} are {days} days old ({as_of})"
    return warned(name, said, remedy) if days > _OLD_DAYS else passed(name, said)
