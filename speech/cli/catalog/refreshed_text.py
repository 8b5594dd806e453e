"""What `speech catalog refresh` found, for people and for pipelines."""

import json
import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from speech.catalog.overlay import shown
from speech.cli.catalog.difference import Change
from speech.cli.catalog.refresh import Refreshed

_WIDTH = 80
_MOST_TAGS = 3
"""Tags of a version that a person is told; all of them stand in the JSON."""


def as_json(found: Refreshed, *, written: bool) -> str:
    """Every change."""
    content = {
        "as_of": found.as_of,
        "written": written,
        "files": [str(path) for path in found.files],
        "changes": [
            {
                "document": each.document,
                "row": each.row,
                "figure": each.figure,
                "what": each.what,
                "old": each.old,
                "new": each.new,
            }
            for each in found.changes
        ],
        "notes": list(found.notes),
    }
    return json.dumps(content, indent=2)


def text(found: Refreshed, *, written: bool) -> str:
    """A line for each change, tags of a version together."""
    done = "written" if written else "not written (--dry-run)"
    lines = [f"asked on {found.as_of}"]
    for path in found.files:
        changes = [change for change in found.changes if change.document == path.stem]
        count = f"{len(changes):,} change{'' if len(changes) == 1 else 's'}" if changes else "nothing new but the date"
        lines += ["", f"{shown(path)}: {count}, {done}", *_lines(changes)]
    if found.notes:
        lines.append("")
    for note in found.notes:
        lines += textwrap.wrap(note, _WIDTH, initial_indent="note  ", subsequent_indent="      ")
    return "\n".join(lines)


def _lines(changes: Iterable[Change]) -> Iterator[str]:
    for (row, what, group), members in groupby(changes, _group):
        found = list(members)
        if group:
            names = [str(each.new or each.old) for each in found]
            more = f" and {len(names) - _MOST_TAGS:,} more" if len(names) > _MOST_TAGS else ""
            yield from _wrapped(what, f"{row}: {', '.join(names[:_MOST_TAGS])}{more}")
        elif all(each.what == "added" for each in found) and len(found) > 1:
            yield from _wrapped(what, f"{row}: {', '.join(f'{each.figure} {_word(each.new)}' for each in found)}")
        else:
            for each in found:
                yield from _wrapped(each.what, f"{row} {each.figure}: {_word(each.old)} -> {_word(each.new)}")


def _group(change: Change) -> tuple[str, str, str]:
    """Tags go by version, other figures by row."""
    tag = change.figure.removeprefix("tag ") if change.figure.startswith("tag ") else ""
    return change.row, change.what, next((part for part in tag.split("-") if part[:1].isdigit()), tag)


def _wrapped(what: str, words: str) -> list[str]:
    indent = " " * 11
    return textwrap.wrap(words, _WIDTH, initial_indent=f"  {what:<9}", subsequent_indent=indent, break_on_hyphens=False)


def _word(value: Any) -> str:  # noqa: ANN401  # any JSON
    if isinstance(value, list):
        return " ".join(map(str, value)) or "none"
    return "unknown" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
