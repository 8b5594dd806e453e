"""HTML that is escaped unless it was made here."""

import html
import re
from collections.abc import Iterable

# HTML knows no control characters but these, and half a pair of UTF-16 is no character at all.
_NO_TEXT = re.compile("[^\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_VOID = frozenset({"br", "col", "meta"})


class Markup(str):
    """Text that is HTML already. Only `tag`, `join` and pictures make it."""

    __slots__ = ()


Content = str | Iterable["Content"] | None
"""Text, which is escaped; Markup, which is not; any of them in a row. None is nothing."""


def tag(name: str, *content: Content, **attributes: str | int | None) -> Markup:
    """An element. An attribute that is None is left out; `class_` is class, `aria_label` is aria-label."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{name}{written}>") if name in _VOID else Markup(f"<{name}{written}>{join(content)}</{name}>")


def join(content: Content) -> Markup:
    """The content as one piece."""
    if content is None:
        return Markup()
    if isinstance(content, Markup):
        return content
    if isinstance(content, str):
        return escape(content)
    return Markup("".join(map(join, content)))


def escape(text: str) -> Markup:
    """Text as it stands in an element or in the quotes of an attribute."""
    return Markup(html.escape(clean(text)))


def clean(text: str) -> str:
    """Text with a sign in the place of what is no character of HTML or XML."""
    return _NO_TEXT.sub("\ufffd", text)


def svg(drawn: str) -> Markup:
    """A picture of a plotting library, which has escaped what it wrote."""
    return Markup(drawn)
