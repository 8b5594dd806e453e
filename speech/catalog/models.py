"""Which custom models an image can serve, as far as pages tell."""

from dataclasses import dataclass
from functools import cache

from speech.catalog.documents import document
from speech.catalog.versions import is_before


@dataclass(frozen=True, slots=True)
class Lineage:
    """Base models that custom models come from, for images from `since` on and before `before`."""

    since: str
    before: str | None
    models: tuple[str, ...]
    source: str
    as_of: str


@cache
def lineage() -> tuple[Lineage, ...]:
    """What pages name, oldest images first; between the rows none is named."""
    content = document("models")
    return tuple(
        Lineage(row["since"], row["before"], tuple(row["models"]), content["sources"][row["source"]], row["as_of"])
        for row in content["lineage"]
    )


def base_models(version: str) -> tuple[str, ...]:
    """What models an image of this version takes; none where no page names any."""
    fitting = (
        row
        for row in lineage()
        if not is_before(version, row.since) and (row.before is None or is_before(version, row.before))
    )
    return next((row.models for row in fitting), ())
