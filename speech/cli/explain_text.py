"""Why a plan is as it is, for a terminal of 80 columns, and as a document."""

import textwrap
from dataclasses import asdict
from typing import Any

from speech.capacity.plan import Plan
from speech.cli.explain import Explained
from speech.cli.layout import WIDTH

_INDENT = "  "


def render(plan: Plan, found: Explained) -> str:
    """A heading and its sentences, each on lines of its own."""
    parts = [
        *found.containers.items(),
        ("nodes" if plan.pools else "host", found.nodes),
        ("usage", found.usage),
        ("not written, so picked", found.defaults),
    ]
    lines = ["why"]
    for heading, sentences in parts:
        if sentences:
            lines += ["", heading]
        for sentence in sentences:
            lines += textwrap.wrap(
                sentence,
                WIDTH,
                initial_indent=_INDENT,
                subsequent_indent=_INDENT * 2,
                break_long_words=False,
                break_on_hyphens=False,
            )
    return "\n".join(lines)


def document(found: Explained) -> dict[str, Any]:
    """The sentences as lists."""
    return asdict(found)
