"""What services answered, as documents to lay over the catalogue."""

from dataclasses import dataclass, field
from typing import Any

from speech.catalog import merging

RETAIL, COMPUTE, REGISTRY = "retail-prices", "compute-skus", "registry"
"""Short names of the sources; a registry's has its host too."""
_SAID = frozenset({"source", "as_of", "note", "confidence"})


@dataclass
class Answers:
    """Documents by name with the rows that were told, and what is worth knowing of the rest."""

    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, other: "Answers") -> None:
        """Takes in what another service answered; a row that both told of is one row."""
        for name, content in other.documents.items():
            known = self.documents.setdefault(name, {})
            for key, value in content.items():
                both = isinstance(value, list | dict) and key in known
                known[key] = _both(known[key], value) if both else value
        self.notes += other.notes


def without_own(name: str, file: dict[str, Any], answer: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The answer less the figures that the file has from elsewhere, as a contract's prices; and words on each."""
    result, notes = dict(answer), list[str]()
    for table, keys in merging.ROWS[name].items():
        own = {merging.row_key(name, table, row): row for row in file.get(table, ()) if _is_own(file, row)}
        if keys and table in answer:
            pairs = [(row, own.get(merging.row_key(name, table, row), {})) for row in answer[table]]
            result[table] = [_left(file, row, mine, keys, notes) for row, mine in pairs]
    return result, notes


def _is_own(file: dict[str, Any], row: dict[str, Any]) -> bool:
    return str(row.get("source", file["source"])).partition(" ")[0] not in {RETAIL, COMPUTE, REGISTRY}


def _left(
    file: dict[str, Any], row: dict[str, Any], own: dict[str, Any], keys: tuple[str, ...], notes: list[str]
) -> dict[str, Any]:
    left: dict[str, Any] = {}
    for key, value in row.items():
        if key in keys or key in _SAID or key not in own:
            left[key] = value
        elif isinstance(value, dict):
            kept = _own_regions(file, own, own[key])
            left[key] = {region: each for region, each in value.items() if region not in kept}
            if key == "usd_per_hour" and kept:
                read = {said: own.get(said, file[said]) for said in ("source", "as_of")}
                left["asked"] = {region: own.get("asked", {}).get(region, read) for region in kept}
        if left.get(key) != value:
            label = " ".join(str(row[each]) for each in keys)
            notes.append(f"{label}: your own {key} stays ({own.get('source', file['source'])})")
    return left


def _own_regions(file: dict[str, Any], own: dict[str, Any], prices: dict[str, Any]) -> list[str]:
    """Regions of whose price no service told: it would have said so for all sizes, but where the row says otherwise."""
    told = {region for region in file.get("priced", {}) if region not in own.get("asked", {})}
    return [region for region in prices if region not in told]


def _both(one: Any, other: Any) -> Any:  # noqa: ANN401  # any JSON
    if isinstance(one, dict):
        return {**one, **other}
    rows = {row["name"]: row for row in one}
    return list((rows | {row["name"]: {**rows.get(row["name"], {}), **row} for row in other}).values())
