"""What this version does not do yet: using it is a fault."""

from collections.abc import Iterator

from speech.catalog.regions import region
from speech.settings.draft import Draft
from speech.settings.faults import Finding


def only_what_is_built(draft: Draft) -> Iterator[Finding]:
    """A cloud that this version knows but was never tried against is refused, not passed over."""
    place = region(draft.location) if draft.location else None
    if place and place.cloud.name != "public":
        yield Finding("azure-native:location", f"the cloud of {place.name} ({place.cloud.name}) is not in this version")
