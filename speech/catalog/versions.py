"""Image versions in the order of their numbers."""

import re
from functools import cache

NEWEST = "999.0.0"
"""The version of an image that is named by tag, digest or repository: taken for a current one."""

_FORM = re.compile(r"(\d+(?:\.\d+)*)(-[a-z0-9]+)?", re.IGNORECASE)


@cache
def version_key(version: str) -> tuple[int, ...]:
    """Sorts 2.9.0 < 2.10.0, and a preview before its release. Raises ValueError for what is no version."""
    form = _FORM.fullmatch(version)
    if form is None:
        raise ValueError(f'"{version}" is no version')
    numbers = [int(number) for number in form[1].split(".")]
    return (*numbers, *[0] * (3 - len(numbers)), 0 if form[2] else 1)


def is_before(version: str, other: str) -> bool:
    """Whether a version is older than another; what is no version is taken for the newest."""
    return _FORM.fullmatch(version) is not None and version_key(version) < version_key(other)
