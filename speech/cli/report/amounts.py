"""Numbers for people: thousands apart, ranges with a dash, ~ before an estimate, what is unknown named so."""

from speech.capacity.money import Amount
from speech.capacity.plan import Range

UNKNOWN = "unknown"
NONE = "\N{EN DASH}"


def usd(amount: Amount | None) -> str:
    """US dollars, whole ones."""
    return UNKNOWN if amount is None else between(amount.low, amount.high, estimated=amount.estimated)


def low(amount: Amount | None) -> str:
    """The least alone."""
    return UNKNOWN if amount is None else one(amount.low, estimated=amount.estimated)


def high(amount: Amount | None) -> str:
    """The most alone."""
    return UNKNOWN if amount is None else one(amount.high, estimated=amount.estimated)


def one(number: float, *, estimated: bool = False) -> str:
    """Without fractions."""
    return f"{'~' if estimated else ''}{number:,.0f}"


def between(least: float, most: float, *, estimated: bool = False) -> str:
    """Both ends, or one number where they read alike."""
    ends = dict.fromkeys((one(least), one(most)))
    return ("~" if estimated else "") + "\N{EN DASH}".join(ends)


def short(number: float) -> str:
    """The same, without a fraction from 100 on."""
    return size(number) if number < 100 else one(number)  # noqa: PLR2004  # three figures tell enough


def ends_of(least: float, most: float) -> str:
    """Cores or GiB, both ends."""
    return "\N{EN DASH}".join(dict.fromkeys((size(least), size(most))))


def span(counts: Range) -> str:
    """A least and a most that are counted."""
    return between(counts.min, counts.max)


def size(number: float) -> str:
    """Cores or GiB."""
    return f"{number:,.1f}"


def many(count: int, word: str) -> str:
    """1 node, 2 nodes."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def percent(part: float, whole: float) -> str:
    """A part of the whole."""
    return f"{100 * part / whole:.0f} %" if whole else NONE
