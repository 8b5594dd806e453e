"""The dated documents under data/ and what every reader of them shares."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).with_name("data")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a figure comes from: `source` a full reference, `as_of` an ISO date, `confidence` high, medium or low."""

    source: str
    as_of: str
    confidence: str
    note: str | None = None


@cache
def document(name: str) -> dict[str, Any]:
    """The document `data/<name>.json`. Callers do not change it."""
    content: dict[str, Any] = json.loads((_DATA / f"{name}.json").read_bytes())
    return content


def names() -> tuple[str, ...]:
    """Every document, in the order of the alphabet."""
    return tuple(sorted(path.stem for path in _DATA.glob("*.json")))


def evidence(sources: dict[str, str], row: dict[str, Any]) -> Evidence:
    """The evidence of one row, its source key written out."""
    return Evidence(sources[row["source"]], row["as_of"], row["confidence"], row.get("note"))
