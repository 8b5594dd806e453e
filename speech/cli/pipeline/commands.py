"""The commands of `speech pipeline`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from speech.cli.exit_status import exit_status

if TYPE_CHECKING:
    from operations.pipeline.looking import Told
    from operations.pipeline.posting import Place

app = typer.Typer(help="What pipelines tell teams: a pull request's effect, and drift.", no_args_is_help=True)
_Post = Annotated[
    bool, typer.Option("--post", help="Write it where the team reads: GitHub and Azure DevOps are known by their jobs.")
]
_Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output instead of Markdown.")]


@app.callback()
def pipeline() -> None:
    """What pipelines tell teams: a pull request's effect, and drift."""


@app.command()
def comment(
    *,
    base: Annotated[
        str, typer.Option("--base", metavar="COMMIT", help="What to compare with. Of a pull request's merge: HEAD^1.")
    ] = "HEAD^1",
    post: _Post = False,
    json: _Json = False,
) -> None:
    """Tell what a change does to stacks: plan, cost, what Pulumi would change, and what policies say. In Markdown.

    Looks at stacks whose files differ, or at all where the program does. Exit status 1: `pulumi up` would be refused.

    \b
    speech pipeline comment
    speech pipeline comment --base origin/main
    speech pipeline comment --post
    """
    from speech.cli.pipeline import document, text  # noqa: PLC0415  # a command pays for its own imports only

    with exit_status():
        from operations.pipeline import looking  # noqa: PLC0415  # as above

        place = _place() if post else None
        with _progress() as told:
            looks = looking.compared(base, told)
        found = text.comment(looks)
        typer.echo(document.document(looks) if json else found)
        if place:
            _told(place.comment(found))
        if any(look.failed for look in looks):
            raise typer.Exit(1)


@app.command()
def drift(
    *,
    select: Annotated[
        str, typer.Option("--select", metavar="LABEL=VALUE,...", help="As `speech fleet` takes it. All, if left out.")
    ] = "",
    post: _Post = False,
    json: _Json = False,
) -> None:
    """Tell which stacks differ from what there really is, and from their files. In Markdown. Changes nothing.

    With --post, one issue is opened, written anew, or closed once nothing differs. Exit status 1: something differs.

    \b
    speech pipeline drift
    speech pipeline drift --select environment=prod --post
    """
    from speech.cli.pipeline import document, text  # noqa: PLC0415  # as above

    with exit_status():
        from operations.pipeline import looking  # noqa: PLC0415  # as above

        place = _place() if post else None
        with _progress() as told:
            looks = looking.drifted(select, told)
        title, found, solved = text.drift(looks)
        typer.echo(document.document(looks) if json else f"# {title}\n\n{found}")
        if place:
            _told(place.issue(title, found, solved=solved))
        if not solved:
            raise typer.Exit(1)


def _place() -> "Place":
    import os  # noqa: PLC0415  # as above

    from operations.pipeline import posting  # noqa: PLC0415  # as above

    return posting.place(os.environ)


def _told(words: str) -> None:
    """What was posted, on standard error; Azure Pipelines hears its own commands on standard output alone."""
    typer.echo(words, err=not words.startswith("##vso["))


@contextmanager
def _progress() -> "Iterator[Told]":
    """How many previews have ended and how long the rest may take, on standard error: a live line in a terminal."""
    import time  # noqa: PLC0415  # as above

    from rich.console import Console  # noqa: PLC0415  # as above

    console = Console(stderr=True, highlight=False)
    began = time.monotonic()
    with console.status("reading stack files") as line:

        def told(done: int, of: int) -> None:
            left = f", about {(time.monotonic() - began) / done * (of - done):.0f} s left" if done else ""
            words = f"previews: {done} of {of}{left if done < of else ''}"
            line.update(words)
            if of and not console.is_terminal:
                console.print(words)

        yield told
