"""A page of facts: figures with their names, then rows of one table. For people at 80 columns, or as JSON."""

import json
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from typing import Any

_WIDTH = 80
_LABEL = 11
_NARROWEST = 12
_GAP = "  "
MINE, ESTIMATE, SOURCE = "yours", "estimate", "source"
"""Columns that are shown as a sign each."""
_SIGNS = {MINE: ("*", "is of your own catalogue"), ESTIMATE: ("~", "is an estimate, by what other regions pay")}

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """Every row has the same columns, in their order. None is unknown or not there."""

    title: str
    facts: dict[str, str | None] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)


def as_json(page: Page) -> str:
    """One document: title, facts, rows."""
    return json.dumps({"title": page.title, "facts": page.facts, "rows": page.rows}, indent=2, ensure_ascii=False)


def text(page: Page) -> str:
    """Nothing is cut: wide cells take several lines, sources stand below the table, and empty columns are left out."""
    lines = [page.title]
    for label, value in page.facts.items():
        lines += _wrapped(f"{label:<{_LABEL}} ", value) if value is not None else []
    sources = list(dict.fromkeys(row[SOURCE] for row in page.rows if row.get(SOURCE)))
    if page.rows:
        numbered = [
            {**row, SOURCE: f"[{sources.index(row[SOURCE]) + 1}]"} if SOURCE in row else row for row in page.rows
        ]
        lines += ["", *_table(numbered)]
    notes = [_wrapped(f"{f'[{number}]':<4} ", source) for number, source in enumerate(sources, 1)]
    signs = [f"{sign}    {words}" for name, (sign, words) in _SIGNS.items() if any(row.get(name) for row in page.rows)]
    return "\n".join([*lines, *([""] if notes or signs else []), *signs, *chain.from_iterable(notes)])


def _wrapped(label: str, value: str) -> list[str]:
    """Beside its label; an address that is longer than a line is broken."""
    return textwrap.wrap(
        value, _WIDTH, initial_indent=label, subsequent_indent=" " * len(label), break_on_hyphens=False
    )


def _table(rows: list[Row]) -> Iterator[str]:
    columns = [name for name in rows[0] if any(row[name] not in (None, "", False) for row in rows)]
    heads = ["" if name in _SIGNS or name == SOURCE else name for name in columns]
    cells = [[_cell(name, row[name]) for name in columns] for row in rows]
    numbers = [all(isinstance(row[name], int | float | None) for row in rows) for name in columns]
    widths = [max(map(len, (head, *(line[at] for line in cells)))) for at, head in enumerate(heads)]
    texts = [at for at, number in enumerate(numbers) if not number]
    while sum(widths) + len(_GAP) * (len(widths) - 1) > _WIDTH:
        # A row's name gives way last.
        wide = [at for at in texts[1:] if widths[at] > _NARROWEST] or texts[:1]
        widths[max(wide, key=lambda at: widths[at])] -= 1
    for line in [heads, *cells]:
        parts = [textwrap.wrap(cell, width) or [""] for cell, width in zip(line, widths, strict=True)]
        for each in zip_longest(*parts, fillvalue=""):
            fitted = zip(each, widths, numbers, strict=True)
            yield _GAP.join(part.rjust(width) if right else part.ljust(width) for part, width, right in fitted).rstrip()


def _cell(name: str, value: object) -> str:
    if name in _SIGNS:
        return _SIGNS[name][0] if value else ""
    if isinstance(value, float):
        return f"{value:,.10g}"
    return "-" if value is None else f"{value:,}" if isinstance(value, int) else str(value)
