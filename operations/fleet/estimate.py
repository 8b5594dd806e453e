"""How long a run may still take, by what stacks took before, or else by those that have just ended."""

import heapq
from collections.abc import Mapping, Sequence
from statistics import mean

from operations.fleet.run import Row, State


def expected(row: Row, rows: Sequence[Row], before: Mapping[str, float]) -> float | None:
    """Seconds that a stack's work takes in all; None while nothing tells."""
    if row.member.name in before:
        return before[row.member.name]
    ended = [each.seconds for each in rows if each.state is State.DONE and each.seconds is not None]
    return mean(ended) if ended else None


def left(row: Row, rows: Sequence[Row], before: Mapping[str, float], now: float) -> float | None:
    """Seconds until a stack that is under way has ended; None where nothing tells, or it is late already."""
    whole = expected(row, rows, before)
    if whole is None or row.began is None:
        return None
    found = whole - (now - row.began)
    return found if found > 0 else None


def all_left(rows: Sequence[Row], parallel: int, before: Mapping[str, float], now: float) -> float | None:
    """Seconds until the last stack has ended: waves one after the other, `parallel` stacks of a wave at once."""
    total = 0.0
    for wave in dict.fromkeys(row.wave for row in rows):
        slots: list[float] = []
        for row in sorted((row for row in rows if row.wave == wave), key=lambda row: not row.works):
            if row.state is not State.WAITING and not row.works:
                continue
            needed = left(row, rows, before, now) if row.works else expected(row, rows, before)
            if needed is None and not row.works:
                return None
            free = heapq.heappop(slots) if len(slots) >= parallel else 0.0
            heapq.heappush(slots, free + (needed or 0.0))
        total += max(slots, default=0.0)
    return total
