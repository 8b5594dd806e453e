"""Pictures without axes: bars that are read by their ends, and nodes with the pods on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from speech.cli.report.arrangement import CACHE, Arrangement, Group, Node, patterns
from speech.cli.report.drawing import SMALL, Canvas, canvas

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_ROW, _BAR = 36, 12
_TILE_WIDTH, _TILE_HEIGHT, _GAP = 42, 54, 7
_DIGIT = 12
"""A pod that is drawn less high has no place for its number."""
_MOST_TILES = 48
"""Of more nodes in a pool, those that are alike are drawn once."""
_LIGHT = 0.35


@dataclass(frozen=True, slots=True)
class Bar:
    """A row: parts from the left in the page's colours, of a scale that all rows share."""

    label: str
    value: str
    parts: tuple[tuple[float, str], ...]
    known: bool = True


def bars(rows: Sequence[Bar], width: float, whole: float | None = None) -> "Figure":
    """Each row's words above its bar. `whole` is what the full width stands for; else the longest row's sum."""
    drawn = canvas(width, _ROW * len(rows) + 4)
    longest = whole or max((sum(part for part, _ in row.parts) for row in rows), default=0) or 1
    for at, row in enumerate(rows):
        top = at * _ROW
        drawn.text(0, top + 13, row.label)
        drawn.text(width, top + 13, row.value, align="right", colour="ink" if row.known else "quiet")
        drawn.box(0, top + 19, width, _BAR, None, edge="line", linestyle="-" if row.known else (0, (2, 3)))
        left = 0.0
        for part, colour in row.parts:
            drawn.box(left, top + 19, part / longest * width, _BAR, colour)
            left += part / longest * width
    return drawn.figure


def nodes(pools: Sequence[Arrangement], numbers: Mapping[str, int], width: float) -> "Figure":
    """Each pool's nodes as boxes, as full as their cores are; a pod has its container's number and colour."""
    boxes = [_Pool(pool, width) for pool in pools]
    drawn, top = canvas(width, sum(box.height for box in boxes)), 0.0
    for box in boxes:
        box.draw(drawn, top, numbers)
        top += box.height
    return drawn.figure


def colour_of(number: int) -> str:
    """Of a container, by its number from 1 on."""
    return f"c{(number - 1) % 8}"


class _Pool:
    """The boxes of one pool: rows of zones, or of kinds of nodes with their count."""

    def __init__(self, pool: Arrangement, width: float) -> None:
        self.pool, self.alike = pool, len(pool.nodes) > _MOST_TILES
        self.label = 58 if self.alike or pool.pool.zones else 0
        self.per_row = max(1, int((width - self.label + _GAP) // (_TILE_WIDTH + _GAP)))
        self.rows = list(self._rows())
        self.height = 22 + len(self.rows) * (_TILE_HEIGHT + _GAP) + 10

    def _rows(self) -> list[tuple[str, Sequence[Node]]]:
        nodes = self.pool.nodes
        if self.alike:
            return [(f"{len(same):,} \N{MULTIPLICATION SIGN}", same[:1]) for same in patterns(nodes).values()]
        rows: list[tuple[str, Sequence[Node]]] = []
        for zone in dict.fromkeys(node.zone for node in nodes):
            here = [node for node in nodes if node.zone == zone]
            for start in range(0, len(here), self.per_row):
                label = f"zone {zone}" if zone and not start else ""
                rows.append((label, here[start : start + self.per_row]))
        return rows

    def draw(self, drawn: Canvas, top: float, numbers: Mapping[str, int]) -> None:
        pool = self.pool.pool
        count = f"{len(self.pool.nodes):,} node{'' if len(self.pool.nodes) == 1 else 's'}"
        drawn.text(0, top + 13, f"{pool.name}: {count} of {pool.vm_size}", fontweight="bold")
        top += 22
        for label, row in self.rows:
            drawn.text(0, top + _TILE_HEIGHT / 2 + 4, label, colour="quiet", fontsize=SMALL)
            for at, node in enumerate(row):
                self._tile(drawn, self.label + at * (_TILE_WIDTH + _GAP), top, node, numbers)
            top += _TILE_HEIGHT + _GAP

    def _tile(self, drawn: Canvas, left: float, top: float, node: Node, numbers: Mapping[str, int]) -> None:
        drawn.box(left, top, _TILE_WIDTH, _TILE_HEIGHT, None, edge="quiet")
        floor, inner = top + _TILE_HEIGHT - 2, _TILE_HEIGHT - 4
        if not self.pool.pool.pods_per_node:
            drawn.text(left + _TILE_WIDTH / 2, top + 32, "AKS", colour="quiet", align="center", fontsize=SMALL)
        for group, count in node.pods.items():
            for _ in range(count):
                height = group.shape.cpu / node.room.cpu * inner
                floor -= height
                self._pod(drawn, (left + 2, floor, height), group, numbers[group.container])

    @staticmethod
    def _pod(drawn: Canvas, place: tuple[float, float, float], group: Group, number: int) -> None:
        left, top, height = place
        alpha = _LIGHT if group.role == CACHE else 1
        drawn.box(left, top + 0.5, _TILE_WIDTH - 4, max(1.5, height - 1), colour_of(number), alpha=alpha)
        if height >= _DIGIT:
            middle = left + _TILE_WIDTH / 2 - 2
            drawn.text(middle, top + height / 2 + 4, str(number), colour="on", align="center", fontsize=SMALL)
