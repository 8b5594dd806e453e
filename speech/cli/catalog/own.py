"""Which rows of the catalogue are the user's own, or changed by them."""

from collections.abc import Mapping
from typing import Any

from speech.catalog import documents, merging
from speech.catalog.kinds import kind
from speech.catalog.tags import known_tags, tags


def keys(document: str, table: str) -> set[tuple[object, ...]]:
    """Keys of rows that ours does not have, or has otherwise."""
    names = merging.ROWS[document][table]
    if not names or documents.document(document) is documents.shipped(document):
        return set()
    ours = _by_key(document, table, documents.shipped(document))
    return {key for key, row in _by_key(document, table, documents.document(document)).items() if ours.get(key) != row}


def tag_names(kind_name: str) -> set[str]:
    """Tags of a kind that ours does not have."""
    if documents.document("tags") is documents.shipped("tags"):
        return set()
    rows = documents.shipped("tags")["kinds"].get(kind_name, {"tags": []})
    return {*tags(kind_name).by_tag} - {*known_tags(kind(kind_name), rows["tags"])}


def _by_key(document: str, table: str, content: Mapping[str, Any]) -> dict[tuple[object, ...], Any]:
    found = {}
    for row in content.get(table, ()):
        plain = {**row, "usd_per_hour": merging.by_region(content, row)} if "usd_per_hour" in row else row
        found[merging.row_key(document, table, row) or ()] = plain
    return found
