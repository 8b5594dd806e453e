"""Pictures without axes: bars that are read by their ends, and nodes with the pods on them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from speech.cli.report.amounts import many
from speech.cli.report.arrangement import CACHE, Arrangement, Group, Node, patterns
from speech.cli.report.drawing import SMALL, Canvas, canvas

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_ROW, _BAR = 36, 12
_CORE, _TALL, _GAP, _LABEL = 6, 30, 7, 58
"""Pixels of a core at most, of a node's height, between nodes, and of the words before them."""
_LETTER = 7.7
"""Pixels of a letter, on the safe side."""
_DIGIT = 9
"""A pod that is drawn less wide has no place for its number."""
_MOST_BOXES = 48
"""Of more nodes in a pool, those that are alike are drawn once."""
_PALE = 0.4


@dataclass(frozen=True, slots=True)
class Bar:
    """A row: parts from the left in the page's colours, of a scale that all rows share."""

    label: str
    value: str
    parts: tuple[tuple[float, str], ...]
    known: bool = True


def bars(rows: Sequence[Bar], width: float, *, whole: float | None = None) -> "Figure":
    """Each row's words above its bar. `whole` is what the full width stands for; else the longest row's sum."""
    drawn = canvas(width, _ROW * len(rows) + 4)
    longest = whole or max((sum(part for part, _ in row.parts) for row in rows), default=0) or 1
    for at, row in enumerate(rows):
        top = at * _ROW
        drawn.text(0, top + 13, _fitting(row.label, width - len(row.value) * _LETTER))
        drawn.text(width, top + 13, row.value, align="right", colour="ink" if row.known else "quiet")
        drawn.box(0, top + 19, width, _BAR, None, edge="line", linestyle="-" if row.known else (0, (2, 3)))
        left = 0.0
        for part, colour in row.parts:
            drawn.box(left, top + 19, part / longest * width, _BAR, colour)
            left += part / longest * width
    return drawn.figure


def _fitting(words: str, width: float) -> str:
    most = int(width / _LETTER) - 1
    return words if len(words) <= most else f"{words[: most - 1]}\N{HORIZONTAL ELLIPSIS}"


def nodes(pools: Sequence[Arrangement], numbers: Mapping[str, int], width: float) -> "Figure":
    """Each pool's nodes as boxes, as wide as the cores that they give to pods; a pod has its container's number."""
    widest = max((node.room.cpu for pool in pools for node in pool.nodes), default=1) or 1
    scale = min(_CORE, (width - _LABEL) / widest)
    boxes = [_Pool(pool, width, scale) for pool in pools]
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

    def __init__(self, pool: Arrangement, width: float, scale: float) -> None:
        self.pool, self.scale = pool, scale
        self.alike = len(pool.nodes) > _MOST_BOXES
        self.box = max((node.room.cpu for node in pool.nodes), default=0) * scale
        self.label = _LABEL if self.alike or self._by_zone else 0
        self.per_row = max(1, int((width - self.label + _GAP) // (self.box + _GAP)))
        self.rows = list(self._rows())
        self.height = 22 + len(self.rows) * (_TALL + _GAP) + 10

    @property
    def _by_zone(self) -> bool:
        return bool(self.pool.pool.zones and self.pool.pool.pods_per_node)

    def _rows(self) -> Iterator[tuple[str, Sequence[Node]]]:
        nodes = self.pool.nodes
        if self.alike:
            for same in patterns(nodes).values():
                yield f"{len(same):,} \N{MULTIPLICATION SIGN}", same[:1]
            return
        for zone in dict.fromkeys(node.zone if self._by_zone else None for node in nodes):
            here = [node for node in nodes if zone in (node.zone, None)]
            for start in range(0, len(here), self.per_row):
                yield f"zone {zone}" if zone and not start else "", here[start : start + self.per_row]

    def draw(self, drawn: Canvas, top: float, numbers: Mapping[str, int]) -> None:
        pool = self.pool.pool
        drawn.text(0, top + 13, f"{pool.name}: {many(len(self.pool.nodes), 'node')} of {pool.vm_size}")
        top += 22
        for label, row in self.rows:
            drawn.text(0, top + _TALL / 2 + 4, label, colour="quiet", fontsize=SMALL)
            for at, node in enumerate(row):
                self._node(drawn, self.label + at * (self.box + _GAP), top, node, numbers)
            top += _TALL + _GAP

    def _node(self, drawn: Canvas, left: float, top: float, node: Node, numbers: Mapping[str, int]) -> None:
        drawn.box(left, top, self.box, _TALL, None, edge="quiet")
        if not self.pool.pool.pods_per_node:
            drawn.box(left + 1, top + 2, self.box - 1, _TALL - 4, "line")
        for group, count in node.pods.items():
            wide = group.shape.cpu * self.scale
            for _ in range(count):
                self._pod(drawn, left, top, wide, group, numbers[group.container])
                left += wide

    @staticmethod
    def _pod(drawn: Canvas, left: float, top: float, wide: float, group: Group, number: int) -> None:
        alpha = _PALE if group.role == CACHE else 1
        drawn.box(left + 1, top + 2, max(1, wide - 1), _TALL - 4, colour_of(number), alpha=alpha)
        if wide >= _DIGIT * len(str(number)) and group.role != CACHE:
            drawn.text(
                left + wide / 2 + 0.5, top + _TALL / 2 + 4, str(number), colour="on", align="center", fontsize=SMALL
            )
