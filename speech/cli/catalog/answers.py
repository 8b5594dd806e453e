"""What services answered, as documents to lay over the catalogue."""

from dataclasses import dataclass, field
from typing import Any


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


def _both(one: Any, other: Any) -> Any:  # noqa: ANN401  # any JSON
    if isinstance(one, dict):
        return {**one, **other}
    rows = {row["name"]: row for row in one}
    return list((rows | {row["name"]: {**rows.get(row["name"], {}), **row} for row in other}).values())
