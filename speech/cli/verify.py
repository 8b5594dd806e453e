"""`speech verify`: whether what a stack runs works, asked as its clients ask."""

import json as json_text
import os
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from speech.cli.exit_status import exit_status as _exit_status
from speech.cli.words import AsJson, StackName

if TYPE_CHECKING:
    from rich.text import Text

    from operations.verify.check import Check, Section

_EXAMPLES = """Examples:

\b
  speech verify dev-westeurope
  speech verify prod-westeurope --container transcribe-en --streams 40
  speech verify prod-westeurope --header X-Api-Key=env:SPEECH_KEY
  speech verify onprem --address transcribe-en=127.0.0.1:5000
  speech verify prod-westeurope --cluster"""
_STYLES = {"pass": "green", "warn": "yellow", "fail": "bold red"}
_WORDS = {"fail": "failed", "warn": "to look at", "pass": "passed"}
_STATUS_WIDTH = 6
_LEAST_WIDTH = 60
_LARGEST_PORT = 65_535
_ADDRESS = re.compile(r"(?P<name>[a-z0-9-]+)=(?P<host>[^=:\s]+|\[[0-9a-fA-F:.]+\]):(?P<port>\d{1,5})")
_HEADER = re.compile(r"(?P<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+)=(?P<value>.*)")


def verify(
    stack: StackName,
    *,
    json: AsJson = False,
    streams: Annotated[
        int, typer.Option("--streams", min=0, max=500, help="So many at once, to see where it saturates.")
    ] = 0,
    container: Annotated[
        list[str] | None, typer.Option("--container", metavar="NAME", help="Only this one. Repeatable.")
    ] = None,
    address: Annotated[
        list[str] | None,
        typer.Option(
            "--address",
            metavar="NAME=HOST:PORT",
            help="Where a tunnel leads to a container, or to a replica's group. It is asked by its own name there.",
        ),
    ] = None,
    header: Annotated[
        list[str] | None,
        typer.Option(
            "--header",
            metavar="NAME=VALUE",
            help="Of every request, where a gateway wants one. VALUE env:VARIABLE reads it from the environment.",
        ),
    ] = None,
    client_cert: Annotated[
        Path | None,
        typer.Option("--client-cert", help="Certificate and key of a caller, PEM.", exists=True, dir_okay=False),
    ] = None,
    context: Annotated[
        str | None, typer.Option("--context", help="Of your own kubeconfig, in the place of the stack's.")
    ] = None,
    timeout: Annotated[
        float, typer.Option("--timeout", min=0, metavar="SECONDS", help="How long to wait until a container is ready.")
    ] = 120,
    cluster: Annotated[
        bool, typer.Option("--cluster", help="Whether the cluster takes the stack, in its place. Changes nothing.")
    ] = False,
) -> None:
    """Ask everything that runs as its clients do: name, port, certificate, state, image, and a call by the SDK."""
    from operations.verify import command  # noqa: PLC0415  # a command pays for its own imports only
    from operations.verify.check import counts  # noqa: PLC0415  # as above
    from operations.verify.target import Asking  # noqa: PLC0415  # as above
    from speech.files import stack_file  # noqa: PLC0415  # as above

    with _exit_status():
        settings, made, project = stack_file.opened(stack)
        asking = Asking(
            addresses=dict(_address(one) for one in address or []),
            headers=dict(_header(one) for one in header or []),
            certificate=client_cert,
            context=context,
            ready_seconds=timeout,
        )
        asked = command.Question(settings, made, project, asking, tuple(container or ()), streams)
        sections = command.of_cluster(asked) if cluster else command.of_containers(asked)
    counted = counts(sections)
    if json:
        document = {"stack": made.stack, "sections": [each.document() for each in sections], "counts": counted}
        typer.echo(json_text.dumps(document, indent=2))
    else:
        _print(sections, made.stack, counted)
    if counted["fail"]:
        raise typer.Exit(1)


verify.__doc__ = f"{verify.__doc__}\n\n{_EXAMPLES}"


def _print(sections: "Sequence[Section]", stack: str, counted: Mapping[str, int]) -> None:
    from rich.console import Console  # noqa: PLC0415  # as above

    console = Console(highlight=False, markup=False)
    width = max(console.width, _LEAST_WIDTH) if console.is_terminal else None
    names = max((len(check.name) for section in sections for check in section.checks), default=0)
    for section in sections:
        console.print(f"{section.name}   {section.title}", soft_wrap=True)
        for check in section.checks:
            for line in _lines(check, names, width):
                # Commands are to be copied: a terminal may break them, we do not.
                console.print(line, soft_wrap=True)
        for row in section.table:
            console.print(" " * (_STATUS_WIDTH + names + 2) + row, soft_wrap=True)
        console.print()
    words = ", ".join(f"{count} {_WORDS[status]}" for status, count in counted.items() if count)
    console.print(f"{stack}: {words or 'nothing to ask'}", soft_wrap=True)


def _lines(check: "Check", names: int, width: int | None) -> "Iterator[Text]":
    from rich.text import Text  # noqa: PLC0415  # as above

    margin = _STATUS_WIDTH + names + 2
    found = textwrap.wrap(check.said, width - margin, break_on_hyphens=False) if width else [check.said]
    begin = f"{check.name:<{names}}  {found[0]}"
    yield Text.assemble((f"{check.state:<{_STATUS_WIDTH}}", _STYLES[check.state]), begin)
    yield from (Text(" " * margin + line) for line in found[1:])
    if check.remedy:
        yield Text(" " * margin + check.remedy, style="dim" if width else "")


def _address(given: str) -> tuple[str, tuple[str, int]]:
    match = _ADDRESS.fullmatch(given)
    if match is None or int(match["port"]) > _LARGEST_PORT:
        raise typer.BadParameter(f'"{given}": write NAME=HOST:PORT, as in  transcribe-en=127.0.0.1:5000')
    return match["name"], (match["host"].strip("[]"), int(match["port"]))


def _header(given: str) -> tuple[str, str]:
    match = _HEADER.fullmatch(given)
    if match is None:
        raise typer.BadParameter("--header: write NAME=VALUE, as in  X-Api-Key=env:SPEECH_KEY")
    name, value = match["name"], match["value"]
    if value.startswith("env:"):
        variable = value.removeprefix("env:")
        if variable not in os.environ:
            raise typer.BadParameter(f"--header {name}: the variable {variable} is not set")
        value = os.environ[variable].strip()
    if not (value.isascii() and value.isprintable()):
        raise typer.BadParameter(f"--header {name}: its value has letters that no header can carry")
    return name, value
