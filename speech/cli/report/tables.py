"""Tables: numbers to the right, a caption for those who hear them; on a phone, each row of a wide one is a card."""

from collections.abc import Sequence
from dataclasses import dataclass

from speech.cli.report.markup import Content, Markup, tag

_FEW = 5
"""Columns that need no more width than a picture, if they are numbers."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column's head; `number` aligns it, `code` is text for machines that breaks anywhere, `whole` nowhere."""

    head: str
    number: bool = False
    code: bool = False
    whole: bool = False

    @property
    def class_(self) -> str | None:
        """Its cells' class."""
        return "number" if self.number else "code" if self.code else "whole" if self.whole else None


def table(
    caption: str, columns: Sequence[Column], rows: Sequence[Sequence[Content]], *, foot: int = 0, short: bool = False
) -> Markup:
    """Rows below their heads, the first cell of each its head; the last `foot` of them are sums.

    A `short` table has words and numbers so short that a phone has place for whole rows.
    """
    slim = len(columns) <= _FEW and all(each.number for each in columns[1:])
    classes = [*(["slim"] if slim else []), *([] if short else ["cards"])]
    made = [_row(columns, row) for row in rows]
    body, feet = (made[:-foot], made[-foot:]) if foot else (made, [])
    heads = [tag("th", each.head, scope="col", role="columnheader", class_=each.class_) for each in columns]
    return tag(
        "table",
        tag("caption", caption),
        # Roles again: a browser forgets them where a row is laid out as a card.
        tag("thead", tag("tr", *heads, role="row"), role="rowgroup"),
        tag("tbody", *body, role="rowgroup"),
        tag("tfoot", *feet, role="rowgroup") if feet else None,
        role="table",
        class_=" ".join(classes) or None,
    )


def _row(columns: Sequence[Column], row: Sequence[Content]) -> Markup:
    first, *rest = zip(columns, row, strict=True)
    head = tag("th", first[1], scope="row", role="rowheader", class_=first[0].class_)
    cells = [tag("td", cell, role="cell", class_=each.class_, data_label=each.head) for each, cell in rest]
    return tag("tr", head, *cells, role="row")
