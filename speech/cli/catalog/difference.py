"""What is new in a document: rows and figures that were added, are gone, or changed from one value to another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from speech.catalog import merging
from speech.catalog.kinds import kind
from speech.catalog.merging import by_region
from speech.catalog.tags import known_tags

_EVIDENCE = frozenset({"source", "sources", "as_of", "note", "notes", "confidence", "asked", "priced", "listed"})


@dataclass(frozen=True, slots=True)
class Change:
    """One figure: None stands for unknown or not there."""

    document: str
    row: str
    figure: str
    old: Any
    new: Any

    @property
    def what(self) -> str:
        """added, gone or changed."""
        return "added" if self.old is None else "gone" if self.new is None else "changed"


def differences(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Every change from one form of a document to another; dates and sources aside."""
    if name == "tags":
        return [change for kind_name in new["kinds"] for change in _tags(kind_name, old, new)]
    return [
        Change(name, row, figure, before.get(figure), after.get(figure))
        for row, before, after in _pairs(name, old, new)
        for figure in dict.fromkeys((*before, *after))
        if before.get(figure) != after.get(figure)
    ]


def _pairs(
    name: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    for table, keys in merging.ROWS[name].items():
        before = {_label(keys, row): _figures(old, row) for row in old.get(table, ())}
        after = {_label(keys, row): _figures(new, row) for row in new.get(table, ())}
        for row in dict.fromkeys((*before, *after)):
            yield row, before.get(row, {}), after.get(row, {})


def _label(keys: tuple[str, ...], row: Mapping[str, Any]) -> str:
    return " ".join(str(row.get(key)) for key in keys)


def _figures(content: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """Every figure of a row by its path. A price by region is one figure for each region."""
    plain = {key: value for key, value in row.items() if key not in _EVIDENCE}
    if "usd_per_hour" in plain:
        plain["usd_per_hour"] = by_region(content, row)
    return dict(_flat(plain))


def _flat(value: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for key, inner in value.items():
        place = f"{path} {key}" if path else key
        if isinstance(inner, Mapping):
            yield from _flat(inner, place)
        else:
            yield place, inner


def _tags(kind_name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    before, after = _known(kind_name, old), _known(kind_name, new)
    for tag in sorted(before ^ after):
        there = tag in after
        yield Change("tags", kind_name, f"tag {tag}", None if there else tag, tag if there else None)
    newest = [(content["kinds"][kind_name]["newest"] or {}).get("version") for content in (old, new)]
    if newest[0] != newest[1]:
        yield Change("tags", kind_name, "newest", *newest)


def _known(kind_name: str, content: Mapping[str, Any]) -> set[str]:
    rows = content["kinds"][kind_name]
    asked = rows.get("registry") or {"gone": [], "others": []}
    return {*known_tags(kind(kind_name), rows["tags"]), *asked["others"]} - set(asked["gone"])
