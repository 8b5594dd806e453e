"""Pictures by Matplotlib, as SVG for a page: text stays text, colours are the page's, nothing varies between runs."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from speech.cli.report.markup import Content, Markup, clean, svg, tag

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDE, NARROW = 720, 350
"""Pixels: for screens and paper, and for phones. Each picture is drawn for both, and the page shows one."""
TEXT, SMALL = 13, 12
"""Sizes of letters, in pixels."""
_COLOURS = ("ink", "quiet", "line", "surface", "on", "accent", "soft", *(f"c{number}" for number in range(8)))
_CODES = {name: f"#0{at:x}fe{at:x}d" for at, name in enumerate(_COLOURS)}
"""Colours that stand for the page's own, which differ by day and by night."""
_SVG = "http://www.w3.org/2000/svg"
_LINK = "{http://www.w3.org/1999/xlink}href"
_SETTINGS: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "speech",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": TEXT,
    "text.parse_math": False,
    "axes.unicode_minus": False,
    "path.simplify": False,
}


@dataclass(frozen=True, slots=True)
class Canvas:
    """A figure of so many pixels, one unit of its axes each; downwards, as one reads."""

    figure: "Figure"
    axes: "Axes"
    width: float
    height: float

    def text(self, x: float, y: float, words: str, *, colour: str = "ink", align: str = "left", **more: Any) -> None:  # noqa: ANN401  # Matplotlib's own
        """Words whose base line is at y."""
        self.axes.text(x, y, clean(words), color=paint(colour), ha=align, va=more.pop("va", "baseline"), **more)

    def box(self, x: float, y: float, width: float, height: float, colour: str | None, **more: Any) -> None:  # noqa: ANN401  # as above
        """A filled rectangle, or where `edge` is given the outline of one."""
        from matplotlib.patches import Rectangle  # noqa: PLC0415  # half a second, which only pictures pay for

        edge = more.pop("edge", None)
        self.axes.add_patch(
            Rectangle(
                (x, y),
                width,
                height,
                facecolor=paint(colour) if colour else "none",
                edgecolor=paint(edge) if edge else "none",
                linewidth=more.pop("linewidth", 1),
                clip_on=False,
                **more,
            )
        )


def paint(name: str) -> str:
    """A colour of the page, as Matplotlib is told it."""
    return _CODES[name]


def canvas(width: float, height: float) -> Canvas:
    """An empty sheet without axes."""
    figure = sheet(width, height)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    return Canvas(figure, axes, width, height)


def sheet(width: float, height: float) -> "Figure":
    """An empty figure of so many pixels."""
    from matplotlib.figure import Figure  # noqa: PLC0415  # as above

    return Figure(figsize=(width / 72, height / 72), dpi=72, facecolor="none")


def picture(name: str, words: str, draw: Callable[[float], "Figure"], *caption: Content) -> Markup:
    """The picture twice, for wide and narrow pages; `words` say to those who do not see it what it shows."""
    drawn = [
        tag("div", svg(_svg(draw, width, f"{name}-{kind}", words)), class_=kind)
        for kind, width in (("wide", WIDE), ("narrow", NARROW))
    ]
    return tag("figure", *drawn, tag("figcaption", *caption) if caption else None)


def _svg(draw: Callable[[float], "Figure"], width: float, name: str, words: str) -> str:
    import matplotlib as mpl  # noqa: PLC0415  # as above

    # It tells of its cache of fonts, of which it needs none but its own.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    written = StringIO()
    with mpl.rc_context():
        mpl.rcdefaults()
        for setting, value in _SETTINGS.items():
            mpl.rcParams[setting] = value  # type: ignore[index]  # its stubs list every name
        draw(width).savefig(written, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    return _for_page(written.getvalue(), name, words)


def _for_page(drawn: str, name: str, words: str) -> str:
    """Without what only a file of its own needs; ids are the page's, sizes and colours left to it."""
    ET.register_namespace("", _SVG)
    root = ET.fromstring(drawn)  # noqa: S314  # written by Matplotlib a moment ago
    for parent in list(root.iter()):
        for child in list(parent):
            # A style in a picture would hold for the whole page.
            if child.tag in {f"{{{_SVG}}}metadata", f"{{{_SVG}}}style"}:
                parent.remove(child)
    used = set(re.findall(r"url\(#([^)]+)\)", drawn)) | set(re.findall(r'xlink:href="#([^"]+)"', drawn))
    for each in root.iter():
        if (own := each.attrib.pop("id", None)) in used:
            each.set("id", f"{name}-{own}")
        if target := each.attrib.pop(_LINK, None):
            each.set("href", f"#{name}-{target[1:]}")
        for key, value in each.attrib.items():
            each.set(key, _on_page(value, name))
    for attribute in ("width", "height", "version"):
        root.attrib.pop(attribute, None)
    root.set("role", "img")
    root.set("aria-label", words)
    return re.sub(r">\s+<", "><", ET.tostring(root, encoding="unicode"))


def _on_page(value: str, name: str) -> str:
    for colour, code in _CODES.items():
        value = value.replace(code, f"var(--{colour})")
    value = value.replace("url(#", f"url(#{name}-")
    return re.sub(r"font-family:[^;]*; ?|rotate\(-?0 [^)]*\)", "", value)
