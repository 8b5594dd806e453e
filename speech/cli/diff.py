"""`speech diff`: in words, how two stacks differ."""

import json as json_text
import re
from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated

import typer

from speech.cli.exit_status import exit_status
from speech.cli.layout import WIDTH, short, table
from speech.cli.words import AsJson, StackName, stacks

if TYPE_CHECKING:
    from operations.stacks.differences import Carried, Compared, Difference

_CONTAINER = re.compile(r"speech:containers\[([^]]+)\]")
_NOTHING = "-"
_LONGEST_LABEL, _LONGEST_CELL = 26, 24


def diff(
    first: StackName,
    second: Annotated[str, typer.Argument(metavar="STACK", help="The other one.", autocompletion=stacks)],
    *,
    json: AsJson = False,
) -> None:
    """Tell how two stacks differ: what they carry and cost, and each setting that is another. Reads files only.

    \b
    Examples:
      speech diff dev-westeurope prod-westeurope
      speech diff prod-westeurope prod-eastus2 --json
    """
    from operations.stacks.differences import compared  # noqa: PLC0415  # a command pays for its own imports only
    from speech.files import stack_file  # noqa: PLC0415  # as above

    with exit_status():
        found = compared(stack_file.planned(stack_file.find(first)), stack_file.planned(stack_file.find(second)))
        typer.echo(json_text.dumps(asdict(found), indent=2) if json else "\n".join(_text(found)))


def _text(found: "Compared") -> Iterator[str]:
    """Sentences, then one table."""
    for sentence in _sentences(found):
        yield from wrap(sentence, WIDTH, break_on_hyphens=False)
    if found.differences:
        yield ""
        yield from table(("", *found.names), list(_rows(found)), right=set())
    if any(any(each.picked) for each in found.differences):
        yield ""
        yield "* nobody wrote it: the environment picks it"


def _rows(found: "Compared") -> Iterator[tuple[str, str, str]]:
    """A row a setting under a head a section, unless the section is one word itself."""
    for section, each in groupby(found.differences, key=_section):
        rows = [(_setting(difference), *_cells(difference)) for difference in each]
        if [name for name, *_ in rows] == [""]:
            yield (section, *rows[0][1:])
            continue
        yield section, "", ""
        for name, first, second in rows:
            yield short(f"  {name}", _LONGEST_LABEL), first, second


def _sentences(found: "Compared") -> Iterator[str]:
    first, second = found.names
    count = len(found.differences)
    if not count and found.only == ((), ()):
        yield f"{first} and {second} say the same."
        return
    yield f"{first} and {second} differ in {count} setting{'' if count == 1 else 's'}."
    yield _effect(found)
    for name, those in zip(found.names, found.only, strict=True):
        if those:
            yield f"Only {name} has {', '.join(those)}."
    if found.alike:
        yield f"Of one image in both: {', '.join(found.alike)}."


def _effect(found: "Compared") -> str:
    first, second = found.carried
    said = (
        f"{found.names[1]} carries {_streams(second)} with {_pods(second)} pods,"
        f" {found.names[0]} {_streams(first)} with {_pods(first)}"
    )
    if first.usd_a_month is None or second.usd_a_month is None:
        return f"{said}; what they cost cannot be compared: a price is not known."
    more = second.usd_a_month[1] - first.usd_a_month[1]
    if round(more) == 0:
        return f"{said}; at the peak both cost the same."
    return f"{said}; at the peak it costs {abs(more):,.0f} USD a month {'more' if more > 0 else 'less'}."


def _streams(carried: "Carried") -> str:
    return f"{carried.streams} stream{'' if carried.streams == 1 else 's'}"


def _pods(carried: "Carried") -> str:
    low, high = carried.pods
    return f"{low}" if low == high else f"{low}-{high}"


def _section(difference: "Difference") -> str:
    container = _CONTAINER.match(difference.path)
    return container[1] if container else difference.path.partition(":")[2].partition(".")[0]


def _setting(difference: "Difference") -> str:
    """Below its section; nothing where the section is one value."""
    container = _CONTAINER.match(difference.path)
    return difference.path[container.end() + 1 :] if container else difference.path.partition(".")[2]


def _cells(difference: "Difference") -> tuple[str, str]:
    first, second = (
        f"{_shown(value)}{'*' if picked else ''}"
        for value, picked in zip((difference.first, difference.second), difference.picked, strict=True)
    )
    return first, second


def _shown(value: object) -> str:
    if value is None:
        return _NOTHING
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return short(value if isinstance(value, str) else json_text.dumps(value), _LONGEST_CELL)
