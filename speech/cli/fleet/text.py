"""What is left of a run when it has ended: one line a stack, sums, complaints with their logs, how to go on."""

from collections import Counter
from collections.abc import Iterator

from operations.fleet.cost import difference, planned, together
from operations.fleet.run import Row, Run, State
from speech.cli.fleet import words
from speech.cli.layout import WIDTH, prose, short, table

_LONGEST_WAVE, _SHORTEST_STACK = 10, 12
_STACK, _GAP = 1, 2
_MOST_COMPLAINT = 300
_MONEY = ("preview", "up")


def summary(run: Run, given: str = "") -> str:
    """For a terminal of 80 columns. `given` are words that the command to go on with needs again."""
    asked = run.file.asked
    head = (
        f"fleet {asked.action} {run.file.name}   {words.counted(len(run.rows), 'stack')} in "
        f"{words.counted(len(asked.waves), 'wave')}, {asked.parallel} at once   {words.duration(run.seconds)}"
    )
    return "\n".join([head, "", *_rows(run), "", *_sums(run), *_complaints(run), *_end(run, given)])


def _rows(run: Run) -> list[str]:
    action = run.file.asked.action
    head = ["wave", "stack", "result"] + (["changes"] if action != "verify" else []) + ["time"]
    head += ["USD a month"] if action in _MONEY else []
    head += ["against now"] if action == "preview" else []
    rows = [_cells(row, action) for row in run.rows]
    others = sum(max(len(cells[at]) for cells in (head, *rows)) + _GAP for at in range(len(head)) if at != _STACK)
    longest = max(_SHORTEST_STACK, WIDTH - others)
    for cells in rows:
        cells[_STACK] = short(cells[_STACK], longest)
    return table(head, rows, right=set(range(head.index("time"), len(head))))


def _cells(row: Row, action: str) -> list[str]:
    cells = [short(row.wave, _LONGEST_WAVE), row.member.name, str(row.state)]
    cells += [words.changed(row, action)] if action != "verify" else []
    cells += [words.duration(row.seconds)]
    cells += [words.cost(planned(row.member.plan))] if action in _MONEY else []
    cells += [against(row)] if action == "preview" else []
    return cells


def against(row: Row) -> str:
    """How much dearer the peak becomes: `+304`, `new`, `unknown`, or a dash."""
    if row.state is not State.DONE:
        return "-"
    if row.cost_before is None:
        return "new"
    found = difference(row.cost_before, row.member.plan)
    return "unknown" if found is None else f"{found:+,.0f}" if round(found) else "0"


def _sums(run: Run) -> Iterator[str]:
    total: Counter[str] = Counter()
    for row in run.rows:
        total.update(row.changes if row.state is not State.BEFORE else {})
    made = words.changes(total)
    yield from prose("stacks", [words.tally(run)])
    if run.file.asked.action != "verify":
        legend = words.LEGEND_OF_PREVIEW if run.file.asked.action == "preview" else words.LEGEND
        yield from prose("changes", [f"{made}  ({legend})" if made else "none"])
    if run.file.asked.action in _MONEY:
        yield from prose("cost", _cost(run), hang=2)
    yield from prose("logs", [str(run.rows[0].log.parent)])


def _cost(run: Run) -> Iterator[str]:
    costs = [planned(row.member.plan) for row in run.rows]
    found, unknown = together(costs)
    missing = f", without {words.counted(unknown, 'stack')} of unknown cost" if unknown and found.amount else ""
    if found.amount is None:
        yield "unknown, by the plan"
        return
    yield f"{words.cost(found)} USD a month in all, by the plan{missing}"
    if any(not cost.metered and cost.amount for cost in costs):
        yield "+ usage comes on top where its hours are not given"
    if run.file.asked.action == "preview":
        known = [difference(row.cost_before, row.member.plan) for row in run.rows if row.cost_before is not None]
        sure = [each for each in known if each is not None]
        if sure:
            up = "that is up" if len(sure) == 1 else "that are up"
            yield f"{sum(sure):+,.0f} USD a month at the peak, for {words.counted(len(sure), 'stack')} {up}"


def _complaints(run: Run) -> Iterator[str]:
    for row in run.rows:
        if row.error is not None:
            first = short(" ".join(row.error.split()), _MOST_COMPLAINT)
            yield ""
            yield from prose(str(row.state), [f"{row.member.name}: {first}"], hang=2)
            yield f"{'':9}{row.log}"
        elif row.state is State.PROTECTED:
            yield ""
            path = "speech:account.protect"
            yield from prose(
                "skipped", [f"{row.member.name} is protected: {path} is true in {row.member.file}"], hang=2
            )


def _end(run: Run, given: str) -> Iterator[str]:
    if command := words.go_on(run, given):
        yield ""
        yield from prose("go on", [command], hang=2)
