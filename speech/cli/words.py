"""Words that several commands share: a stack with its completion, and --json."""

import json as json_text
from typing import Annotated

import typer


def stacks(incomplete: str) -> list[str]:
    """Names of the project's stacks that begin so, for completion in a shell. None where there is no project."""
    from speech.files import stack_file  # noqa: PLC0415  # a command pays for its own imports only

    try:
        _, files = stack_file.of_project()
    except stack_file.UnreadableError:
        return []
    return [name for file in files if (name := stack_file.stack_name(file)).startswith(incomplete)]


StackName = Annotated[
    str, typer.Argument(metavar="STACK", help="A stack's name or the path of a stack file.", autocompletion=stacks)
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]


def tell(said: str, *, json: bool, **facts: object) -> None:
    """What was done: as it is, or as one document with these facts and the lines under `said`."""
    typer.echo(json_text.dumps({**facts, "said": said.splitlines()}, indent=2) if json else said)
