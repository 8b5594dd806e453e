"""How far a run is: a live table on a terminal, else a line for each stack that begins or ends. On standard error."""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import ceil

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from operations.fleet.estimate import all_left, left
from operations.fleet.run import Row, Run, State
from speech.cli.fleet.words import changed, duration, tally
from speech.cli.layout import short

_A_SECOND = 4
_STYLES = {
    State.DONE: "green",
    State.FAILED: "red",
    State.STOPPED: "red",
    State.RUNNING: "cyan",
    State.CHECKING: "cyan",
}
_FRAME = 8
"""Lines above and below the rows, and one for the cursor."""
_NARROW, _SHORTEST, _LONGEST = 56, 16, 40
"""All columns but the stack's name, and what that name may take."""
_COMPLAINT = 300
_WIDE = 120
"""From here on complaints stand beside their stack."""
_QUIET = frozenset({State.WAITING, State.NOT_RUN, State.BEFORE, State.PROTECTED})


class Display:
    """Hears a run and shows it. `stopping` is what it says once somebody has asked for its end."""

    def __init__(self, console: Console, before: Mapping[str, float]) -> None:
        self._console, self._before = console, before
        self._run: Run | None = None
        self.stopping = False

    def hear(self, row: Row | None) -> None:
        """A row has changed. On a terminal the table shows it by itself."""
        if row is None or self._console.is_terminal or row.state in _QUIET or self._run is None:
            return
        action = self._run.file.asked.action
        parts = [f"{row.wave:<10}", f"{row.member.name:<28}", f"{row.state:<9}"]
        if not row.works:
            parts += [f"{changed(row, action):<11}", duration(row.seconds)]
        lines = ["  ".join(parts).rstrip()]
        if row.error is not None:
            lines.append(f"{'':12}{short(' '.join(row.error.split()), _COMPLAINT)}")
        for line in lines:
            self._console.print(line, markup=False, highlight=False, soft_wrap=True)

    @contextmanager
    def shown(self, run: Run) -> Iterator[None]:
        """Shows the run while it lasts. The live table is gone afterwards: a summary follows."""
        self._run = run
        if not self._console.is_terminal:
            yield
            return
        with Live(
            get_renderable=lambda: frame(run, self._console, self._before, stopping=self.stopping),
            console=self._console,
            refresh_per_second=_A_SECOND,
            transient=True,
        ):
            yield


def console() -> Console:
    """Standard error; a terminal only where standard output is one too."""
    found = Console(stderr=True)
    return found if sys.stdout.isatty() else Console(stderr=True, force_terminal=False)


def frame(run: Run, place: Console, before: Mapping[str, float], *, stopping: bool = False) -> Group:
    """What the terminal shows at one moment: as many rows as it holds, those that matter most."""
    asked, now = run.file.asked, run.clock()
    rest = all_left(run.rows, asked.parallel, before, now)
    about = f", about {duration(float(ceil(rest)))} left" if rest else ""
    shown = _fitting(run.rows, place.height - _FRAME)
    hidden = Counter(str(row.state) for row in run.rows if row not in shown)
    parts: list[Text | Table] = [
        Text(f"fleet {asked.action} {run.file.name}   {duration(run.seconds)}{about}"),
        Text(tally(run)),
        Text(),
        _table(run, shown, place.width, before, now),
    ]
    if hidden:
        counts = ", ".join(f"{count} {state}" for state, count in hidden.items())
        parts.append(Text(f"and {hidden.total()} more: {counts}", style="dim"))
    if stopping:
        parts.append(Text("stopping: engines end what is under way; Ctrl-C again ends them at once", style="yellow"))
    return Group(*parts)


def _fitting(rows: list[Row], most: int) -> list[Row]:
    """Those that fit, in their order: first what failed and what is under way, then what waits, then what is done."""
    if len(rows) <= most:
        return rows
    ranked = sorted(rows, key=lambda row: (not row.failed, not row.works, row.state is not State.WAITING))
    chosen = set(ranked[: max(most, 1)])
    return [row for row in rows if row in chosen]


def _table(run: Run, rows: list[Row], width: int, before: Mapping[str, float], now: float) -> Table:
    longest = min(max(_SHORTEST, width - _NARROW), _LONGEST)
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for column, right in (("wave", 0), ("stack", 0), ("state", 0), ("changes", 0), ("time", 1), ("left", 1)):
        table.add_column(column, justify="right" if right else "left", no_wrap=True)
    if width >= _WIDE:
        table.add_column("", no_wrap=True, overflow="ellipsis")
    for row in rows:
        took = row.seconds if row.seconds is not None else (now - row.began if row.began is not None else None)
        cells: list[str | Text] = [
            short(row.wave, 10),
            short(row.member.name, longest),
            Text(row.state, style=_STYLES.get(row.state, "")),
            changed(row, run.file.asked.action),
            duration(took),
            duration(left(row, run.rows, before, now)) if row.works else "-",
        ]
        table.add_row(*cells, *([" ".join((row.error or "").split())] if width >= _WIDE else []))
    return table
