"""The commands of `speech catalog`."""

from pathlib import Path
from typing import Annotated

import typer

from speech.cli.exit_status import exit_status

app = typer.Typer(help="The dated facts behind every plan, and your own over them.", no_args_is_help=True)
_Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]


@app.callback()
def catalog() -> None:
    """The dated facts behind every plan, and your own over them."""


@app.command()
def show(
    what: Annotated[
        list[str] | None,
        typer.Argument(help="A kind (and a locale), a VM size, or: kinds, sizes, prices, limits, a document's name."),
    ] = None,
    *,
    region: Annotated[str, typer.Option("--region", help="Whose prices.")] = "westeurope",
    json: _Json = False,
) -> None:
    """Show documents with their dates and sources, or rows of them. Rows of your own have a *. Reads files only.

    \b
    Examples:
      speech catalog show
      speech catalog show prices --json
    """
    from speech.cli.catalog import page  # noqa: PLC0415  # a command pays for its own imports only
    from speech.cli.catalog import show as pages  # noqa: PLC0415  # as above

    with exit_status():
        found = pages.page(what or [], region)
        typer.echo(page.as_json(found) if json else page.text(found))


@app.command()
def refresh(
    *,
    what: Annotated[str, typer.Option("--what", help="Parts, with commas between.")] = "prices,sizes,tags",
    region: Annotated[list[str] | None, typer.Option("--region", help="Once for each region.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="The folder to write, if not your own.", file_okay=False)
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Ask and compare, but write nothing.")] = False,
    json: _Json = False,
) -> None:
    """Ask Azure and the image registry for prices, sizes and tags, and write what is new: everything or nothing.

    \b
    Examples:
      speech catalog refresh
      speech catalog refresh --what prices --region westeurope
    """
    from speech.cli.catalog import refresh as refreshing  # noqa: PLC0415  # as above
    from speech.cli.catalog import refreshed_text  # noqa: PLC0415  # as above

    with exit_status():
        parts = refreshing.parts_of(what)
        found = refreshing.refresh(parts, region or ["westeurope"], out, write=not dry_run)
        render = refreshed_text.as_json if json else refreshed_text.text
        typer.echo(render(found, written=not dry_run))
