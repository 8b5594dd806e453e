"""A part of the page: a heading that can be led to, and what stands below it."""

from dataclasses import dataclass

from speech.cli.report.markup import Content, Markup, tag


@dataclass(frozen=True, slots=True)
class Section:
    """`name` is the heading's anchor."""

    name: str
    title: str
    content: Content

    def html(self) -> Markup:
        """As the page has it."""
        heading = tag("h2", self.title, id=f"{self.name}-title")
        return tag("section", heading, self.content, id=self.name, aria_labelledby=f"{self.name}-title")


def note(*words: Content) -> Markup:
    """A sentence or two beside a picture or table."""
    return tag("p", *words, class_="note")


def key(*names: tuple[str, Content]) -> Markup:
    """What colours mean: each by its name on the page."""
    swatches = (
        tag("li", tag("span", class_="swatch", style=f"background: var(--{colour})"), " ", words)
        for colour, words in names
    )
    return tag("ul", *swatches, class_="legend")


def figure_row(*figures: Content) -> Markup:
    """Numbers that matter most, side by side."""
    return tag("dl", *figures, class_="figures")


def figure_of(name: str, value: Content, more: Content = None) -> Markup:
    """One of them."""
    return tag("div", tag("dt", name), tag("dd", value, tag("small", more) if more else None))
