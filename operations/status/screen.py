"""A report as one screen of 80 columns. Pure."""

from collections.abc import Iterator
from datetime import datetime

from operations.status.finding import BY_HAND, UNKNOWN, Problem, Report, Row

_HEAD = ("container", "image", "pods", "restarts", "since", "state")
_SINCE_WIDTH = 6
"""Of `20 min`: the columns stay where they are while time goes by."""


def lines(report: Report, now: datetime, width: int = 80) -> Iterator[str]:
    """First what runs, then what is wrong, worst first, each with its remedy under it."""
    yield f"{report.stack}   {report.where}"
    yield from (f"{name:<8} {said}" for name, said in report.facts.items())
    if report.rows:
        yield ""
        yield from _table(report.rows, now, width)
    yield ""
    yield _verdict(report)
    for problem in report.problems:
        yield from _problem(problem, now)
    yield from (f"not asked  {one}" for one in report.unknown)


def ago(since: datetime | None, now: datetime) -> str:
    """How long it has been: `40 s`, `4 min`, `26 h`, `12 d`; a dash where nobody knows."""
    if since is None:
        return "-"
    seconds = max(0, int((now - since).total_seconds()))
    for size, word, least in ((86400, "d", 3), (3600, "h", 2), (60, "min", 2)):
        if seconds >= size * least:
            return f"{seconds // size} {word}"
    return f"{seconds} s"


def _table(rows: tuple[Row, ...], now: datetime, width: int) -> Iterator[str]:
    cells = [_HEAD, *(_cells(row, now) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(_HEAD))]
    widths[4] = max(widths[4], _SINCE_WIDTH)
    widths[1] = max(len(_HEAD[1]), min(widths[1], width - sum(widths) + widths[1] - 2 * (len(_HEAD) - 1)))
    for row in cells:
        shown = [f"{_cut(cell, size):<{size}}" for cell, size in zip(row, widths, strict=True)]
        yield "  ".join(shown).rstrip()


def _cells(row: Row, now: datetime) -> tuple[str, ...]:
    known = row.state not in {UNKNOWN, BY_HAND}
    most = f" of {row.most}" if row.most > row.wanted else ""
    pods = f"{row.ready}/{row.wanted}{most}" if known else f"?/{row.wanted}{most}"
    return row.name, row.image, pods, str(row.restarts) if known else "?", ago(row.since, now), row.state


def _cut(text: str, size: int) -> str:
    return text if len(text) <= size else f"{text[: size - 1]}…"


def _verdict(report: Report) -> str:
    wrong = sum(not problem.warns for problem in report.problems)
    warnings = len(report.problems) - wrong
    words = [
        f"{count} {word}{'s' * (count > 1)}" for count, word in ((wrong, "problem"), (warnings, "warning")) if count
    ]
    if words:
        return ", ".join(words)
    if report.blind:
        return "nobody could tell what runs"
    return "nothing is wrong, as far as could be asked" if report.unknown else "all is well"


def _problem(problem: Problem, now: datetime) -> Iterator[str]:
    since = f", for {ago(problem.since, now)}" if problem.since else ""
    yield f"{'warn' if problem.warns else 'fail'}  {problem.what}{since}: {problem.said}"
    yield f"      {problem.remedy}"
