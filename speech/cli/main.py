"""The `speech` command: what people do around `pulumi up`.

Exit status: 0 done, 1 the check or change failed, 2 the input is wrong.
"""

import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from speech.settings.faults import InvalidStackError, render

app = typer.Typer(
    name="speech",
    help="Plan and look after Azure AI Speech containers.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def speech() -> None:
    """Plan and look after Azure AI Speech containers."""


@app.command()
def plan(
    stack: Annotated[str, typer.Argument(help="A stack's name (dev-westeurope) or the path of a stack file.")],
    *,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Show what would run, where, how big and at what cost. Reads files only."""
    from speech.cli import plan_json, plan_text, stack_file  # noqa: PLC0415  # a command pays for its own imports only

    with _exit_status():
        file = stack_file.find(stack)
        parsed, made = stack_file.planned(file)
        typer.echo(plan_json.render(made, parsed.warnings) if json else plan_text.render(made, parsed.warnings))


@app.command()
def schema() -> None:
    """Print the JSON Schema of a stack file, for editors."""
    from speech.cli import stack_schema  # noqa: PLC0415  # as above

    typer.echo(stack_schema.render())


account_app = typer.Typer(help="What Pulumi's provider cannot do with a Speech account.", no_args_is_help=True)
app.add_typer(account_app, name="account")


@account_app.callback()
def account() -> None:
    """What Pulumi's provider cannot do with a Speech account."""


@account_app.command()
def purge(
    stack: Annotated[str, typer.Argument(help="A stack's name or the path of a stack file.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """End the soft deletion of the stack's account, so that its name is free before 48 hours are over."""
    from speech.cli import stack_file  # noqa: PLC0415  # as above

    with _exit_status():
        file = stack_file.find(stack)
        parsed, _ = stack_file.planned(file)
        from speech.cli.account import purge_of  # noqa: PLC0415  # the SDKs cost half a second

        name = stack_file.stack_name(file)
        typer.echo(purge_of(parsed.stack, name, lambda question: yes or typer.confirm(question)))


class _exit_status:  # noqa: N801  # reads as a statement
    """Turns what is wrong with the input into words on standard error and exit status 2."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        from speech.cli.stack_file import FailedError, UnreadableError  # noqa: PLC0415  # as above

        if isinstance(error, InvalidStackError):
            where = next(iter(getattr(error, "__notes__", [])), "stack")
            typer.echo("\n".join([f"{where}: {error}", *render(error.faults)]), err=True)
            raise typer.Exit(2) from None
        if isinstance(error, UnreadableError):
            typer.echo(str(error), err=True)
            raise typer.Exit(2) from None
        if isinstance(error, FailedError):
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from None


def main() -> None:
    """Run the command and end the process with its status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal without a sign for something shows a question mark, not a traceback.
            stream.reconfigure(errors="replace")
    sys.exit(app())
