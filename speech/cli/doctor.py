"""`speech doctor`: every cause of a failed first `up` that can be known before."""

import json as json_text
import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from speech.cli.exit_status import exit_status as _exit_status
from speech.cli.words import AsJson, StackName

if TYPE_CHECKING:
    from rich.text import Text

    from operations.doctor.check import Check
    from operations.doctor.examination import Examination

_EXAMPLES = """Examples:

\b
  speech doctor dev-westeurope
  speech doctor prod-westeurope --json
  speech doctor prod-westeurope --timeout 60
  speech doctor prod-westeurope --in-cluster"""
_STYLES = {"pass": "green", "skip": "cyan", "warn": "yellow", "fail": "bold red"}
_WORDS = {"fail": "failed", "warn": "to look at", "skip": "left out", "pass": "passed"}
_STATUS_WIDTH = 6
_LEAST_WIDTH = 60
_SHOWN = 3


def doctor(
    stack: StackName,
    *,
    json: AsJson = False,
    in_cluster: Annotated[
        bool, typer.Option("--in-cluster", help="Also run the vendor's diagnostic container where the stack is up.")
    ] = False,
    timeout: Annotated[
        float, typer.Option("--timeout", min=1, max=600, metavar="SECONDS", help="How long to wait for answers.")
    ] = 10,
) -> None:
    """Look for every cause of a failed first `up` that can be known before.

    Asks Azure, the image registry and this machine, all at once, and changes nothing. Without a log-in, what needs one
    is left out, and named. With --in-cluster a container runs once where the stack is up, and is deleted again.
    Exit status 1: something will fail.
    """
    with _exit_status():
        from operations.doctor.check import Status  # noqa: PLC0415  # a command pays for its own imports only

        found = _examined(stack, timeout, in_cluster=in_cluster)
        if json:
            typer.echo(json_text.dumps(_document(found), indent=2))
        else:
            _print(found)
    if found.counts[Status.FAIL]:
        raise typer.Exit(1)


doctor.__doc__ = f"{doctor.__doc__}\n\n{_EXAMPLES}"


def _examined(stack: str, timeout: float, *, in_cluster: bool) -> "Examination":
    """With a live line on standard error, in a terminal alone."""
    from rich.console import Console  # noqa: PLC0415  # as above

    console = Console(stderr=True, highlight=False)
    with console.status("reading the stack file") as line:
        from operations.doctor.examination import examined  # noqa: PLC0415  # the SDKs take a second

        def told(still: Sequence[str], of: int, gone: float, left: float) -> None:
            names = ", ".join(list(dict.fromkeys(still))[:_SHOWN])
            line.update(f"{of - len(still)} of {of} answered, {gone:.0f} s; asking {names}; at most {left:.0f} s more")

        return examined(stack, timeout, told, in_cluster=in_cluster)


def _document(found: "Examination") -> dict[str, Any]:
    return {
        "stack": found.stack,
        "checks": [
            {"name": check.name, "status": check.status, "found": check.found, "remedy": list(check.remedy)}
            for check in found.checks
        ],
        "counts": {str(status): count for status, count in found.counts.items()},
        "seconds": round(found.seconds, 1),
    }


def _print(found: "Examination") -> None:
    from rich.console import Console  # noqa: PLC0415  # as above

    console = Console(highlight=False, markup=False)
    width = max(console.width, _LEAST_WIDTH) if console.is_terminal else None
    names = max(len(check.name) for check in found.checks)
    for check in found.checks:
        for line in _lines(check, names, width):
            # Commands are to be copied: a terminal may break them, we do not.
            console.print(line, soft_wrap=True)
    counts = ", ".join(f"{count} {_WORDS[status]}" for status, count in reversed(found.counts.items()))
    console.print(f"\n{found.stack}: {counts}", soft_wrap=True)


def _lines(check: "Check", names: int, width: int | None) -> Iterator["Text"]:
    from rich.text import Text  # noqa: PLC0415  # as above

    margin = _STATUS_WIDTH + names + 2
    found = (
        textwrap.wrap(check.found, width - margin, break_long_words=False, break_on_hyphens=False)
        if width
        else [check.found]
    )
    yield Text.assemble(
        (f"{check.status:<{_STATUS_WIDTH}}", _STYLES[check.status]), f"{check.name:<{names}}  {found[0]}"
    )
    yield from (Text(" " * margin + line) for line in found[1:])
    yield from (Text(" " * _STATUS_WIDTH + line, style="dim" if width else "") for line in check.remedy)
