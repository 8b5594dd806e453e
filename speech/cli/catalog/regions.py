"""Regions as a person may write them."""

from speech.catalog.regions import nearest_region, region
from speech.files.stack_file import UnreadableError
from speech.settings.faults import shown


def known_region(given: str) -> str:
    """The region's name as the services write it. Raises UnreadableError for one without Speech."""
    found = region(given)
    if found is None:
        close = nearest_region(given) or "westeurope"
        raise UnreadableError(f'--region: {shown(given)} has no Speech service; did you mean "{close}"?')
    return found.name
