"""Pictures with axes: cost against streams, and ways to pay against usage."""

from collections.abc import Callable, Sequence
from math import exp, log
from typing import TYPE_CHECKING

from speech.capacity.money import Usage
from speech.capacity.tiers import Way, break_evens, cheapest
from speech.cli.report.amounts import one
from speech.cli.report.drawing import NARROW, SMALL, paint, sheet
from speech.cli.report.growth import Growth, Point

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LEFT, _RIGHT, _TOP, _BOTTOM, _BETWEEN = 58, 66, 40, 42, 46
_TALL, _LOW = 200, 90
_DASHED = (0, (3, 3))
_CEILING = 1.3
"""Of the price by the unit: what costs more is no choice."""
_BEFORE, _NUMBER = 4, 64
"""How far the scale of usage begins before what it must show; the pixels of a number beside the last of that."""


def growth_curve(growth: Growth, width: float) -> "Figure":
    """US dollars above, nodes below, over the same streams; without a price the lower one alone."""
    priced = all(point.usd for point in growth.points)
    height = _TOP + _LOW + _BOTTOM + (_TALL + _BETWEEN if priced else 0)
    figure = sheet(width, height)
    counted = _axes(figure, width, height, _BOTTOM, _LOW)
    _steps(counted, growth, lambda point: (point.units.min, point.units.max))
    counted.set_title(f"{growth.unit}s", loc="left", fontsize=SMALL, color=paint("quiet"))
    counted.set_xlabel("streams at the peak, all containers together", fontsize=SMALL, color=paint("quiet"))
    _ticks(counted, width)
    top = counted
    if priced:
        top = _axes(figure, width, height, _BOTTOM + _LOW + _BETWEEN, _TALL)
        _steps(top, growth, lambda point: (point.usd.low, point.usd.high) if point.usd else (0, 0))
        top.set_title("USD a month", loc="left", fontsize=SMALL, color=paint("quiet"))
        _ticks(top, width)
        top.tick_params(labelbottom=False)
    _mark(top, growth.now.streams, f"planned: {growth.now.streams:,}")
    if priced:
        counted.axvline(growth.now.streams, color=paint("ink"), linewidth=1, linestyle=_DASHED)
    return figure


def tier_curve(usage: Usage, known: Sequence[Way], width: float) -> "Figure":
    """What a unit costs in all by each way, over usage; the cheapest is drawn bold, and where it changes marked."""
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415  # as the drawing's own

    height = _TOP + _TALL + _BOTTOM
    figure = sheet(width, height)
    axes = _axes(figure, width, height, _BOTTOM, _TALL)
    steps = break_evens(known)
    shown = [step.usage for step in steps] + ([usage.amount] if usage.amount else [])
    least = min(shown) / _BEFORE
    part = _NUMBER / (width - _LEFT - _RIGHT)
    most = exp((log(max(shown)) - part * log(least)) / (1 - part))
    grid = sorted({least * (most / least) ** (at / 160) for at in range(161)} | set(shown))
    ceiling = max(way.overage_usd for way in known) * _CEILING
    ends = []
    for way in known:
        line = [(units, way.usd(units) / units) for units in grid if way.usd(units) / units <= ceiling]
        axes.plot(*zip(*line, strict=True), color=paint("quiet"), linewidth=1)
        ends.append((line[-1][1], "by unit" if way.tier is None else way.name))
    axes.plot(grid, [cheapest(known, units).usd(units) / units for units in grid], color=paint("accent"), linewidth=2.5)
    _labels(axes, most, ends)
    for step in steps:
        each = step.after.usd(step.usage) / step.usage
        axes.plot([step.usage], [each], "o", color=paint("accent"), markersize=6)
        axes.annotate(_short(step.usage), (step.usage, each), (7, 6), textcoords="offset points",
                      color=paint("ink"), fontsize=SMALL)  # fmt: skip
    axes.set(xscale="log", xlim=(least, most), ylim=(0, ceiling))
    axes.set_title(f"USD {_a(usage.unit)}", loc="left", fontsize=SMALL, color=paint("quiet"))
    axes.set_xlabel(f"{_plural(usage.unit)} a month", fontsize=SMALL, color=paint("quiet"))
    axes.xaxis.set_major_formatter(lambda units, _: _short(units))
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(lambda usd, _: f"{usd:,.2f}" if ceiling < _TWO_DECIMALS else f"{usd:,.0f}")
    axes.minorticks_off()
    if usage.amount:
        _mark(axes, usage.amount, f"planned: {_short(usage.amount)}")
    return figure


_TWO_DECIMALS = 5


def _axes(figure: "Figure", width: float, height: float, bottom: float, tall: float) -> "Axes":
    axes = figure.add_axes((_LEFT / width, bottom / height, (width - _LEFT - _RIGHT) / width, tall / height))
    axes.set_facecolor("none")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(paint("quiet"))
    axes.tick_params(colors=paint("quiet"), labelsize=SMALL, length=0, pad=6)
    axes.grid(axis="y", color=paint("line"), linewidth=1)
    axes.set_axisbelow(True)
    return axes


def _steps(axes: "Axes", growth: Growth, ends: Callable[[Point], tuple[float, float]]) -> None:
    """The most and the least as steps, each named at its end."""
    streams = [point.streams for point in growth.points]
    least, most = zip(*map(ends, growth.points), strict=True)
    axes.set(xlim=(0, streams[-1]), ylim=(0, max(most) * 1.08))
    axes.fill_between(streams, least, most, step="post", color=paint("soft"), linewidth=0)
    labels = []
    if least != most:
        axes.step(streams, least, where="post", color=paint("accent"), linewidth=1.2)
        labels.append((least[-1], "least"))
    axes.step(streams, most, where="post", color=paint("accent"), linewidth=2.5)
    _labels(axes, streams[-1], [*labels, (most[-1], "peak" if labels else "")])


def _labels(axes: "Axes", right: float, ends: Sequence[tuple[float, str]]) -> None:
    """Names at the right ends of lines, pushed apart where they would touch."""
    low, high = axes.get_ylim()
    top = max((end for end, _ in ends), default=0) * _CEILING if high <= 1 and not low else high
    tall = axes.get_window_extent().height
    apart, last = (SMALL + 3) / tall * top, float("-inf")
    for end, name in sorted(ends):
        last = max(end, last + apart)
        axes.annotate(name, (right, last), (6, 0), textcoords="offset points", va="center", color=paint("ink"),
                      fontsize=SMALL, annotation_clip=False)  # fmt: skip


def _ticks(axes: "Axes", width: float) -> None:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415  # as the drawing's own

    axes.xaxis.set_major_locator(MaxNLocator(4 if width <= NARROW else 8, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda number, _: one(number))


def _mark(axes: "Axes", where: float, words: str) -> None:
    """A line upwards from the axis, with its words above the picture."""
    axes.axvline(where, color=paint("ink"), linewidth=1, linestyle=_DASHED)
    axes.annotate(words, (where, 1), (0, 20), xycoords=("data", "axes fraction"), textcoords="offset points",
                  ha="center", color=paint("ink"), fontsize=SMALL, annotation_clip=False)  # fmt: skip


def _short(units: float) -> str:
    return f"{units:,.0f}" if units >= 100 else f"{units:.3g}"  # noqa: PLR2004  # three figures tell enough


def _plural(unit: str) -> str:
    return f"{unit}s" if unit.endswith("hour") else unit


def _a(unit: str) -> str:
    return f"an {unit}" if unit[0] in "aeiou" else f"a {unit}"
