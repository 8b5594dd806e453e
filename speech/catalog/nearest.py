"""The nearest valid value, for the words of a fault."""

from collections.abc import Iterable


def nearest(text: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like `text`, letter case aside; None if none is close."""
    from difflib import get_close_matches  # noqa: PLC0415  only a fault needs it

    by_lower = {candidate.lower(): candidate for candidate in candidates}
    found = get_close_matches(text.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None
