"""Text for a terminal of 80 columns, without colour: sentences beside a label, tables, sums of money."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from speech.capacity.money import Amount

WIDTH = 80
LABEL_WIDTH = 9


def usd(amount: Amount | None) -> str:
    """`unknown`, or whole dollars at the least and the most; an estimate is marked by ~."""
    if amount is None:
        return "unknown"
    low, high = f"{amount.low:,.0f}", f"{amount.high:,.0f}"
    return ("~" if amount.estimated else "") + (low if low == high else f"{low}-{high}")


def short(text: str, longest: int) -> str:
    """The text, cut where it is longer."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def prose(label: str, sentences: Iterable[str], *, hang: int = 0) -> Iterator[str]:
    """Sentences beside their label, each on its own lines; those after its first are `hang` columns further right."""
    wrapped = [
        line
        for sentence in sentences
        for line in textwrap.wrap(
            sentence,
            WIDTH - LABEL_WIDTH,
            subsequent_indent=" " * hang,
            break_long_words=False,
            break_on_hyphens=False,
        )
    ]
    for at, line in enumerate(wrapped):
        yield f"{label if at == 0 else '':<{LABEL_WIDTH}}{line}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], right: set[int]) -> list[str]:
    """Columns as wide as their widest cell; those in `right` end at one edge."""
    lines = [head, *rows]
    widths = [max(len(row[column]) for row in lines) for column in range(len(head))]
    return [
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in lines
    ]
